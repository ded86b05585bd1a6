"""One municipality and one kind of permit: what a document of a compiled program costs when nothing else is new.

From frozen data to the hash of the signed file, level PAdES B-B. The values of each document are its own, made by the
services' rules; nothing is sent and no database is asked.
"""

import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from itertools import islice
from pathlib import Path

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from backend.cli.bench_season_documents import documents_of, towns
from backend.cli.problems import Problem
from backend.receipts.compiler.pieces import Prepared
from backend.receipts.compiler.programs import Programs, draw_permit
from backend.receipts.compiler.values import taken_apart
from backend.receipts.rendering import PermitDocument, lines_of, render_permit, written
from backend.signing.pades import sign_pdf
from backend.signing.signers.base import Signer
from backend.signing.signers.local_key import LocalKey, open_local_key
from backend.signing.validation_data import ValidationData
from sandbox.authority import Authority
from theming import load_preset
from theming.tokens import Theme

BATCHES = 15
PASSPHRASE = "bench"
_THEME = "nunoa"
_LOOKED_THROUGH = 12
"""Documents for each one of the commonest shape, at most."""


@dataclass(frozen=True)
class TownBench:
    """A municipality's theme, signer and programs, warm, and documents that they fit, each to be used once."""

    theme: Theme
    key: LocalKey
    programs: Programs
    documents: Iterator[PermitDocument]

    def issue(self, document: PermitDocument) -> bytes:
        """Draw, sign and hash a document. Raises `Problem` where it is not the program that draws it."""
        page = draw_permit(document, self.theme, self.programs)
        if isinstance(page, bytes):
            raise Problem("A document of the bench was not compiled.", "")
        file = signed(page, document, self.key)
        page.sha256(file)
        return file

    def compose(self, document: PermitDocument) -> bytes:
        """Do the same without a program."""
        return signed(render_permit(document, self.theme), document, self.key)

    def by_turns(
        self, issue: Callable[[PermitDocument], object], documents: int, *, batches: int = BATCHES
    ) -> "ByTurns":
        """Issue batches of that many documents, one bare signature after each: what disturbs one disturbs both."""
        key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        issue(next(self.documents))  # what is made once is there then
        costs = [self._cost_by_turns(issue, key, documents) for _ in range(batches)]
        return ByTurns(min(cost.document_ms for cost in costs), min(cost.rsa_ms for cost in costs))

    def _cost_by_turns(
        self, issue: Callable[[PermitDocument], object], key: rsa.RSAPrivateKey, documents: int
    ) -> "ByTurns":
        issuing = signing = count = 0.0
        for document in islice(self.documents, documents):
            said = document.folio.encode()
            issuing += cpu_ms(partial(issue, document))
            signing += cpu_ms(partial(key.sign, said, padding.PKCS1v15(), hashes.SHA256()))
            count += 1
        if not count:
            raise Problem("There are no documents left for this bench.", "Ask for fewer, or look through more.")
        return ByTurns(issuing / count, signing / count)


@dataclass(frozen=True)
class ByTurns:
    """CPU in milliseconds of a document and of one RSA-2048 signature, each the least of several batches."""

    document_ms: float
    rsa_ms: float

    @property
    def ratio(self) -> float:
        return self.document_ms / self.rsa_ms


def open_town(key_file: Path, *, documents: int) -> TownBench:
    """Compile what the documents of a municipality need, and give it with at least that many of them."""
    theme, programs = load_preset(_THEME), Programs()
    found = _of_one_shape(documents)
    first = found[0]
    draw_permit(first, theme, programs)  # the second of a kind is compiled
    page = draw_permit(first, theme, programs)
    if isinstance(page, bytes):
        raise Problem("The documents of the bench were not compiled.", "")
    fitting = (document for document in found if isinstance(draw_permit(document, theme, programs), Prepared))
    return TownBench(theme, open_local_key(key_file, PASSPHRASE), programs, iter(list(fitting)))


def _of_one_shape(documents: int) -> list[PermitDocument]:
    """Give the documents of the commonest shape of the largest municipality, whatever lines their values take."""
    made = [paid.document for paid in islice(documents_of(towns()[0]), _LOOKED_THROUGH * documents)]
    shapes = [(taken_apart(written(document)).shape, lines_of(document)) for document in made]
    ((commonest, _),) = Counter(shapes).most_common(1)
    return [document for document, shape in zip(made, shapes, strict=True) if shape == commonest]


def issue_key(authority: Authority, path: Path, name: str) -> Path:
    """Have the development authority issue the key of a treasurer, RSA-2048."""
    authority.issue_official(
        common_name=f"Tesorería Municipal de {name}",
        rut="44000017-7",
        organisation=f"Municipalidad de {name}",
        path=path,
        passphrase=PASSPHRASE,
    )
    return path


def signed(
    page: bytes | Prepared,
    document: PermitDocument,
    key: Signer,
    *,
    at: datetime = datetime(2026, 3, 20, 15, 4, tzinfo=UTC),
    data: ValidationData | None = None,
) -> bytes:
    """Sign a document as its issue does."""
    return sign_pdf(
        page,
        key,
        reason=f"{document.title} {document.period}, folio {document.folio}",
        location=document.municipality,
        contact=document.verification_url.partition("/v/")[0],
        at=at,
        data=data,
    )


def cpu_ms(call: Callable[[], object]) -> float:
    """Tell the CPU in milliseconds that a call takes of this process."""
    began = time.process_time()
    call()
    return (time.process_time() - began) * 1000
