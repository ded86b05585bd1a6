"""The text of a day's manifest and what holds of a chain of them. Knows no database.

Lines end with LF. The head names municipality, day, the SHA-256 of the manifest before (zeros for the first) and the
number of files; then a line for each file: folio, SHA-256, and whether it is the file as issued or with its time stamp.
"""

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

FIRST = "0" * 64
_HEAD = re.compile(
    r"SEM manifest 1\nmunicipality (\d{5}) (\S+)\nday (\d{4}-\d\d-\d\d)\nprevious ([0-9a-f]{64})\nfiles (\d+)\n",
    re.ASCII,
)
_LINE = re.compile(r"(\d{10}) ([0-9a-f]{64}) (issued|stamped)\n", re.ASCII)


@dataclass(frozen=True)
class Line:
    folio: str
    sha256: str
    kind: str


@dataclass(frozen=True)
class Manifest:
    """What a manifest says."""

    commune_code: str
    slug: str
    day: date
    previous: str
    lines: tuple[Line, ...]

    def text(self) -> bytes:
        """Return the file: the same manifest gives the same bytes."""
        head = (
            f"SEM manifest 1\nmunicipality {self.commune_code} {self.slug}\nday {self.day}\n"
            f"previous {self.previous}\nfiles {len(self.lines)}\n"
        )
        return (head + "".join(f"{each.folio} {each.sha256} {each.kind}\n" for each in self.lines)).encode()


def read_manifest(text: bytes) -> Manifest:
    """Read the file of a manifest. Raises ValueError for one that is not written as ours are."""
    written = text.decode("ascii", errors="replace")
    head = _HEAD.match(written)
    if head is None:
        raise ValueError("no manifest")
    lines = tuple(Line(*found.groups()) for found in _LINE.finditer(written, head.end()))
    manifest = Manifest(head[1], head[2], date.fromisoformat(head[3]), head[4], lines)
    if manifest.text() != text:
        raise ValueError("not written as ours are")
    return manifest


def problems_of_chain(texts: Sequence[bytes], files: Mapping[str, bytes] | None = None) -> list[str]:
    """Return what does not hold of manifests in the order of their chain, and of files by their folio and kind.

    A file that is named nowhere, or named with another hash, is a problem; `files` keys are like "2025000017 issued".
    """
    problems, before, last_day = [], FIRST, date.min
    listed: dict[str, str] = {}
    for text in texts:
        manifest = read_manifest(text)
        if not _follows(manifest, before):
            problems.append(f"{manifest.day}: does not follow the manifest before")
        if manifest.day <= last_day:
            problems.append(f"{manifest.day}: is not after {last_day}")
        for line in manifest.lines:
            name = f"{line.folio} {line.kind}"
            if name in listed:
                problems.append(f"{manifest.day}: {name} stands twice")
            listed[name] = line.sha256
        before, last_day = hashlib.sha256(text).hexdigest(), manifest.day
    for name, content in (files or {}).items():
        if name not in listed:
            problems.append(f"{name}: in no manifest")
        elif listed[name] != hashlib.sha256(content).hexdigest():
            problems.append(f"{name}: another file than the manifest names")
    return problems


def _follows(manifest: Manifest, before: str) -> bool:
    return manifest.previous == before
