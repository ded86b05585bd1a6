"""The profile of the current municipality, kept in the process for half a minute."""

import time
from dataclasses import dataclass

from backend.outbox.schemas import current_schema
from backend.profile.models import (
    GatewayAgreement,
    PageOrigin,
    ServiceSetting,
    SignatureSetting,
    ThemeVersion,
    TimeStamps,
)
from backend.shared.errors import DomainError
from backend.shared.paging import Page, id_after, page_of, rows_to_fetch
from backend.shared.text import Text
from theming.tokens import Theme, load_theme

_CACHE_SECONDS = 30.0


class ProfileIncomplete(DomainError):
    """The municipality has not chosen something that is needed."""

    code = "profile.incomplete"
    message = Text(es="Falta configurar: {what}.", en="Not configured yet: {what}.")


@dataclass(frozen=True)
class Profile:
    """Everything that pages and operations ask of the profile at once."""

    theme: Theme
    theme_version: int
    origins: frozenset[str]
    services: tuple[str, ...]
    forms: dict[str, int]
    time_stamps: TimeStamps
    gateway: str


_profiles: dict[str, tuple[float, Profile]] = {}
_themes: dict[tuple[str, int], Theme] = {}


def get_profile() -> Profile:
    """Return the current municipality's profile; raises `ProfileIncomplete` where it has no look yet."""
    schema_name = current_schema()
    known = _profiles.get(schema_name)
    if known is None or known[0] <= time.monotonic():
        known = (time.monotonic() + _CACHE_SECONDS, _read())
        _profiles[schema_name] = known
    return known[1]


def get_theme(version: int) -> Theme:
    """Return one version of the current municipality's look; versions never change."""
    key = (current_schema(), version)
    if key not in _themes:
        _themes[key] = theme_of(ThemeVersion.objects.get(version=version))
    return _themes[key]


def theme_of(row: ThemeVersion) -> Theme:
    """Load a version of the look. What was saved is drawn, also where it would not pass the contrast gate of today."""
    return load_theme(row.tokens, bytes(row.logo) or None)


def current_version() -> ThemeVersion | None:
    """Return the version in force, straight from the database; None where there is no look yet."""
    return ThemeVersion.objects.order_by("-version").first()


def get_theme_version(version: int) -> ThemeVersion:
    """Return a version of the look that is known to be there."""
    return ThemeVersion.objects.get(version=version)


def get_theme_versions(*, first: int, after: str | None = None) -> Page[ThemeVersion]:
    """Return the versions of the look, newest first. Raises `CursorInvalid`, `PageTooLarge`."""
    before = id_after(after)
    rows = ThemeVersion.objects.order_by("-version")
    rows = rows if before is None else rows.filter(version__lt=before)
    return page_of(list(rows[: rows_to_fetch(first)]), first=first, key=lambda row: (row.version,))


def is_registered_origin(origin: str) -> bool:
    """Tell whether pages of that origin may embed the widget here."""
    return origin in get_profile().origins


def form_number(gateway: str) -> int:
    """Return the number that the gateway gave to the convenio; raises `ProfileIncomplete`."""
    number = get_profile().forms.get(gateway)
    if number is None:
        raise ProfileIncomplete(what=gateway)
    return number


def get_time_stamps() -> TimeStamps:
    """Return when documents get their time stamp here, as chosen; afterwards where nobody chose."""
    row = SignatureSetting.objects.first()
    return TimeStamps(row.time_stamps) if row else TimeStamps.AFTERWARDS


def gateway_in_use() -> str:
    """Return the code of the gateway that new orders go to; raises `ProfileIncomplete` where none is chosen."""
    code = get_profile().gateway
    if not code:
        raise ProfileIncomplete(what="gateway")
    return code


def forget_cached_profiles() -> None:
    """Read profiles anew from now on, in this process."""
    _profiles.clear()


def _read() -> Profile:
    current = current_version()
    if current is None:
        raise ProfileIncomplete(what="theme")
    return Profile(
        theme=theme_of(current),
        theme_version=current.version,
        origins=frozenset(PageOrigin.objects.values_list("origin", flat=True)),
        services=tuple(ServiceSetting.objects.filter(is_enabled=True).order_by("id").values_list("service", flat=True)),
        forms=dict(GatewayAgreement.objects.values_list("gateway", "form_number")),
        time_stamps=get_time_stamps(),
        gateway=GatewayAgreement.objects.filter(is_in_use=True).values_list("gateway", flat=True).first() or "",
    )
