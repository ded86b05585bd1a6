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
from itertools import islice
from pathlib import Path

from PIL import Image

from backend.cli.bench_season_documents import MUNICIPALITIES, PAYMENTS, Paid, Town, documents_of, towns
from backend.cli.bench_town import PASSPHRASE, cpu_ms, issue_key, signed
from backend.cli.console import counted_step
from backend.receipts.compiler.looks import block_of_theme
from backend.receipts.compiler.pieces import Prepared
from backend.receipts.compiler.programs import Programs, draw_permit
from backend.shared.files import FileStore
from backend.shared.files_in_directory import Directory
from backend.signing.cms import template_for
from backend.signing.signers.local_key import LocalKey, open_local_key
from sandbox.authority import Authority
from theming import load_theme, preset_tokens
from theming.tokens import Theme, preset_logo, preset_slugs

_USUALLY_MS = 5.0
"""CPU that a document does not take by itself: 0.7 ms are usual, 150 composing, and 600 compiling."""

_MADE_TOGETHER = 200
"""Documents whose data are made before they are issued, and that are stored after: neither is what is measured."""

_LOGO_SIZES = ((480, 160), (320, 160), (200, 200))
_COLOURS = ("#0f5c4a", "#3a3b7a", "#7a2e12", "#12406f", "#5b2a5e", "#2f4b1f", "#6b1f2a")


@dataclass(frozen=True)
class SeasonCost:
    """CPU in milliseconds and bytes of a season's sample, all together.

    `nation_ms` is what is made once for the nation: programs, the documents that were composed before (`composed`), QR
    codes of a new length. `towns_ms` is what is made once for a municipality: its look, its signer's template.
    `usual_ms` is all the rest of the other documents, from frozen data to the hash of the signed file.
    """

    municipalities: int
    documents: int
    usual_ms: float
    towns_ms: float
    nation_ms: float
    storing_ms: float
    own_bytes: int
    shared_bytes: int
    composed: int
    programs: int

    @property
    def sample_ms(self) -> float:
        """All of it for one document of the sample."""
        return (self.usual_ms + self.towns_ms + self.nation_ms) / self.documents

    @property
    def season_ms(self) -> float:
        """Tell what a document of a whole season costs, if that makes for the nation what the sample did.

        It makes somewhat more; a sample of everything tells how much.
        """
        own = (self.usual_ms + self.towns_ms) / self.documents
        return own + self.nation_ms / max(PAYMENTS, self.documents)

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
        template_for(next(iter(self._keys.values())))  # loads libraries, which every process does
        self.towns_ms = cpu_ms(self._make_looks_and_templates)
        self.usual_ms = self.nation_ms = self.storing_ms = 0.0
        self.composed = 0
        self.bases: set[bytes] = set()

    def issue(self, paid: Paid) -> tuple[bytes | Prepared, bytes]:
        """Draw, sign and hash a document; gives its page and its file."""
        document = paid.document
        theme, key = self._themes[document.municipality_code], self._keys[document.municipality_code]
        began = time.process_time()
        page = draw_permit(document, theme, self._programs)
        file = signed(page, document, key, at=paid.at)
        if isinstance(page, Prepared):
            page.sha256(file)
        else:
            hashlib.sha256(file).hexdigest()
            self.composed += 1
        took_ms = (time.process_time() - began) * 1000
        if took_ms > _USUALLY_MS:
            self.nation_ms += took_ms
        else:
            self.usual_ms += took_ms
        return page, file

    def store(self, page: bytes | Prepared, file: bytes) -> None:
        """Store a file, what it shares with others once."""
        began = time.process_time()
        shared = page.shared() if isinstance(page, Prepared) else ()
        self.bases.update(shared[:1])
        self._store.put_parted(shared, file, ".pdf")
        self.storing_ms += (time.process_time() - began) * 1000

    def _make_looks_and_templates(self) -> None:
        for code, theme in self._themes.items():
            block_of_theme(theme)
            template_for(self._keys[code])


def measure_season(authority: Authority, folder: Path, *, documents: int) -> SeasonCost:
    """Issue about that many documents of a season, in the order of their hours, and store them in a folder."""
    chosen = _chosen(documents)
    season = _Season(authority, folder, chosen)
    total = sum(town.documents for town in chosen)
    with counted_step("A season / una temporada", total=total) as count:
        every = heapq.merge(*map(documents_of, chosen), key=_at)
        while together := list(islice(every, _MADE_TOGETHER)):
            files = [season.issue(paid) for paid in together]
            for file in files:
                season.store(*file)
                count()
    sizes = Counter[str]()
    for path in (folder / "files").rglob("*.*"):
        sizes[path.suffix] += path.stat().st_size
    return SeasonCost(
        municipalities=len(chosen),
        documents=total,
        usual_ms=season.usual_ms,
        towns_ms=season.towns_ms,
        nation_ms=season.nation_ms,
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
    step = min(round(PAYMENTS / documents), MUNICIPALITIES)
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
