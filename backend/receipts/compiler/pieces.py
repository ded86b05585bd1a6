"""A document in two pieces: a base with every object that is always the same, and a tail with its own objects.

A PDF is a row of numbered objects, a table of where each begins, and a trailer that names the first (ISO 32000-1, 7.5).
Objects may lie in any order, so those of the base come first, and one base serves all documents of a shape. Which
objects are a document's own is found by the probes in them.
"""

import hashlib
import io
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache

from pypdf import PdfReader
from pypdf.generic import (
    ArrayObject,
    DictionaryObject,
    IndirectObject,
    NameObject,
    PdfObject,
    StreamObject,
    TextStringObject,
)

from backend.receipts.compiler.base_pages import (
    CONTENT_PLACE,
    NAMES_BESIDE_THE_PAGE,
    SIGNATURE_NAMES,
    is_picture_place,
    page_with_places,
)
from backend.receipts.compiler.compiling import CompiledPage
from backend.receipts.compiler.matrices import matrix_maker
from backend.receipts.compiler.probes import PROBE
from backend.receipts.formats.xmp import About, xmp_packet
from backend.signing.first_revision import Hole, SignatureEntries

_HEADER = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"
"""7.5.2: the second line tells programs that the file is not text."""

_RANGE = b"[ 0 %-10d %-10d %-10d ]"
_QUICKLY = 1
"""How hard zlib tries: the next step takes twice as long for 3 % less."""


@dataclass(frozen=True)
class _Own:
    """An object of the document: its number, and its bytes with texts between them, names of values at odd places."""

    number: int
    parts: tuple[bytes | tuple[str, ...], ...]


@dataclass(frozen=True)
class Base:
    """What every document of a shape begins with, where its objects lie, and which are left to the tail."""

    content: bytes
    offsets: Mapping[int, int]
    size: int
    """One more than the highest object number (7.5.5)."""

    root: int
    information: int
    page_content: int
    picture: int
    metadata: int
    signature: int
    texts: tuple[_Own, ...]

    def sha256(self, *pieces: bytes) -> "hashlib._Hash":
        """Hash the base and what follows it; the base itself is hashed once."""
        hashed = self._hashed.copy()
        for piece in pieces:
            hashed.update(piece)
        return hashed

    @cached_property
    def _hashed(self) -> "hashlib._Hash":
        return hashlib.sha256(self.content)


@dataclass(frozen=True)
class Prepared:
    """A document before it is signed. Can be signed: see `backend.signing.pades.Signable`."""

    base: Base
    content: bytes
    address: str
    """What its QR code says."""

    about: About
    values: Mapping[str, str]

    def digest(self, file: bytes, hole: Hole) -> bytes:
        """Give the SHA-256 of what the signature covers: everything but the hole."""
        return self.base.sha256(file[len(self.base.content) : hole.start], file[hole.end :]).digest()

    def with_hole(self, entries: SignatureEntries, room: int) -> tuple[bytes, Hole]:
        """Write the file with a hole for its signature, as `first_revision.with_hole` does."""
        base = self.base
        said = {**self.values, **_about_texts(self.about), **dict(zip(SIGNATURE_NAMES, _said(entries), strict=True))}
        packet = xmp_packet(self.about)
        objects = [
            (base.page_content, _stream(b"/Filter /FlateDecode", zlib.compress(self.content, _QUICKLY))),
            (base.picture, _picture(self.address)),
            (base.metadata, _stream(b"/Type /Metadata /Subtype /XML", packet)),
            *((own.number, _filled(own, said)) for own in base.texts),
        ]
        file = bytearray(base.content)
        offsets = dict(base.offsets)
        for number, content in objects:  # the signature is the last: what follows it has a known length
            offsets[number] = len(file)
            file += b"%d 0 obj\n%s\nendobj\n" % (number, content)
        identity = hashlib.sha256(packet).hexdigest()[:32].encode()
        table = len(file) + _length_of_hole(room) - len(_HOLE)
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


_HOLE = b"\xffthe signature\xff"
_BYTE_RANGE = b"\xffthe byte range\xff"
"""No text of a document can be mistaken for these: see `_text_string`."""

_MARK = "the place of text %d"


