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
        "a day without its manifest is seen",
        "backend.receipts.stuck.days_without_manifest",
        lambda *, now: [],
        "operations/test_manifests.py::test_a_day_that_lacks_its_manifest_is_stuck_with_its_age_until_it_has_it",
        "not enough values to unpack",
    ),
    Control(
        "a signature must hold, whoever signed",
        "backend.receipts.file_verification.reason_of_file",
        lambda findings: None,
        "operations/test_file_verification.py::test_what_somebody_signed_again_is_altered_whoever_it_is",
        "too many values to unpack",
    ),
    Control(
        "what cannot be the content of a stored file is not handed out",
        "backend.shared.files.is_content_of",
        lambda key, data: True,
        "rules/test_file_store.py::test_a_damaged_file_is_told_and_mended_by_storing_it_again[bucket]",
        "DID NOT RAISE",
    ),
    Control(
        "a manifest follows the one before",
        "backend.receipts.manifest_rules._follows",
        lambda manifest, before: True,
        "rules/test_manifest_rules.py::test_a_manifest_that_was_deleted_is_seen",
        "does not follow the manifest before",
    ),
    Control(
        "only a hash on record makes a file authentic",
        "backend.receipts.file_verification._document_of",
        _any_document,
        "operations/test_file_verification.py::test_an_altered_document_is_altered[01 a byte flipped]",
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
