"""A document as its beginning, which it shares with others, and a tail with its own objects."""

import hashlib
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from backend.receipts.compiler.base_pages import SIGNATURE_NAMES
from backend.receipts.compiler.bases import BYTE_RANGE, HOLE, Base, Own, beginning_of, written_object
from backend.receipts.compiler.matrices import matrix_maker
from backend.receipts.formats.xmp import About, xmp_packet
from backend.signing.first_revision import Hole, SignatureEntries
from backend.signing.validation_data import ValidationData

_RANGE = b"[ 0 %-10d %-10d %-10d ]"
_QUICKLY = 1
"""How hard zlib tries: the next step takes twice as long for 3 % less."""


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

    def shared(self, data: ValidationData | None = None) -> tuple[bytes, ...]:
        """Give the parts that the file begins with and that are stored once for all: base, and block of an hour."""
        return beginning_of(self.base, data).shared

    def digest(self, file: bytes, hole: Hole, data: ValidationData | None = None) -> bytes:
        """Give the SHA-256 of what the signature covers: everything but the hole."""
        beginning = beginning_of(self.base, data)
        return beginning.sha256(file[len(beginning.content) : hole.start], file[hole.end :]).digest()

    def with_hole(self, entries: SignatureEntries, room: int, data: ValidationData | None = None) -> tuple[bytes, Hole]:
        """Write the file with a hole for its signature, as `first_revision.with_hole` does."""
        base, beginning = self.base, beginning_of(self.base, data)
        said = {**self.values, **_about_texts(self.about), **dict(zip(SIGNATURE_NAMES, _said(entries), strict=True))}
        packet = xmp_packet(self.about)
        objects = [
            *(
                (number, _stream(b"/Filter /FlateDecode", zlib.compress(content, _QUICKLY)))
                for number, content in zip(base.page_contents, self.contents, strict=True)
            ),
            (base.picture, _picture(self.address)),
            (base.metadata, _stream(b"/Type /Metadata /Subtype /XML", packet)),
            *((own.number, _filled(own, said)) for own in base.texts),
        ]
        file = bytearray(beginning.content)
        offsets = dict(beginning.offsets)
        for number, content in objects:  # the signature is the last: what follows it has a known length
            offsets[number] = len(file)
            file += written_object(number, content)
        identity = hashlib.sha256(packet).hexdigest()[:32].encode()
        table = len(file) + _length_of_hole(room) - len(HOLE)
        file += _table(offsets, base.size)
        file += b"trailer\n<< /Size %d /Root %d 0 R /Info %d 0 R /ID [ <%s> <%s> ] >>\nstartxref\n%d\n%%%%EOF\n" % (
            base.size,
            base.root,
            base.information,
            identity,
            identity,
            table,
        )
        return _with_range(file, room, offsets[base.signature])


def _filled(own: Own, said: Mapping[str, str]) -> bytes:
    return b"".join(part if isinstance(part, bytes) else _text_string(_worded(part, said)) for part in own.parts)


def _worded(parts: tuple[str, ...], said: Mapping[str, str]) -> str:
    return "".join(said[part] if place % 2 else part for place, part in enumerate(parts))


def _text_string(text: str) -> bytes:
    """7.9.2.2: plain where ASCII will do, else UTF-16."""
    if text.isascii() and text.isprintable() and not set(text) & set("()\\"):
        return b"(%s)" % text.encode("ascii")
    return b"<FEFF%s>" % text.encode("utf-16-be").hex().encode()


def _picture(address: str) -> bytes:
    """An image of one bit for each module (8.9.5)."""
    maker = matrix_maker(len(address.encode()))
    entries = b"/Type /XObject /Subtype /Image /Width %d /Height %d /BitsPerComponent 1 /ColorSpace /DeviceGray"
    rows = zlib.compress(maker.picture(address.encode()), _QUICKLY)
    return _stream(entries % (maker.modules, maker.modules) + b" /Filter /FlateDecode", rows)


def _stream(entries: bytes, content: bytes) -> bytes:
    return b"<< %s /Length %d >>\nstream\n%s\nendstream" % (entries, len(content), content)


def _table(offsets: Mapping[int, int], size: int) -> bytes:
    """7.5.4: twenty bytes for each object; numbers that nothing has are free."""
    return b"xref\n0 %d\n%s" % (size, b"".join([*map(_entry, map(offsets.get, range(size)))]))


@lru_cache(maxsize=50_000)
def _entry(offset: int | None) -> bytes:
    return b"0000000000 65535 f \n" if offset is None else b"%010d 00000 n \n" % offset


def _length_of_hole(room: int) -> int:
    return 2 * room + 2 + len(_RANGE % (0, 0, 0)) - len(BYTE_RANGE)


def _with_range(file: bytearray, room: int, signature: int) -> tuple[bytes, Hole]:
    """Make the hole, and say which bytes the signature covers (12.8.1)."""
    rest = bytes(file[signature:])
    before, _, after = rest.partition(HOLE)
    blank = _RANGE % (0, 0, 0)
    start = signature + len(before) + (len(blank) - len(BYTE_RANGE) if BYTE_RANGE in before else 0)
    hole = Hole(start, start + 2 * room + 2)
    length = len(after) + (len(blank) - len(BYTE_RANGE) if BYTE_RANGE in after else 0)
    written = (before + b"<" + b"00" * room + b">" + after).replace(BYTE_RANGE, _RANGE % (hole.start, hole.end, length))
    return bytes(file[:signature]) + written, hole


def _said(entries: SignatureEntries) -> tuple[str, ...]:
    return entries.name, entries.reason, entries.location, entries.contact, entries.signed_at


def _about_texts(about: About) -> dict[str, str]:
    return {
        "about.title": about.title,
        "about.author": about.author,
        "about.subject": about.subject,
        "about.created": f"D:{about.issued_on:%Y%m%d}000000Z",
    }
