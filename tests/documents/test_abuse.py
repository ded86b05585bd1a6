"""What is made to cost much or to confuse gets a clear answer within the limits, and the process ends."""

import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from backend.signing.examination.examiner import ExaminationTooCostly, examine_file
from backend.signing.examination.findings import Reason, reason_of_file
from backend.signing.examination.limits import LIMITS
from backend.signing.trust import TrustFolder
from tests.documents import abuses
from tests.documents.conftest import OpenKey, signed


def answer(pdf: bytes, tmp_path: Path) -> Reason | None:
    """What is said of a file, and within the time that an examination may take."""
    began = time.monotonic()
    try:
        return reason_of_file(examine_file(pdf, TrustFolder(tmp_path), now=datetime.now(UTC)))
    except ExaminationTooCostly:
        return Reason.TOO_COSTLY
    finally:
        assert time.monotonic() - began < LIMITS.seconds + 2


@pytest.mark.parametrize(
    ("pdf", "expected"),
    [
        (abuses.form(b"[]"), Reason.NOT_SIGNED),
        (abuses.many_signatures(1_000), Reason.SIGNATURE_BROKEN),
        (abuses.many_signatures(1, behind_stamps=50), Reason.SIGNATURE_BROKEN),
        (abuses.fields_that_contain_each_other(), Reason.NOT_A_PDF),
        (abuses.fields_in_fields(5_000), Reason.NOT_A_PDF),
        (abuses.dictionaries_in_dictionaries(20_000), Reason.NOT_A_PDF),
        (abuses.revisions_in_a_circle(), Reason.NOT_A_PDF),
        (abuses.objects_that_unpack_to(10 * 1024**2), Reason.NOT_A_PDF),
        (abuses.objects_that_unpack_to(1024**3), Reason.NOT_A_PDF),
        (b"%PDF-1.7\n" + bytes(10 * 1024**2), Reason.TOO_COSTLY),
        (abuses.with_xfa(), Reason.NOT_SIGNED),
    ],
    ids=[
        "an empty form",
        "a thousand signatures",
        "a signature behind fifty stamps",
        "fields in a circle",
        "fields in fields",
        "deep dictionaries",
        "revisions in a circle",
        "packed to 10 MB",
        "packed to 1 GB",
        "10 MB",
        "XFA",
    ],
)
def test_an_abuse_gets_its_answer_in_time(tmp_path: Path, pdf: bytes, expected: Reason) -> None:
    assert answer(pdf, tmp_path) == expected


@pytest.mark.parametrize("password", ["", "of the user"])
def test_a_file_behind_a_password_is_told_so(rendered_permit: bytes, tmp_path: Path, password: str) -> None:
    assert answer(abuses.encrypted(rendered_permit, password), tmp_path) == Reason.ENCRYPTED


def test_a_document_inside_another_pdf_is_not_the_file(
    open_key: OpenKey, rendered_permit: bytes, tmp_path: Path
) -> None:
    pdf = signed(rendered_permit, open_key())

    assert answer(abuses.around(pdf), tmp_path) == Reason.NOT_SIGNED
    assert answer(b"%!PS\n" + pdf, tmp_path) in (Reason.CONTENT_CHANGED, Reason.SIGNATURE_BROKEN, Reason.NOT_A_PDF)
