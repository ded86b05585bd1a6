"""Reading an XLSX after looking at what its archive says and holds. Runs in the child process."""

import re
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from backend.billing.rolls import refusals
from backend.billing.rolls.refusals import RollFileUnreadable
from backend.billing.rolls.rules import HIGHEST_RATIO, LARGEST_UNPACKED, MEGABYTE, MOST_COLUMNS, MOST_ENTRIES

Cells = Sequence[object]

_WORKBOOK, _RELATIONS = "xl/workbook.xml", "xl/_rels/workbook.xml.rels"
_CONTENT_TYPES = "[Content_Types].xml"
_LARGEST_INDEX = MEGABYTE
_FIRST_SHEET = re.compile(rb"<(?:\w+:)?sheet\s[^>]*?\w+:id=\"([^\"]+)\"")
_RELATION = re.compile(rb"<(?:\w+:)?Relationship\s[^>]*>")
_ATTRIBUTE = re.compile(rb"(\w+)=\"([^\"]*)\"")
_ROOT = re.compile(rb"<(?:(\w+):)?worksheet[\s>]")
_DIMENSION = re.compile(rb"<(?:\w+:)?dimension\s+ref=\"[A-Z]{1,3}\d+:([A-Z]{1,3})(\d{1,7})\"")
_CELL = re.compile(rb"[\s]r=\"([A-Z]{1,9}\d{1,9})\"")
_CHUNK = MEGABYTE
_PK_ENCRYPTED = 0x1


@dataclass(frozen=True)
class Sheet:
    """What is known of the first sheet before it is read; `rows` is what the file says of itself, 0 if nothing."""

    rows: int


def inspect_workbook(path: Path) -> Sheet:
    """Look into the archive without unpacking more than a piece at a time. Raises `RollFileUnreadable`."""
    try:
        with zipfile.ZipFile(path) as archive:
            _require_modest(archive, path.stat().st_size)
            return _scan(archive, _first_sheet(archive))
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError, ValueError) as error:
        raise RollFileUnreadable(refusals.DAMAGED) from error


def workbook_rows(path: Path) -> tuple[int, Iterator[Cells]]:
    """Return the number of rows of the first sheet, and its rows from the first on. Raises `RollFileUnreadable`."""
    from python_calamine import CalamineError, CalamineWorkbook  # a CSV does without

    try:
        sheet = CalamineWorkbook.from_path(path).get_sheet_by_index(0)
    except (CalamineError, ValueError, IndexError, OSError) as error:
        raise RollFileUnreadable(refusals.DAMAGED) from error
    if sheet.width > MOST_COLUMNS:
        raise RollFileUnreadable(refusals.TOO_MANY_COLUMNS, most=MOST_COLUMNS)
    return sheet.total_height + 1, sheet.iter_rows()  # it counts from 0


def _require_modest(archive: zipfile.ZipFile, packed: int) -> None:
    """Raise `RollFileUnreadable` for what says of itself that it is a bomb, or that it is something else."""
    entries = archive.infolist()
    if len(entries) > MOST_ENTRIES:
        raise _suspicious(f"{len(entries)} partes", str(MOST_ENTRIES))
    names = {entry.filename for entry in entries}
    if not {_CONTENT_TYPES, _WORKBOOK} <= names:
        raise RollFileUnreadable(refusals.OTHER_WORKBOOK)
    if any(entry.flag_bits & _PK_ENCRYPTED for entry in entries):
        raise RollFileUnreadable(refusals.OLD_OR_LOCKED)
    unpacked = sum(entry.file_size for entry in entries)
    if unpacked > LARGEST_UNPACKED:
        raise _suspicious(f"{unpacked // MEGABYTE} MB", f"{LARGEST_UNPACKED // MEGABYTE} MB")
    if unpacked > MEGABYTE and any(entry.file_size > HIGHEST_RATIO * max(entry.compress_size, 1) for entry in entries):
        raise _suspicious(f"{unpacked // max(packed, 1)}:1", f"{HIGHEST_RATIO}:1")
    if sum(entry.compress_size for entry in entries) > packed:  # parts that overlap
        raise RollFileUnreadable(refusals.DAMAGED)


def _suspicious(found: str, most: str) -> RollFileUnreadable:
    return RollFileUnreadable(refusals.SUSPICIOUS, found=found, most=most)


def _first_sheet(archive: zipfile.ZipFile) -> zipfile.ZipInfo:
    first = _FIRST_SHEET.search(_index(archive, _WORKBOOK))
    for relation in _RELATION.findall(_index(archive, _RELATIONS)) if first else ():
        attributes = dict(_ATTRIBUTE.findall(relation))
        if first and attributes.get(b"Id") == first[1]:
            target = attributes.get(b"Target", b"").decode()
            name = target.lstrip("/") if target.startswith(("/", "xl/")) else f"xl/{target}"
            if name in archive.NameToInfo:
                return archive.getinfo(name)
    raise RollFileUnreadable(refusals.DAMAGED)


def _index(archive: zipfile.ZipFile, name: str) -> bytes:
    if name not in archive.NameToInfo:
        raise RollFileUnreadable(refusals.DAMAGED)
    with archive.open(name) as part:
        content = part.read(_LARGEST_INDEX)
    _require_plain(content)
    return content


def _require_plain(start: bytes) -> None:
    if b"<!DOCTYPE" in start or b"<!ENTITY" in start:
        raise RollFileUnreadable(refusals.FORBIDDEN_XML)


def _scan(archive: zipfile.ZipFile, sheet: zipfile.ZipInfo) -> Sheet:
    """Go once through the unpacked sheet: its true size, its formulas."""
    rows, needle, before, size = 0, b"<f", b"", 0
    with archive.open(sheet) as part:
        while chunk := part.read(_CHUNK):
            if not size:
                _require_plain(chunk)
                root, dimension = _ROOT.search(chunk), _DIMENSION.search(chunk)
                needle = b"<" + root[1] + b":f" if root and root[1] else b"<f"
                rows = int(dimension[2]) if dimension else 0
                _require_narrow(chunk)
            size += len(chunk)
            if size > LARGEST_UNPACKED:
                raise _suspicious(f"> {size // MEGABYTE} MB", f"{LARGEST_UNPACKED // MEGABYTE} MB")
            _require_values(before[-200:] + chunk[:16], needle)
            _require_values(chunk, needle)
            before = chunk
    return Sheet(rows=rows)


def _require_narrow(start: bytes) -> None:
    """Raise `RollFileUnreadable` where the first rows name a column too far to the right."""
    for name in _CELL.findall(start[:100_000]):
        number = 0
        for letter in name.rstrip(b"0123456789"):
            number = number * 26 + letter - 64
        if number > MOST_COLUMNS:
            raise RollFileUnreadable(refusals.TOO_MANY_COLUMNS, most=MOST_COLUMNS)


def _require_values(piece: bytes, needle: bytes) -> None:
    """Raise `RollFileUnreadable` where a cell holds a formula (ECMA-376 part 1 §18.3.1.40)."""
    found = piece.find(needle)
    while found >= 0:
        if piece[found + len(needle) : found + len(needle) + 1] in (b">", b" ", b"/"):
            cells = _CELL.findall(piece[max(found - 200, 0) : found])
            raise RollFileUnreadable(refusals.FORMULA, cell=cells[-1].decode() if cells else "?")
        found = piece.find(needle, found + 1)
