"""The look of a municipality, version by version: saving, going back, and what may not be saved."""

import hashlib
from collections.abc import Mapping

from django.db import connection, transaction

from backend.audit.actors import Actor
from backend.audit.operations import record
from backend.outbox.requests import NUMBER, once_per_key
from backend.outbox.schemas import current_schema
from backend.profile.logos.rasterising import rasterise_logo
from backend.profile.models import ThemeVersion
from backend.profile.queries import current_version, forget_cached_profiles
from backend.profile.theme_words import sentence_of
from backend.shared import clock
from backend.shared.errors import DomainError
from backend.shared.text import Text
from theming.gate import ContrastVerdict, judge_contrast
from theming.tokens import Theme, ThemeError, load_theme

KIND = "ThemeVersion"
Tokens = Mapping[str, object]


class ThemeNotUsable(DomainError):
    """Raised by what loads a look to be saved or shown: a token is missing or outside its limits."""

    code = "profile.theme_not_usable"

    def __init__(self, error: ThemeError) -> None:
        text = f"{error.field}: {error.message}"
        super().__init__(Text(es=text, en=text), field=error.field)


class ContrastTooLow(DomainError):
    """Raised by what saves a look: some texts could not be read; `verdict` says which, and what would do."""

    code = "profile.contrast_too_low"

    def __init__(self, verdict: ContrastVerdict) -> None:
        super().__init__(sentence_of(verdict), field=verdict.findings[0].token)
        self.verdict = verdict


class ThemeVersionUnknown(DomainError):
    """Raised by `restore_theme`: there is no such version."""

    code = "profile.theme_version_unknown"
    message = Text(es="No existe esa versión del aspecto.", en="There is no such version of the look.")


def save_theme(
    *, tokens: Tokens, logo: bytes | None, has_logo: bool = True, actor: Actor, request_key: str | None = None
) -> int:
    """Make a look the current one and return its version; the same look again changes nothing.

    `logo` is a file as somebody sent it (PNG, JPEG, WebP, SVG), drawn anew before anything is kept; None keeps the logo
    in force. `has_logo` False goes without one. Raises `ThemeNotUsable`, `ContrastTooLow`, `LogoNotUsable`,
    `RasteriserBusy`.
    """
    drawn = rasterise_logo(logo) if logo is not None and has_logo else None
    return _save_drawn(tokens=dict(tokens), logo=drawn if has_logo else b"", actor=actor, request_key=request_key)


@transaction.atomic(durable=True)
def choose_theme(*, tokens: Tokens, logo: bytes, actor: Actor) -> int:
    """Make a look with a PNG of the project (a preset's) the current one; otherwise as `save_theme`."""
    return _save(dict(tokens), logo, actor)


@once_per_key(kept=NUMBER)
def restore_theme(*, version: int, actor: Actor, request_key: str | None = None) -> int:
    """Make an earlier look current again, as a new version; documents keep theirs. Returns the new version.

    The look in force restored changes nothing. Raises `ThemeVersionUnknown`, `ContrastTooLow`: what was saved before
    the gate, or under a lower one, does not come back.
    """
    _lock_themes()
    old = ThemeVersion.objects.filter(version=version).first()
    if old is None:
        raise ThemeVersionUnknown(field="version")
    return _keep(old.tokens, bytes(old.logo), actor, restored_from=version)


def checked_theme(tokens: Tokens, logo: bytes) -> Theme:
    """Load a look that is not saved; empty bytes are no logo. Raises `ThemeNotUsable`."""
    try:
        return load_theme(tokens, logo or None)
    except ThemeError as error:
        raise ThemeNotUsable(error) from error


@once_per_key(kept=NUMBER)
def _save_drawn(*, tokens: dict[str, object], logo: bytes | None, actor: Actor, request_key: str | None) -> int:
    return _save(tokens, logo, actor)


def _save(tokens: dict[str, object], logo: bytes | None, actor: Actor) -> int:
    _lock_themes()
    if logo is None:
        current = current_version()
        logo = bytes(current.logo) if current else b""
    return _keep(tokens, logo, actor)


def _keep(tokens: Tokens, logo: bytes, actor: Actor, *, restored_from: int | None = None) -> int:
    """Add a version in the caller's transaction, which holds the lock; the gate is here, before anything is written."""
    verdict = judge_contrast(checked_theme(tokens, logo))
    if verdict.findings:
        raise ContrastTooLow(verdict)
    last = current_version()
    if last is not None and last.tokens == tokens and bytes(last.logo) == logo:
        return last.version
    added = ThemeVersion.objects.create(
        version=last.version + 1 if last else 1,
        tokens=dict(tokens),
        logo=logo,
        saved_by=actor.name,
        restored_from=restored_from,
        created_at=clock.now(),
    )
    record(
        actor=actor,
        act="theme.saved" if restored_from is None else "theme.restored",
        object_kind=KIND,
        object_key=added.version,
        changes=_changes(last, added),
    )
    transaction.on_commit(forget_cached_profiles)
    return added.version


def _changes(last: ThemeVersion | None, added: ThemeVersion) -> dict[str, tuple[object, object]]:
    was: Mapping[str, object] = last.tokens if last else {}
    tokens = {name: (was.get(name), value) for name, value in added.tokens.items() if was.get(name) != value}
    logos = (_sha256(last.logo) if last else None, _sha256(added.logo))
    restored = {"restored_from": (None, added.restored_from)} if added.restored_from else {}
    return tokens | ({"logo": logos} if logos[0] != logos[1] else {}) | restored


def _sha256(logo: bytes | memoryview) -> str:
    return hashlib.sha256(bytes(logo)).hexdigest()


def _lock_themes() -> None:
    """Let nobody else add a version until the transaction ends: versions are append-only, which nobody can lock."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"{current_schema()}:themes"])
