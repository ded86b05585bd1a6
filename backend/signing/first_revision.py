"""A PDF written with a hole for its signature: one revision, all of it covered (ISO 32000-1, 12.8)."""

import io
import re
from dataclasses import dataclass

from pypdf import PdfReader, PdfWriter
from pypdf.generic import (
    ArrayObject,
    ByteStringObject,
    DictionaryObject,
    FloatObject,
    IndirectObject,
    NameObject,
    NumberObject,
    StreamObject,
    TextStringObject,
)

from backend.signing.validation_data import ValidationData

_FIELD = "Firma"
_NO_CHANGES_ALLOWED = 1
"""DocMDP permission (12.8.2.2, table 254)."""

_SIGNED_AND_APPEND_ONLY = 3
"""SigFlags of the form (12.7.2, table 219)."""

_PRINTED_AND_LOCKED = 132
"""Flags of the widget (12.5.3, table 165); PDF/A-2 asks for the first (ISO 19005-2, 6.3.2)."""

_WIDEST = 9_999_999_999
_RANGE = re.compile(rb"/ByteRange \[ 0 (\d{1,10}) +(\d{1,10}) +(\d{1,10}) *\]")


class SignatureHoleNotFound(ValueError):
    """Raised by `hole_of`: the file has no signature, several, or one that somebody else wrote."""


@dataclass(frozen=True)
class SignatureEntries:
    """What a signature says about itself in plain text (12.8.1, table 252)."""

    name: str
    reason: str
    location: str
    contact: str
    signed_at: str
    """As D:YYYYMMDDHHMMSS+00'00' (7.9.4)."""


@dataclass(frozen=True)
class Hole:
    """Where the signature lies in a file, angle brackets included."""

    start: int
    end: int

    def covered(self, file: bytes) -> bytes:
        """Give what the signature covers: everything but itself."""
        return file[: self.start] + file[self.end :]

    def content(self, file: bytes) -> bytes:
        """Give what the hole holds, with the zeros behind it."""
        return bytes.fromhex(file[self.start + 1 : self.end - 1].decode("ascii"))

    def room(self) -> int:
        """Bytes that fit."""
        return (self.end - self.start - 2) // 2

    def filled(self, file: bytes, message: bytes) -> bytes:
        """Give the file with a message in the hole; raises ValueError where it does not fit."""
        if len(message) > self.room():
            raise ValueError(f"{len(message)} bytes do not fit into {self.room()}")
        written = message.hex().encode().ljust(2 * self.room(), b"0")
        whole = memoryview(file)
        return b"".join((whole[: self.start + 1], written, whole[self.end - 1 :]))


def with_hole(
    pdf: bytes, entries: SignatureEntries, room: int, data: ValidationData | None = None
) -> tuple[bytes, Hole]:
    """Write the PDF again with a certifying signature field, its message still zeros, and with what validates it.

    In a tagged file the invisible field is a Form element of the tree (ISO 14289-1, 7.18.4). The same input gives the
    same bytes.
    """
    reader = PdfReader(io.BytesIO(pdf))
    writer = PdfWriter(clone_from=reader)
    signature = writer._add_object(_signature(entries, room))  # pypdf has no public way to add an object
    page = writer.pages[0]
    widget_dictionary = _widget(entries, signature, page.indirect_reference)
    widget = writer._add_object(widget_dictionary)
    page[NameObject("/Annots")] = ArrayObject([*page.get("/Annots", ArrayObject()), widget])
    catalog = writer.root_object
    catalog[NameObject("/AcroForm")] = _dictionary(
        Fields=ArrayObject([widget]), SigFlags=NumberObject(_SIGNED_AND_APPEND_ONLY)
    )
    catalog[NameObject("/Perms")] = _dictionary(DocMDP=signature)
    esic = _dictionary(BaseVersion=NameObject("/1.7"), ExtensionLevel=NumberObject(1))
    catalog[NameObject("/Extensions")] = _dictionary(ESIC=esic)
    if data is not None:
        catalog[NameObject("/DSS")] = _store(writer, data)
    if "/StructTreeRoot" in catalog:
        _put_into_tree(writer, widget_dictionary, widget, page.indirect_reference)
    writer.pdf_header = reader.pdf_header
    writer._ID = reader.trailer.get("/ID")
    paper = io.BytesIO()
    writer.write(paper)
    return _with_range(paper.getvalue(), room)