def base_of(page: CompiledPage) -> Base:
    """Write the base of a compiled page."""
    reader = PdfReader(io.BytesIO(page_with_places(page)))
    root = _reference(reader.trailer.raw_get("/Root"))
    information = _reference(reader.trailer.raw_get("/Info"))
    catalog = reader.root_object
    metadata = _reference(catalog.raw_get("/Metadata"))
    permissions = catalog["/Perms"]
    assert isinstance(permissions, DictionaryObject)
    signature = _reference(permissions.raw_get("/DocMDP"))
    file, offsets, texts = bytearray(_HEADER), {}, []
    page_content = picture = 0
    for number, found in sorted(_everything(reader)):
        if isinstance(found, StreamObject) and is_picture_place(found):
            picture = number
        elif isinstance(found, StreamObject) and found.get_data() == CONTENT_PLACE:
            page_content = number
        elif number == metadata:
            continue
        elif isinstance(found, DictionaryObject) and (
            own := _own(number, found, {**page.names, **NAMES_BESIDE_THE_PAGE})
        ):
            texts.append(own)
        else:
            offsets[number] = len(file)
            file += b"%d 0 obj\n%s\nendobj\n" % (number, _serialised(found))
    assert page_content
    assert picture
    texts.sort(key=lambda own: own.number == signature)
    size = max([*offsets, page_content, picture, metadata, *(own.number for own in texts)]) + 1
    return Base(bytes(file), offsets, size, root, information, page_content, picture, metadata, signature, tuple(texts))


def _everything(reader: PdfReader) -> Iterator[tuple[int, PdfObject]]:
    """Give each object that can be reached from the trailer, with its number."""
    seen: set[int] = set()
    waiting: list[PdfObject] = [reader.trailer.raw_get("/Root"), reader.trailer.raw_get("/Info")]
    while waiting:
        found = waiting.pop()
        if isinstance(found, IndirectObject):
            if found.idnum in seen:
                continue
            seen.add(found.idnum)
            target = found.get_object()
            assert target is not None
            yield found.idnum, target
            found = target
        if isinstance(found, DictionaryObject):
            waiting += [found.raw_get(key) for key in found]
        elif isinstance(found, ArrayObject):
            waiting += list(found)


def _own(number: int, found: DictionaryObject, names: Mapping[int, str]) -> _Own | None:
    """Take the texts with probes out of a dictionary; None where it has none."""
    texts: list[str] = []
    for key in list(found):
        value = found.raw_get(key)
        if isinstance(value, TextStringObject) and PROBE.search(value):
            found[NameObject(key)] = TextStringObject(_MARK % len(texts))
            texts.append(value)
    if not texts:
        return None
    if "/ByteRange" in found:
        found[NameObject("/ByteRange")] = NameObject("/ByteRangePlace")
        found[NameObject("/Contents")] = NameObject("/ContentsPlace")
    rest = _serialised(found).replace(b"/ByteRangePlace", _BYTE_RANGE).replace(b"/ContentsPlace", _HOLE)
    parts: list[bytes | tuple[str, ...]] = []
    for place, text in enumerate(texts):
        before, _, rest = rest.partition(b"(%s)" % (_MARK % place).encode())
        pieces = enumerate(PROBE.split(text))
        parts += [before, tuple(names[int(piece)] if odd % 2 else piece for odd, piece in pieces)]
    return _Own(number, (*parts, rest))


def _filled(own: _Own, said: Mapping[str, str]) -> bytes:
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
    return 2 * room + 2 + len(_RANGE % (0, 0, 0)) - len(_BYTE_RANGE)


def _with_range(file: bytearray, room: int, signature: int) -> tuple[bytes, Hole]:
    """Make the hole, and say which bytes the signature covers (12.8.1)."""
    rest = bytes(file[signature:])
    before, _, after = rest.partition(_HOLE)
    blank = _RANGE % (0, 0, 0)
    start = signature + len(before) + (len(blank) - len(_BYTE_RANGE) if _BYTE_RANGE in before else 0)
    hole = Hole(start, start + 2 * room + 2)
    length = len(after) + (len(blank) - len(_BYTE_RANGE) if _BYTE_RANGE in after else 0)
    written = (before + b"<" + b"00" * room + b">" + after).replace(
        _BYTE_RANGE, _RANGE % (hole.start, hole.end, length)
    )
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


def _serialised(found: PdfObject) -> bytes:
    written = io.BytesIO()
    found.write_to_stream(written)
    return written.getvalue()


def _reference(found: PdfObject) -> int:
    assert isinstance(found, IndirectObject)
    return found.idnum
