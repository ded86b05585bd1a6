"""Guards of verification, to be taken away one by one."""

import os
from typing import Any

from tests.controls.control import Control


def _any_document(digest: str) -> Any:
    from backend.receipts.models import Document

    return Document.objects.filter(issued__isnull=False).first()


def _always_in_office(fingerprint: str, at: Any) -> Any:
    from backend.signing.queries import Standing

    return Standing.IN_OFFICE


VERIFICATION = (
    Control(
        "only a hash on record makes a file authentic",
        "backend.receipts.file_verification._document_of",
        _any_document,
        "operations/test_file_verification.py::test_an_altered_document_is_altered[flipped]",
        "AUTHENTIC",
    ),
    Control(
        "the signer is registered to the municipality",
        "backend.receipts.file_verification.standing_of",
        _always_in_office,
        "operations/test_file_verification.py::test_another_holder_of_the_same_authority_is_not_ours",
        "NOT_ON_RECORD",
    ),
    Control(
        "the signer was in office when it was signed",
        "backend.receipts.file_verification.standing_of",
        _always_in_office,
        "operations/test_file_verification.py::test_a_signature_from_before_the_term_of_office_does_not_count",
        "NOT_ON_RECORD",
    ),
    Control(
        "a signer that is not trusted is refused",
        "backend.signing.examination.findings._reason_of_signer",
        lambda signature: None,
        "documents/test_examination.py::test_a_revoked_signer_is_refused",
        "REVOKED",
    ),
    Control(
        "files are counted",
        "backend.receipts.verification_views.are_over",
        lambda uses: False,
        "api/test_verification_page.py::test_files_are_counted_by_network",
        "files of one network were not counted",
    ),
    Control(
        "of a plate only the end is told",
        "backend.receipts.verification.masked",
        lambda name: name,
        "api/test_verification_page.py::test_the_file_itself_is_authentic_and_says_no_name",
        "not in",
    ),
    Control(
        "what examines a file knows no secret",
        "backend.shared.limited.child_environment",
        lambda: dict(os.environ),
        "documents/test_examination.py::test_the_process_knows_no_secret",
        "SEM_SECRET_KEY",
    ),
)
