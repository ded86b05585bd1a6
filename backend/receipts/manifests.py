"""The manifest of a day: every file that was issued, chained to the manifest before, signed and time-stamped."""

import hashlib
from datetime import datetime

from django.db import IntegrityError, transaction

from backend.receipts.documents import printed_folio
from backend.receipts.manifest_queries import LATEST_FILES, end_of
from backend.receipts.manifest_rules import FIRST, Line, Manifest
from backend.receipts.models import DailyManifest, IssuedFile, StampedFile
from backend.shared import clock
from backend.signing.operations import official_in_office, seal_bytes
from backend.tenants.files import tenant_files
from backend.tenants.queries import current_tenant

_ROLE = "treasurer"

BATCH = 1
_SINCE = "coalesce((SELECT max(ends_at) FROM {schema}.receipts_dailymanifest), 'epoch')"
_BEFORE = "date_trunc('day', now() - interval '1 hour', 'America/Santiago')"
DUE = " OR ".join(
    f"EXISTS (SELECT FROM {{schema}}.{table} WHERE {column} >= {_SINCE} AND {column} < {_BEFORE})"
    for table, column in (("receipts_issuedfile", "issued_at"), ("receipts_stampedfile", "added_at"))
)


def make_next_manifest(*, now: datetime) -> DailyManifest | None:
    """Make the manifest of the first day that ended, has files and has none; None where there is no such day.

    Days are those of the machine's clock in Chile, as in the files' signatures. Safe to repeat and to race. Asks the
    certification and the time-stamp authority. Raises `NoOfficialInOffice`, `KeyNotUsable`, `CertificateRevoked`,
    `RevocationUnknown`, `TimeStampUnavailable`: the day waits, and those after it.
    """
    last = DailyManifest.objects.order_by("-day").first()
    begins_at = last.ends_at if last else datetime.min.replace(tzinfo=now.tzinfo, year=2000)
    first = _first_instant_after(begins_at)
    if first is None:
        return None
    day = first.astimezone(clock.SANTIAGO).date()
    ends_at = end_of(day)
    if now < ends_at + LATEST_FILES:
        return None
    town = current_tenant()
    lines = _lines(begins_at, ends_at)
    text = Manifest(town.commune_code, town.schema_name, day, last.sha256 if last else FIRST, lines).text()
    sealed = seal_bytes(text, official=official_in_office(role=_ROLE, at=now), at=now)
    row = DailyManifest(
        day=day,
        previous=last,
        sha256=hashlib.sha256(text).hexdigest(),
        file_key=tenant_files().put(text, ".txt"),
        signature_key=tenant_files().put(sealed.message, ".p7s"),
        files=len(lines),
        ends_at=ends_at,
        stamped_at=sealed.at,
    )
    return _record(row)


@transaction.atomic(durable=True)
def _record(row: DailyManifest) -> DailyManifest | None:
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        return None  # another process was first
    return row


def _first_instant_after(instant: datetime) -> datetime | None:
    issued = IssuedFile.objects.filter(issued_at__gte=instant).order_by("issued_at").values_list("issued_at", flat=True)
    stamped = StampedFile.objects.filter(added_at__gte=instant).order_by("added_at").values_list("added_at", flat=True)
    found = [each for each in (issued.first(), stamped.first()) if each is not None]
    return min(found) if found else None


def _lines(begins_at: datetime, ends_at: datetime) -> tuple[Line, ...]:
    """Return the files of a span of time in the order in which they came to be."""
    issued = IssuedFile.objects.filter(issued_at__gte=begins_at, issued_at__lt=ends_at).select_related("document")
    stamped = StampedFile.objects.filter(added_at__gte=begins_at, added_at__lt=ends_at)
    found = [
        (each.issued_at, 0, each.id, Line(_folio(each), each.sha256, "issued")) for each in issued.iterator(2000)
    ] + [
        (each.added_at, 1, each.id, Line(_folio(each.issued), each.sha256, "stamped"))
        for each in stamped.select_related("issued__document").iterator(2000)
    ]
    return tuple(line for _at, _kind, _id, line in sorted(found, key=lambda each: each[:3]))


def _folio(file: IssuedFile) -> str:
    return printed_folio(file.document.year, file.document.folio)
