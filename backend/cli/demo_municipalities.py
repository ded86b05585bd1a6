"""The municipalities of the demo. Names and codes are real (SUBDERE's list of communes); keys and people are not."""

from dataclasses import dataclass


@dataclass(frozen=True)
class DemoMunicipality:
    slug: str
    name: str
    commune_code: str
    """Código Único Territorial, five digits."""
    tgr_form: int
    """FORMULARIO: the number of its agreement at the sandbox' TGR."""
    treasurer_rut: str
    """Of nobody: bodies from 44.000.001 to 49.999.999 are not assigned."""
    tax_rut: str
    """The municipality's own, likewise of nobody."""
    preset: str = ""
    """Of theming/presets; its slug where there is none."""

    @property
    def host(self) -> str:
        return f"{self.slug}.localhost"

    @property
    def treasury(self) -> str:
        return f"Tesorería Municipal de {self.name}"


DEMO_MUNICIPALITIES = (
    DemoMunicipality("nunoa", "Ñuñoa", "13120", 90001, treasurer_rut="49900001-4", tax_rut="49900011-1"),
    DemoMunicipality("valdivia", "Valdivia", "14101", 90002, treasurer_rut="49900002-2", tax_rut="49900012-K"),
    DemoMunicipality("iquique", "Iquique", "01101", 90003, treasurer_rut="49900003-0", tax_rut="49900013-8"),
    DemoMunicipality("coyhaique", "Coyhaique", "11101", 90004, treasurer_rut="49900004-9", tax_rut="49900014-6"),
)
