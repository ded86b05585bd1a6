"""A document as its beginning, which it shares with others, and a tail with its own objects."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from backend.receipts.compiler.base_pages import SIGNATURE_NAMES
from backend.receipts.compiler.bases import BYTE_RANGE, HOLE, Base, Own, written_object
from backend.receipts.compiler.beginnings import Beginning, Block, beginning_of
from backend.receipts.compiler.matrices import matrix_maker
from backend.receipts.formats.xmp import About, xmp_packet
from backend.signing.first_revision import Hole, SignatureEntries
from backend.signing.validation_data import ValidationData

_RANGE = b"[ 0 %-10d %-10d %-10d ]"
_LENGTH_OF_RANGE = len(_RANGE % (0, 0, 0))


@dataclass(frozen=True)
class Prepared:
    """A document before it is signed. Can be signed: see `backend.signing.pades.Signable`."""

    base: Base
    contents: tuple[bytes, ...]
    """What each page shows that others of the shape do not."""

    address: str
    """What its QR code says."""

    about: About
    values: Mapping[str, str]
    look: Block | None = None
    """The block of its theme, where the base has none."""

    def shared(self, data: ValidationData | None = None) -> tuple[bytes, ...]:
        """Give the parts that the file begins with and that are stored once for all: base, look, block of an hour."""
        return self._beginning(data).shared

    def digest(self, file: bytes, hole: Hole, data: ValidationData | None = None) -> bytes:
        """Give the SHA-256 of what the signature covers: everything but the hole."""
        beginning, whole = self._beginning(data), memoryview(file)
        return beginning.sha256(whole[beginning.length : hole.start], whole[hole.end :]).digest()

    def sha256(self, file: bytes, data: ValidationData | None = None) -> str:
        """Give the SHA-256 of a file of this document, in hexadecimal; what it shares is not hashed again."""
        beginning = self._beginning(data)
        return beginning.sha256(memoryview(file)[beginning.length :]).hexdigest()

    def _beginning(self, data: ValidationData | None) -> Beginning:
        return beginning_of(self.base, self.look, data)

    def with_hole(self, entries: SignatureEntries, room: int, data: ValidationData | None = None) -> tuple[bytes, Hole]:
        """Write the file with a hole for its signature, as `first_revision.with_hole` does."""
        base, beginning = self.base, self._beginning(data)
        said = {**self.values, **_about_texts(self.about), **_signature_texts(entries)}
        packet = xmp_packet(self.about)
        *others, signature = base.texts
        table, tail = beginning.table(), bytearray()
        for number, content in (
            *zip(base.page_contents, map(_content, self.contents), strict=True),
            (base.picture, _picture(self.address)),
            (base.metadata, _stream(b" /Type /Metadata /Subtype /XML", packet)),
            *((own.number, _filled(own, said)) for own in others),
        ):
            table.note(number, beginning.length + len(tail))
            tail += written_object(number, content)
        start = beginning.length + len(tail)
        table.note(signature.number, start)
        before, _, rest = written_object(signature.number, _filled(signature, said)).partition(BYTE_RANGE)
        between, _, after = rest.partition(HOLE)
        hole_at = start + len(before) + _LENGTH_OF_RANGE + len(between)
        hole = Hole(hole_at, hole_at + 2 * room + 2)
        ending = after + table.written(hole.end + len(after), base, hashlib.sha256(packet).hexdigest()[:32].encode())
        covered = _RANGE % (hole.start, hole.end, len(ending))
        return b"".join((*beginning.pieces, tail, before, covered, between, _zeros(room), ending)), hole


@lru_cache(maxsize=16)
def _zeros(room: int) -> bytes:
    return b"<%s>" % bytes(room).hex().encode()


def _filled(own: Own, said: Mapping[str, str]) -> bytes:
    return b"".join([part if isinstance(part, bytes) else _text_string(_worded(part, said)) for part in own.parts])


def _worded(parts: tuple[str, ...], said: Mapping[str, str]) -> str:
    return "".join([said[part] if place % 2 else part for place, part in enumerate(parts)])


@lru_cache(maxsize=1024)
def _text_string(text: str) -> bytes:
    """7.9.2.2: plain where ASCII will do, else UTF-16."""
    if text.isascii() and text.isprintable() and not set(text) & set("()\\"):
        return b"(%s)" % text.encode("ascii")
    return b"<FEFF%s>" % text.encode("utf-16-be").hex().encode()


def _picture(address: str) -> bytes:
    """An image of one bit for each module (8.9.5)."""
    said = address.encode()
    maker = matrix_maker(len(said))
    entries = b" /Type /XObject /Subtype /Image /Width %d /Height %d /BitsPerComponent 1 /ColorSpace /DeviceGray"
    return _stream(entries % (maker.modules, maker.modules), maker.picture(said))


def _content(content: bytes) -> bytes:
    return _stream(b"", content)


def _stream(entries: bytes, content: bytes) -> bytes:
    """7.3.8. Nothing is compressed: `FileStore` does that for the tail as a whole."""
    return b"<< /Length %d%s >>\nstream\n%s\nendstream" % (len(content), entries, content)


def _signature_texts(entries: SignatureEntries) -> dict[str, str]:
    said = entries.name, entries.reason, entries.location, entries.contact, entries.signed_at
    return dict(zip(SIGNATURE_NAMES, said, strict=True))


def _about_texts(about: About) -> dict[str, str]:
    return {
        "about.title": about.title,
        "about.author": about.author,
        "about.subject": about.subject,
        "about.created": f"D:{about.issued_on.isoformat().replace('-', '')}000000Z",
    }
