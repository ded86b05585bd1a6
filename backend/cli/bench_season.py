"""A season of documents in one process: every municipality with its theme and its signer, hour by hour.

What one document costs by itself is a part of it: programs are compiled for each shape, pages that no program fits are
composed, each theme is written and each signer's certificate encoded once. All of that is counted. A run takes some of
the municipalities, evenly by their size, with all of their documents.
"""

import hashlib
import heapq
import io
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from PIL import Image

from backend.cli.bench_season_documents import PAYMENTS, Paid, Town, documents_of, towns
from backend.cli.bench_town import PASSPHRASE, issue_key, signed
from backend.cli.console import counted_step
from backend.receipts.compiler.pieces import Prepared
from backend.receipts.compiler.programs import Programs, draw_permit
from backend.shared.files import FileStore
from backend.shared.files_in_directory import Directory
from backend.signing.signers.local_key import LocalKey, open_local_key
from sandbox.authority import Authority
from theming import load_theme, preset_tokens
from theming.tokens import Theme, preset_logo, preset_slugs

_DRAWN_BY_A_PROGRAM_MS = 30.0
"""CPU that only xhtml2pdf takes longer than: 0.2 ms are usual, 150 composing."""

_LOGO_SIZES = ((480, 160), (320, 160), (200, 200))
_COLOURS = ("#0f5c4a", "#3a3b7a", "#7a2e12", "#12406f", "#5b2a5e", "#2f4b1f", "#6b1f2a")


@dataclass(frozen=True)
class SeasonCost:
    """CPU in milliseconds and bytes of a season's sample, all together.

    `compiling_ms` is what compiling took, and composing of the documents (`composed`) that no program fitted; the whole
    nation shares those programs. `issuing_ms` is all the rest from frozen data to the hash of the signed file.
    """

    municipalities: int
    documents: int
    issuing_ms: float
    compiling_ms: float
    storing_ms: float
    own_bytes: int
    shared_bytes: int
    composed: int
    programs: int

    @property
    def document_ms(self) -> float:
        return (self.issuing_ms + self.compiling_ms) / self.documents

    @property
    def stored_bytes(self) -> float:
        return (self.own_bytes + self.shared_bytes) / self.documents


class _Season:
    """The municipalities of a sample, each with its theme and its signer, and what they issue together."""

    def __init__(self, authority: Authority, folder: Path, chosen: Sequence[Town]) -> None:
        self._programs, self._store = Programs(), FileStore(Directory(folder / "files"))
        self._themes = {town.code: theme_of(town) for town in chosen}
        self._keys: dict[str, LocalKey] = {}
        with counted_step("Keys / claves", total=len(chosen)) as count:
            for town in chosen:
                path = issue_key(authority, folder / f"{town.code}.p12", town.name)
                self._keys[town.code] = open_local_key(path, PASSPHRASE)
                count()
        self.issuing_ms = self.compiling_ms = self.storing_ms = 0.0
        self.composed = 0
        self.bases: set[bytes] = set()

    def issue(self, paid: Paid) -> None:
        """Draw, sign, hash and store a document."""
        document = paid.document
        theme, key = self._themes[document.municipality_code], self._keys[document.municipality_code]
        began = time.process_time()
        page = draw_permit(document, theme, self._programs)
        drawn = time.process_time()
        file = signed(page, document, key, at=paid.at)
        if isinstance(page, Prepared):
            page.sha256(file)
        else:
            hashlib.sha256(file).hexdigest()
            self.composed += 1
        issued = time.process_time()
        shared = page.shared() if isinstance(page, Prepared) else ()
        self.bases.update(shared[:1])
        self._store.put_parted(shared, file, ".pdf")
        self.storing_ms += (time.process_time() - issued) * 1000
        drawing_ms = (drawn - began) * 1000
        is_slow = drawing_ms > _DRAWN_BY_A_PROGRAM_MS
        self.compiling_ms += drawing_ms if is_slow else 0.0
        self.issuing_ms += (issued - (drawn if is_slow else began)) * 1000


def measure_season(authority: Authority, folder: Path, *, documents: int) -> SeasonCost:
    """Issue about that many documents of a season, in the order of their hours, and store them in a folder."""
    chosen = _chosen(documents)
    season = _Season(authority, folder, chosen)
    total = sum(town.documents for town in chosen)
    with counted_step("A season / una temporada", total=total) as count:
        for paid in heapq.merge(*map(documents_of, chosen), key=_at):
            season.issue(paid)
            count()
    sizes = Counter[str]()
    for path in (folder / "files").rglob("*.*"):
        sizes[path.suffix] += path.stat().st_size
    return SeasonCost(
        municipalities=len(chosen),
        documents=total,
        issuing_ms=season.issuing_ms,
        compiling_ms=season.compiling_ms,
        storing_ms=season.storing_ms,
        own_bytes=sizes[".tail"] + sizes[".pdf"],
        shared_bytes=sizes[".base"],
        composed=season.composed,
        programs=len(season.bases),
    )


def _at(paid: Paid) -> tuple[object, str]:
    return paid.at, paid.document.municipality_code


def _chosen(documents: int) -> Sequence[Town]:
    """Take every so manieth municipality, from the largest that does not outweigh the sample."""
    if documents >= PAYMENTS:
        return towns()
    step = round(PAYMENTS / documents)
    return towns()[step // 2 :: step]


def theme_of(town: Town) -> Theme:
    """Give a municipality a theme of its own: texts, a colour, and a logo of one of three proportions."""
    slug = preset_slugs()[town.place % len(preset_slugs())]
    tokens = preset_tokens(slug) | {
        "name": f"Municipalidad de {town.name}"[:80],
        "primary": _COLOURS[town.place % len(_COLOURS)],
        "footer": f"Municipalidad de {town.name} · Tesorería Municipal",
    }
    return load_theme(tokens, _logo(slug, town.place % len(_LOGO_SIZES)))


@cache
def _logo(slug: str, proportion: int) -> bytes:
    paper = io.BytesIO()
    with Image.open(io.BytesIO(preset_logo(slug))) as logo:
        logo.resize(_LOGO_SIZES[proportion]).save(paper, "PNG", optimize=True)
    return paper.getvalue()
