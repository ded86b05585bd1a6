"""A season of documents in one process: every municipality with its theme and its signer, hour by hour.

What one document costs by itself is a part of it: programs are compiled for each theme and shape, pages that no program
fits are composed, and each signer's certificate is encoded once. All of that is counted. A run takes some of the
municipalities, evenly by their size, with all of their documents.
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

from backend.cli.bench_season_documents import MUNICIPALITIES, PAYMENTS, Paid, Town, documents_of, towns
from backend.cli.console import counted_step
from backend.receipts.compiler.pieces import Prepared
from backend.receipts.compiler.programs import Programs, draw_permit
from backend.receipts.rendering import PermitDocument
from backend.shared.files import FileStore
from backend.signing.pades import sign_pdf
from backend.signing.signers.local_key import LocalKey, open_local_key
from sandbox.authority import Authority
from theming import load_theme, preset_tokens
from theming.tokens import Theme, preset_logo, preset_slugs

_PASSPHRASE = "bench"
_LOGO_SIZES = ((480, 160), (320, 160), (200, 200))
_COLOURS = ("#0f5c4a", "#3a3b7a", "#7a2e12", "#12406f", "#5b2a5e", "#2f4b1f", "#6b1f2a")


@dataclass(frozen=True)
class SeasonCost:
    """CPU in milliseconds and bytes, each for one document; `composed` of all documents had no program."""

    municipalities: int
    documents: int
    issue_ms: float
    store_ms: float
    tail_bytes: float
    shared_bytes: float
    composed: int
    programs: int

    @property
    def stored_bytes(self) -> float:
        return self.tail_bytes + self.shared_bytes


def measure_season(authority: Authority, folder: Path, *, documents: int) -> SeasonCost:
    """Issue about that many documents of a season and store them in a folder."""
    chosen = _chosen(documents)
    with counted_step("Keys / claves", total=len(chosen)) as counter:
        signers = {town.code: _signer(authority, folder, town, counter) for town in chosen}
    themes = {town.code: theme_of(town) for town in chosen}
    programs, store, bases = Programs(), FileStore(folder / "files"), set[bytes]()
    issuing = storing = 0.0
    seen: Counter[str] = Counter()
    total = sum(town.documents for town in chosen)
    with counted_step("A season / una temporada", total=total) as counter:
        for paid in heapq.merge(*map(documents_of, chosen), key=_at):
            code = paid.document.municipality_code
            began = time.process_time()
            page = draw_permit(paid.document, themes[code], programs)
            file = _signed(page, signers[code], paid)
            issued = time.process_time()
            if isinstance(page, Prepared):
                bases.add(hashlib.sha256(page.base.content).digest())
                store.put_parted(page.base.content, file[len(page.base.content) :])
            else:
                seen["composed"] += 1
                store.put(file, ".pdf")
            storing += time.process_time() - issued
            issuing += issued - began
            counter()
    sizes = Counter[str]()
    for path in (folder / "files").rglob("*.*"):
        sizes[path.suffix] += path.stat().st_size
    return SeasonCost(
        municipalities=len(chosen),
        documents=total,
        issue_ms=issuing * 1000 / total,
        store_ms=storing * 1000 / total,
        tail_bytes=(sizes[".tail"] + sizes[".pdf"]) / total,
        shared_bytes=(sizes.total() - sizes[".tail"] - sizes[".pdf"]) / total,
        composed=seen["composed"],
        programs=len(bases),
    )


def _at(paid: Paid) -> tuple[object, str]:
    return paid.at, paid.document.municipality_code


def _chosen(documents: int) -> Sequence[Town]:
    every = towns()
    step = max(1, round(MUNICIPALITIES * documents / PAYMENTS) and round(PAYMENTS / documents))
    return every[step // 2 :: step]


def _signer(authority: Authority, folder: Path, town: Town, counter: object) -> LocalKey:
    path = folder / f"{town.code}.p12"
    authority.issue_official(
        common_name=f"Tesorería Municipal de {town.name}",
        rut="44000017-7",
        organisation=f"Municipalidad de {town.name}",
        path=path,
        passphrase=_PASSPHRASE,
    )
    counter()
    return open_local_key(path, _PASSPHRASE)


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


def _signed(page: bytes | Prepared, key: LocalKey, paid: Paid) -> bytes:
    printed: PermitDocument = paid.document
    reason = f"{printed.title} {printed.period}, folio {printed.folio}"
    file = sign_pdf(
        page,
        key,
        reason=reason,
        location=printed.municipality,
        contact=printed.verification_url.partition("/v/")[0],
        at=paid.at,
    )
    if isinstance(page, Prepared):
        page.base.sha256(file[len(page.base.content) :]).hexdigest()
    else:
        hashlib.sha256(file).hexdigest()
    return file
