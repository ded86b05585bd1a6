"""Verification by folio and code: never by folio alone."""

import hashlib
import hmac
import re
from dataclasses import dataclass

from backend.receipts.annulments import annulled_at
from backend.receipts.models import DailyManifest, Document
from backend.shared import clock
from backend.tenants.queries import current_tenant

_FOLIO = re.compile(r"(\d{4})(\d{6})")
_CODE = re.compile(r"[A-Z2-7]{4}(-[A-Z2-7]{4}){3}")


@dataclass(frozen=True)
class Verified:
    """What a stranger with the code may read; the owner is not among it, and of the object only the end.

    `annulled_on` is empty while the document holds; `manifest` is the day (ISO) whose manifest names the file, empty
    until that is made.
    """

    municipality: str
    title: str
    folio: str
    total: str
    paid_at: str
    issued_on: str
    valid_until: str
    annulled_on: str
    object_label: str
    masked_object: str
    manifest: str


def verify(*, folio: str, code: str) -> Verified | None:
    """Return the issued document that folio and code name together, or None; both must match."""
    match = _FOLIO.fullmatch(folio)
    typed = code.strip().upper()
    if match is None or _CODE.fullmatch(typed) is None:
        return None
    row = Document.objects.filter(year=int(match[1]), folio=int(match[2]), issued__isnull=False).first()
    if row is None or not hmac.compare_digest(row.code_sha256, code_hash(typed)):
        return None
    return as_verified(row)


def as_verified(row: Document) -> Verified:
    """Return what may be told of a document to whoever has its code or its file."""
    content, since = row.content, annulled_at(row)
    return Verified(
        municipality=content["municipality"],
        title=f"{content['title']} {content['period']}",
        folio=content["folio"],
        total=content["total"],
        paid_at=content["paid_at"],
        issued_on=_printed(content["issued_on"]),
        valid_until=_printed(content["valid_until"]),
        annulled_on=f"{clock.domain_date(since):%d-%m-%Y}" if since else "",
        object_label=content["object_label"],
        masked_object=masked(content["plate"]),
        manifest=_manifest_of(row),
    )


def _manifest_of(row: Document) -> str:
    day = row.issued.issued_at.astimezone(clock.SANTIAGO).date()
    return day.isoformat() if DailyManifest.objects.filter(day=day).exists() else ""


def masked(name: str) -> str:
    """Return a plate or roll with dots for all letters and digits but the last three, half of them at most."""
    places = [place for place, letter in enumerate(name) if letter.isalnum()]
    hidden = set(places[: max(len(places) - 3, (len(places) + 1) // 2)])
    return "".join("•" if place in hidden else letter for place, letter in enumerate(name))


def code_hash(code: str) -> str:
    """Return what the look-up compares."""
    return hashlib.sha256(code.encode()).hexdigest()


def verification_url(folio: str, code: str) -> str:
    """Return the address in the QR, on the municipality's own host."""
    return f"{current_tenant().origin}/v/{folio}/{code}"


def _printed(iso: str) -> str:
    year, month, day = iso.split("-")
    return f"{day}-{month}-{year}"
