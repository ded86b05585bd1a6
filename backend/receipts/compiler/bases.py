"""What documents of a shape begin with: every object that is the same in all of them.

A PDF is a row of numbered objects, a table of where each begins, and a trailer that names the first (ISO 32000-1, 7.5).
Objects may lie in any order, so those of the base come first, and one base serves all documents of a shape. Which
objects are a document's own is found by the probes in them. The first numbers are kept for what validates a signature
(`backend.signing.pdf_store`) and for the look of a municipality (`looks`): one block of either serves every base.
"""

import hashlib
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

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
    NAMES_BESIDE_THE_PAGE,
    PALETTE_PLACE,
    is_logo_place,
    is_picture_place,
    page_of_place,
    page_with_places,
)
from backend.receipts.compiler.compiling import CompiledPage
from backend.receipts.compiler.probes import PROBE

HOLE = b"\xffthe signature\xff"
BYTE_RANGE = b"\xffthe byte range\xff"
"""No text of a document can be mistaken for these: see `pieces`."""

_HEADER = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"
"""7.5.2: the second line tells programs that the file is not text."""

STORE = range(1, 21)
"""Object numbers of the store and its streams: two chains of five certificates with an answer for each take 19."""

PALETTE, LOGO, LOGO_PICTURE, LOGO_MASK = range(21, 25)
"""Object numbers of the block of a theme: see `looks`."""

_FIRST = 24
"""Added to the numbers that the objects have in the page of probes."""

_MARK = "the place of text %d"


@dataclass(frozen=True)
class Own:
    """An object of the document: its number, and its bytes with texts between them, names of values at odd places."""

    number: int
    parts: tuple[bytes | tuple[str, ...], ...]


@dataclass(frozen=True, eq=False)
class Base:
    """What every document of a shape begins with, where its objects lie, and which are left to the tail."""

    content: bytes
    offsets: Mapping[int, int]
    size: int
    """One more than the highest object number (7.5.5)."""

    root: int
    information: int
    page_contents: tuple[int, ...]
    """Of the pages in their order."""

    picture: int
    metadata: int
    signature: int
    texts: tuple[Own, ...]

    @cached_property
    def hashed(self) -> "hashlib._Hash":
        """The SHA-256 of the base, to go on from a copy of it."""
        return hashlib.sha256(self.content)


def written_object(number: int, content: bytes) -> bytes:
    """7.3.10."""
    return b"%d 0 obj\n%s\nendobj\n" % (number, content)


def base_of(page: CompiledPage) -> Base:
    """Write the base of a compiled page."""
    reader = PdfReader(io.BytesIO(page_with_places(page)))
    found_in_page = dict(_everything(reader))
    numbers = {number: LOGO if is_logo_place(found) else _FIRST + number for number, found in found_in_page.items()}
    root, information = (numbers[_reference(reader.trailer.raw_get(name))] for name in ("/Root", "/Info"))
    catalog = reader.root_object
    metadata = numbers[_reference(catalog.raw_get("/Metadata"))]
    permissions = catalog["/Perms"]
    assert isinstance(permissions, DictionaryObject)
    signature = numbers[_reference(permissions.raw_get("/DocMDP"))]
    for found in found_in_page.values():
        _renumber(found, numbers)
    catalog[NameObject("/DSS")] = IndirectObject(STORE[0], 0, reader)
    file, offsets, texts = bytearray(_HEADER), {}, []
    contents: dict[int, int] = {}
    picture = 0
    everything = sorted((numbers[number], found) for number, found in found_in_page.items())
    for number, found in everything:
        if number == LOGO:
            continue
        if isinstance(found, StreamObject) and is_picture_place(found):
            picture = number
        elif isinstance(found, StreamObject) and (page_number := page_of_place(found)) is not None:
            contents[page_number] = number
        elif number == metadata:
            continue
        elif isinstance(found, DictionaryObject) and (
            own := _own(number, found, {**page.names, **NAMES_BESIDE_THE_PAGE})
        ):
            texts.append(own)
        else:
            offsets[number] = len(file)
            file += written_object(number, _serialised(found))
    pages = tuple(number for _, number in sorted(contents.items()))
    assert len(pages) == len(page.constants)
    assert picture
    texts.sort(key=lambda own: own.number == signature)
    size = everything[-1][0] + 1
    return Base(bytes(file), offsets, size, root, information, pages, picture, metadata, signature, tuple(texts))


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


def _own(number: int, found: DictionaryObject, names: Mapping[int, str]) -> Own | None:
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
    rest = _serialised(found).replace(b"/ByteRangePlace", BYTE_RANGE).replace(b"/ContentsPlace", HOLE)
    parts: list[bytes | tuple[str, ...]] = []
    for place, text in enumerate(texts):
        before, _, rest = rest.partition(b"(%s)" % (_MARK % place).encode())
        pieces = enumerate(PROBE.split(text))
        parts += [before, tuple(names[int(piece)] if odd % 2 else piece for odd, piece in pieces)]
    return Own(number, (*parts, rest))


def _serialised(found: PdfObject) -> bytes:
    written = io.BytesIO()
    found.write_to_stream(written)
    return written.getvalue().replace(PALETTE_PLACE, b"%d 0 R" % PALETTE)


def _reference(found: PdfObject) -> int:
    assert isinstance(found, IndirectObject)
    return found.idnum


def _renumber(found: PdfObject, numbers: Mapping[int, int]) -> None:
    """Have an object, with what lies directly in it, name others by their numbers in the base."""
    if isinstance(found, DictionaryObject):
        places = [(key, found.raw_get(key)) for key in found]
    elif isinstance(found, ArrayObject):
        places = list(enumerate(list(found)))
    else:
        return
    for place, value in places:
        if isinstance(value, IndirectObject):
            found[place] = IndirectObject(numbers[value.idnum], value.generation, value.pdf)
        else:
            _renumber(value, numbers)
