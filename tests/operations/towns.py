"""The municipalities of these tests. Names and codes are real (SUBDERE's list of communes), nothing else is."""

from dataclasses import dataclass

from backend.cli.demo_municipalities import DEMO_MUNICIPALITIES


@dataclass(frozen=True)
class Town:
    """`theme` and `form` may be missing: such a municipality has not been set up yet. `commerce` is Webpay's code."""

    slug: str
    name: str
    commune_code: str
    theme: str | None
    form: int | None
    has_official: bool
    commerce: int | None = None

    @property
    def host(self) -> str:
        return f"{self.slug}.localhost"


DEMO_TOWNS = tuple(
    Town(each.slug, each.name, each.commune_code, theme=each.slug, form=each.tgr_form, has_official=True)
    for each in DEMO_MUNICIPALITIES
)
WITHOUT_OFFICIAL = Town("taltal", "Taltal", "02104", theme="nunoa", form=90_093, has_official=False)
FOR_THE_OUTBOX = Town("lebu", "Lebu", "08201", theme="nunoa", form=90_094, has_official=False)
FOR_THE_BOOKS = Town("paihuano", "Paihuano", "04105", theme="nunoa", form=90_095, has_official=False)
FOR_THE_MACHINE = Town(
    "quellon", "Quellón", "10208", theme="valdivia", form=90_096, has_official=False, commerce=597_055_555_540
)
FOR_COMPLETE_ROLLS = Town("punitaqui", "Punitaqui", "04304", theme="nunoa", form=90_098, has_official=False)
WITHOUT_PROFILE = Town("loncoche", "Loncoche", "09109", theme=None, form=None, has_official=False)
WITH_WEBPAY = Town(
    "frutillar", "Frutillar", "10105", theme="valdivia", form=None, has_official=False, commerce=597_055_555_532
)

TOWNS = (
    *DEMO_TOWNS,
    WITHOUT_OFFICIAL,
    FOR_THE_OUTBOX,
    FOR_THE_BOOKS,
    FOR_THE_MACHINE,
    FOR_COMPLETE_ROLLS,
    WITHOUT_PROFILE,
    WITH_WEBPAY,
)
