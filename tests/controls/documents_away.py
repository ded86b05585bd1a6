"""Guards of documents and their signatures, to be taken away one by one."""

from typing import Any

from backend.receipts.compiler.paragraphs import Broken, break_lines
from tests.controls.control import Control


def _stamped_in_name_only(signed: bytes, *, data: Any = None) -> Any:
    from backend.shared import clock
    from backend.signing.pades import Stamped

    return Stamped(signed, clock.now(), ())


def _written_as_given(writer: Any, document: Any, marked: Any) -> None:
    """Leave the tree out."""


def _names_in_one_line(text: str, face: Any, size: float, room: float) -> Any:
    if text.startswith("Contribuyente"):
        return Broken((text,), is_within_a_word=False)
    return break_lines(text, face, size, room)


def _that_one_alone(certificate: Any, others: Any, roots: Any, *, at: Any) -> Any:
    return (certificate,)


DOCUMENTS = (
    Control(
        "who stamps is pinned",
        "backend.signing.time_stamps.chain_to_root",
        _that_one_alone,
        "documents/test_time_stamps.py::test_an_authority_that_is_not_pinned_is_not_believed[nobody is pinned]",
        "DID NOT RAISE",
    ),
    Control(
        "an answer about a certificate is signed by its authority",
        "backend.signing.signers.responders._require_signed",
        lambda answer, issuer, at: None,
        "documents/test_responders.py::test_an_answer_that_does_not_hold_is_none_and_the_list_serves"
        "[bad_signature-no es de la autoridad]",
        "DID NOT RAISE",
    ),
    Control(
        "what a stamped document lacks to be validated offline is added",
        "backend.signing.operations.covers_stamp",
        lambda pdf, stamper, *, at: True,
        "operations/test_offline_documents.py"
        "::test_where_the_stamp_comes_later_a_document_waits_for_no_data_and_gets_it_with_the_stamp",
        "stamp_receipt",
    ),
    Control(
        "a time stamp is of what was asked about",
        "backend.signing.time_stamps._demand",
        lambda holds, reason: None,
        "documents/test_time_stamps.py::test_a_stamp_that_does_not_hold_is_none[wrong_hash-is of something else]",
        "DID NOT RAISE",
    ),
    Control(
        "the signature of a time stamp is checked",
        "backend.signing.time_stamps._check_signature",
        lambda message, content, at: None,
        "documents/test_time_stamps.py::test_a_stamp_that_does_not_hold_is_none"
        "[bad_signature-changed after it was signed]",
        "DID NOT RAISE",
    ),
    Control(
        "a document is issued with its stamp where stamps come at once",
        "backend.receipts.operations.stamp_pdf",
        _stamped_in_name_only,
        "operations/test_time_stamps.py::test_where_stamps_come_at_once_a_document_waits_for_its_stamp[wrong_nonce]",
        "a document was issued without its stamp",
    ),
    Control(
        "a document says what its parts are",
        "backend.receipts.formats.archive.write_tree",
        _written_as_given,
        "documents/test_formats.py::test_what_is_paid_is_a_table_with_rows_and_header_cells",
        "StructTreeRoot",
    ),
    Control(
        "the page says what its template says",
        "backend.receipts.formats.marking._Page._take",
        lambda self, letters, text: self._waiting.pop(0).element,
        "documents/test_marking.py::test_a_page_that_says_something_else_than_its_template_is_refused[turned round]",
        "DID NOT RAISE",
    ),
    Control(
        "a program is compared with what is composed",
        "backend.receipts.compiler.compiling._Compiler._compare",
        lambda self, page: None,
        "documents/test_refusals.py::test_an_unsafe_template_is_refused_in_words_that_its_author_understands"
        "[a value decides]",
        "DID NOT RAISE",
    ),
    Control(
        "a template that changes values is known by its source",
        "theming.plain_values._is_plain",
        lambda shown: True,
        "documents/test_refusals.py::test_a_template_that_changes_or_compares_values_is_known_by_its_source[a filter]",
        "assert [] ==",
    ),
    Control(
        "a document has the pages that it says it has",
        "backend.receipts.rendering.find_faults",
        lambda pdf, theme, *, pages: [],
        "documents/test_rendering.py::test_a_fact_that_is_longer_than_a_page_is_refused",
        "DID NOT RAISE",
    ),
    Control(
        "values of another shape are not drawn",
        "backend.receipts.compiler.paragraphs.break_lines",
        _names_in_one_line,
        "documents/test_compiler.py::test_values_that_do_not_fit_are_not_drawn[two lines]",
        "DID NOT RAISE",
    ),
)