def hole_of(file: bytes) -> Hole:
    """Find the hole of a file that `with_hole` wrote. Raises `SignatureHoleNotFound`."""
    found = list(_RANGE.finditer(file))
    if len(found) != 1:
        raise SignatureHoleNotFound(f"{len(found)} signatures of ours")
    start, end, rest = map(int, found[0].groups())
    if end + rest != len(file) or file[start : start + 1] != b"<" or file[end - 1 : end] != b">":
        raise SignatureHoleNotFound("the signature does not cover the file")
    return Hole(start, end)


def _with_range(file: bytes, room: int) -> tuple[bytes, Hole]:
    zeros = b"<" + b"00" * room + b">"
    assert file.count(zeros) == 1
    start = file.index(zeros)
    hole = Hole(start, start + len(zeros))
    blank = b"[ 0 %d %d %d ]" % (_WIDEST, _WIDEST, _WIDEST)
    assert file.count(blank) == 1
    written = b"[ 0 %d %d %d" % (hole.start, hole.end, len(file) - hole.end)
    return file.replace(blank, written.ljust(len(blank) - 1) + b"]"), hole


def _signature(entries: SignatureEntries, room: int) -> DictionaryObject:
    parameters = _dictionary(
        Type=NameObject("/TransformParams"), P=NumberObject(_NO_CHANGES_ALLOWED), V=NameObject("/1.2")
    )
    reference = _dictionary(
        Type=NameObject("/SigRef"), TransformMethod=NameObject("/DocMDP"), TransformParams=parameters
    )
    return _dictionary(
        Type=NameObject("/Sig"),
        Filter=NameObject("/Adobe.PPKLite"),
        SubFilter=NameObject("/ETSI.CAdES.detached"),
        Name=TextStringObject(entries.name),
        Reason=TextStringObject(entries.reason),
        Location=TextStringObject(entries.location),
        ContactInfo=TextStringObject(entries.contact),
        M=TextStringObject(entries.signed_at),
        Reference=ArrayObject([reference]),
        ByteRange=ArrayObject([NumberObject(0), *[NumberObject(_WIDEST)] * 3]),
        Contents=ByteStringObject(bytes(room)),
    )


def _widget(entries: SignatureEntries, signature: IndirectObject, page: IndirectObject | None) -> DictionaryObject:
    """The field and its widget in one: nothing to see, since it has no extent (12.7.4.5)."""
    assert page is not None
    return _dictionary(
        Type=NameObject("/Annot"),
        Subtype=NameObject("/Widget"),
        FT=NameObject("/Sig"),
        T=TextStringObject(_FIELD),
        TU=TextStringObject(f"Firma electrónica de {entries.name}"),
        F=NumberObject(_PRINTED_AND_LOCKED),
        Rect=ArrayObject([FloatObject(0)] * 4),
        P=page,
        V=signature,
    )


def _store(writer: PdfWriter, data: ValidationData) -> IndirectObject:
    """The document security store (ISO 32000-2, 12.8.4.3), as `pdf_store.store_objects` writes it."""
    kinds = {"Certs": data.certificates, "OCSPs": data.answers, "CRLs": data.lists}
    entries = {
        kind: ArrayObject(writer._add_object(_stream(content)) for content in contents)
        for kind, contents in kinds.items()
        if contents
    }
    return writer._add_object(_dictionary(Type=NameObject("/DSS"), **entries))


def _stream(content: bytes) -> StreamObject:
    stream = StreamObject()
    stream.set_data(content)
    return stream.flate_encode()


def _put_into_tree(
    writer: PdfWriter, widget_dictionary: DictionaryObject, widget: IndirectObject, page: IndirectObject | None
) -> None:
    """Make the widget the last part of the document (14.7.4.3) and name it in the parent tree (14.7.4.4)."""
    assert page is not None
    root = writer.root_object["/StructTreeRoot"]
    assert isinstance(root, DictionaryObject)
    top = root["/K"]
    assert isinstance(top, ArrayObject)
    document = top[0].get_object()
    place = _dictionary(Type=NameObject("/OBJR"), Obj=widget, Pg=page)
    form = writer._add_object(
        _dictionary(Type=NameObject("/StructElem"), S=NameObject("/Form"), P=top[0], Pg=page, K=ArrayObject([place]))
    )
    document["/K"].append(form)
    key = root["/ParentTreeNextKey"]
    assert isinstance(key, NumberObject)
    parents = root["/ParentTree"]
    assert isinstance(parents, DictionaryObject)
    numbers = parents["/Nums"]
    assert isinstance(numbers, ArrayObject)
    numbers.extend([key, form])
    root[NameObject("/ParentTreeNextKey")] = NumberObject(key + 1)
    widget_dictionary[NameObject("/StructParent")] = key


def _dictionary(**entries: object) -> DictionaryObject:
    return DictionaryObject({NameObject(f"/{name}"): value for name, value in entries.items()})
