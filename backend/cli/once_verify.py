"""Looks at a signed document as a stranger would: the signature, the address printed on it, the mail it came by."""

import re
import time
from io import BytesIO
from pathlib import Path
from typing import Any, cast

import httpx
from asn1crypto import pem, x509
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.status import SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext
from pypdf import PdfReader

from backend.cli.loopback import LoopbackTransport
from backend.cli.problems import Problem
from backend.signing.first_revision import SignatureHoleNotFound, hole_of

_CODE = r"(?:[0-9A-Z]{4}-){3}[0-9A-Z]{4}"
_ADDRESS = re.compile(rf"https?://[^\s]+?/v/[^\s]+?/{_CODE}")
_MAIL_SECONDS = 120.0


def verify_signature(document: bytes, *, root: Path) -> None:
    """One signature, whole file covered, intact, valid, trusted, not revoked. Raises `Problem` otherwise."""
    signatures = PdfFileReader(BytesIO(document)).embedded_signatures
    if len(signatures) != 1:
        raise Problem(f"The document has {len(signatures)} signatures, not one.")
    trust = ValidationContext(trust_roots=[_certificate(root)], allow_fetching=True, revocation_mode="hard-fail")
    status = validate_pdf_signature(signatures[0], trust)
    whole = status.coverage is SignatureCoverageLevel.ENTIRE_FILE
    if not (status.intact and status.valid and status.trusted and status.bottom_line and whole):
        raise Problem("The signature does not hold.", status.summary())


def _certificate(path: Path) -> x509.Certificate:
    return x509.Certificate.load(pem.unarmor(path.read_bytes())[2])


def printed_address(document: bytes) -> str:
    """The verification address printed on the document, which may run over two lines."""
    text = "".join("".join(page.extract_text() for page in PdfReader(BytesIO(document)).pages).split())
    found = _ADDRESS.search(text)
    if found is None:
        raise Problem("No verification address is printed on the document.")
    return found[0]


def open_verification(url: str, *, municipality: str, total: int) -> None:
    """The page says authentic, whose it is and how much was paid. Raises `Problem` otherwise."""
    with httpx.Client(transport=LoopbackTransport(), timeout=15.0, headers={"Accept-Language": "es-CL"}) as client:
        answer = client.get(url)
    expected = ("auténtic", municipality, f"{total:,}".replace(",", "."))
    missing = [words for words in expected if words.lower() not in answer.text.lower()]
    if answer.status_code != 200 or missing:
        raise Problem(f"{url} answered {answer.status_code} and does not say {missing}.")


def wait_for_mail(sandbox: str, *, to: str, document: bytes) -> None:
    """A mail to that address arrived with this very document. Raises `Problem` after two minutes.

    Its time stamp may have come between the mail and the download.
    """
    deadline = time.monotonic() + _MAIL_SECONDS
    with httpx.Client(timeout=15.0) as client:
        while True:
            for mail in cast(list[dict[str, Any]], client.get(f"{sandbox}/mail.json", params={"to": to}).json()):
                for attached in mail["attachments"]:
                    url = f"{sandbox}/mail/{mail['id']}/{attached['n']}/{attached['filename']}"
                    if signed_part(client.get(url).content) == signed_part(document):
                        return
            if time.monotonic() > deadline:
                raise Problem(f"The mail to {to} did not arrive with the document.")
            time.sleep(0.25)


def signed_part(document: bytes) -> bytes:
    """Return all of a document but the signature's message, which a time stamp joins afterwards."""
    try:
        return hole_of(document).covered(document)
    except SignatureHoleNotFound:
        return document
