"""The structure tree of a tagged PDF (ISO 32000-1, 14.7 and 14.8)."""

from collections.abc import Iterator, Sequence

from pypdf import PdfWriter
from pypdf.generic import (
    ArrayObject,
    BooleanObject,
    DictionaryObject,
    FloatObject,
    IndirectObject,
    NameObject,
    NullObject,
    NumberObject,
    PdfObject,
    TextStringObject,
)

from backend.receipts.formats.marking import Marked
from backend.receipts.formats.structure import Element

_Places = list[tuple[int, int]]
"""Where the content of an element is: page and identifier there (MCID), both from 0."""


def write_tree(writer: PdfWriter, document: Element, pages: Sequence[Marked]) -> None:
    """Write what the pages are made of into the file, and say that it is tagged."""
    content: dict[int, _Places] = {}
    for page, marked in enumerate(pages):
        for identifier, element in enumerate(marked.elements):
            content.setdefault(id(element), []).append((page, identifier))
    root = DictionaryObject({NameObject("/Type"): NameObject("/StructTreeRoot")})
    root_reference = writer._add_object(root)  # pypdf has no public way to add an object
    parents: dict[tuple[int, int], IndirectObject] = {}

    def write(element: Element, parent: IndirectObject) -> IndirectObject:
        written = DictionaryObject(
            {
                NameObject("/Type"): NameObject("/StructElem"),
                NameObject("/S"): NameObject(f"/{element.kind}"),
                NameObject("/P"): parent,
            }
        )
        reference: IndirectObject = writer._add_object(written)
        places = content.get(id(element), [])
        if places:
            page, identifier = places[0]
            written[NameObject("/Pg")] = _page(writer, page)
            if whole := pages[page].unbroken.get(identifier):
                written[NameObject("/ActualText")] = TextStringObject(whole)  # 14.9.4
        if element.alt:
            written[NameObject("/Alt")] = TextStringObject(element.alt)
        if attributes := _attributes(element, pages, places):
            written[NameObject("/A")] = attributes
        parts = ArrayObject([*_content(writer, places), *(write(part, reference) for part in element.parts)])
        if parts:
            written[NameObject("/K")] = parts
        parents.update(dict.fromkeys(places, reference))
        return reference

    root[NameObject("/K")] = ArrayObject([write(document, root_reference)])
    # The parent tree (14.7.4.4): from marked content to its element, by page.
    numbers = ArrayObject()
    for key, marked in enumerate(pages):
        places = [(key, identifier) for identifier in range(len(marked.elements))]
        owners = ArrayObject([parents.get(place, NullObject()) for place in places])
        numbers += [NumberObject(key), writer._add_object(owners)]
        writer.pages[key][NameObject("/StructParents")] = NumberObject(key)
        writer.pages[key][NameObject("/Tabs")] = NameObject("/S")
    root[NameObject("/ParentTree")] = writer._add_object(DictionaryObject({NameObject("/Nums"): numbers}))
    root[NameObject("/ParentTreeNextKey")] = NumberObject(len(pages))
    catalog = writer.root_object
    catalog[NameObject("/StructTreeRoot")] = root_reference
    catalog[NameObject("/MarkInfo")] = DictionaryObject({NameObject("/Marked"): BooleanObject(value=True)})


def _content(writer: PdfWriter, places: _Places) -> Iterator[PdfObject]:
    """Name the content of an element: by its identifier on the element's page, on others with the page (14.7.4.2)."""
    for page, identifier in places:
        if page == places[0][0]:
            yield NumberObject(identifier)
            continue
        yield DictionaryObject(
            {
                NameObject("/Type"): NameObject("/MCR"),
                NameObject("/Pg"): _page(writer, page),
                NameObject("/MCID"): NumberObject(identifier),
            }
        )


def _page(writer: PdfWriter, number: int) -> IndirectObject:
    reference = writer.pages[number].indirect_reference
    assert reference is not None
    return reference


def _attributes(element: Element, pages: Sequence[Marked], places: _Places) -> DictionaryObject | None:
    """Attributes of cells (14.8.5.7), lists (14.8.5.5: labels that number nothing) and pictures (14.8.5.4)."""
    values: dict[str, object] = {}
    owner = ""
    if element.kind in ("TH", "TD"):
        owner = "Table"
        if element.scope:
            values["Scope"] = NameObject(f"/{element.scope}")
        if element.columns > 1:
            values["ColSpan"] = NumberObject(element.columns)
    elif element.kind == "L":
        owner, values["ListNumbering"] = "List", NameObject("/None")
    elif element.kind == "Figure" and places:
        owner = "Layout"
        page, identifier = places[0]
        values["BBox"] = ArrayObject([FloatObject(round(edge, 3)) for edge in pages[page].boxes[identifier]])
        values["Placement"] = NameObject("/Block")
    if not values:
        return None
    named = {NameObject(f"/{name}"): value for name, value in values.items()}
    return DictionaryObject({NameObject("/O"): NameObject(f"/{owner}"), **named})
