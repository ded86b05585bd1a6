"""Every way in which a signed document is altered (`attacks`), and what must be said of it. Numbers: RECEIPTS §6."""

from collections.abc import Callable, Mapping

from backend.signing.examination.findings import Reason
from tests.documents import attacks

ALTERATIONS: Mapping[str, tuple[Callable[[bytes], bytes], Reason]] = {
    "01 a byte flipped": (attacks.flip_a_byte, Reason.CONTENT_CHANGED),
    "02 bytes after the end": (attacks.add_bytes, Reason.CHANGED_AFTERWARDS),
    "03 content replaced": (lambda pdf: attacks.revised(pdf, attacks.other_content), Reason.CHANGED_AFTERWARDS),
    "04 objects without a table": (attacks.add_objects_without_a_table, Reason.CHANGED_AFTERWARDS),
    "05 no ByteRange": (attacks.without_byte_range, Reason.SIGNATURE_BROKEN),
    "05b Contents empty": (lambda pdf: attacks.with_contents(pdf, b"<00>"), Reason.SIGNATURE_BROKEN),
    "05c Contents null": (lambda pdf: attacks.with_contents(pdf, b"null"), Reason.SIGNATURE_BROKEN),
    "05d ByteRange of zeros": (attacks.with_empty_byte_range, Reason.CONTENT_CHANGED),
    "06 wrapped": (attacks.wrapped, Reason.CONTENT_CHANGED),
    "07 text over it": (lambda pdf: attacks.revised(pdf, attacks.text_over_it), Reason.CHANGED_AFTERWARDS),
    "08 font swapped": (lambda pdf: attacks.revised(pdf, attacks.other_font), Reason.CHANGED_AFTERWARDS),
}
