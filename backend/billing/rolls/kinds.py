"""Which kind of file it is: by its name, held against its first bytes."""

from enum import StrEnum
from pathlib import Path

from backend.billing.rolls import refusals
from backend.billing.rolls.refusals import RollFileUnreadable

_ZIP, _OLD_OFFICE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


class Kind(StrEnum):
    """Kinds of file that are read."""

    XLSX = "xlsx"
    CSV = "csv"


def kind_of(filename: str, start: bytes) -> Kind:
    """Return the kind of a file of that name that begins so. Raises `RollFileUnreadable`."""
    suffix = Path(filename).suffix.lower().lstrip(".")
    if not start:
        raise RollFileUnreadable(refusals.EMPTY)
    if start.startswith(_OLD_OFFICE):
        raise RollFileUnreadable(refusals.OLD_OR_LOCKED)
    is_archive = start.startswith(_ZIP)
    if suffix == Kind.XLSX:
        if not is_archive:
            raise RollFileUnreadable(refusals.CSV_AS_XLSX)
        return Kind.XLSX
    if suffix == Kind.CSV:
        if is_archive:
            raise RollFileUnreadable(refusals.XLSX_AS_CSV)
        return Kind.CSV
    raise RollFileUnreadable(refusals.UNKNOWN_KIND)
