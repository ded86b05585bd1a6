"""The structure tree of a tagged PDF (ISO 32000-1, 14.7 and 14.8)."""

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
    TextStringObject,
)

from backend.receipts.formats.marking import Marked
from backend.receipts.formats.structure import Element

_PAGE_KEY = 0
"""StructParents of the only page: its place in the parent tree."""


def write_tree(writer: PdfWriter, document: Element, marked: Marked) -> None:
    """Write what the one page is made of into the file, and say that it is tagged."""
    page = writer.pages[0]
    content: dict[int, list[int]] = {}
    for identifier, element in enumerate(marked.elements):
        content.setdefault(id(element), []).append(identifier)
    root = DictionaryObject({NameObject("/Type"): NameObject("/StructTreeRoot")})
    root_reference = writer._add_object(root)  # pypdf has no public way to add an object
    parents: dict[int, IndirectObject] = {}

    def write(element: Element, parent: IndirectObject) -> IndirectObject:
        written = DictionaryObject(
            {
                NameObject("/Type"): NameObject("/StructElem"),
                NameObject("/S"): NameObject(f"/{element.kind}"),
                NameObject("/P"): parent,
            }
        )
        reference: IndirectObject = writer._add_object(written)
        identifiers = content.get(id(element), [])
        if identifiers:
            written[NameObject("/Pg")] = page.indirect_reference
        if identifiers and (whole := marked.unbroken.get(identifiers[0])):
            written[NameObject("/ActualText")] = TextStringObject(whole)  # 14.9.4
        if element.alt:
            written[NameObject("/Alt")] = TextStringObject(element.alt)
        if attributes := _attributes(element, marked, identifiers):
            written[NameObject("/A")] = attributes
        parts = ArrayObject([*map(NumberObject, identifiers), *(write(part, reference) for part in element.parts)])
        if parts:
            written[NameObject("/K")] = parts
        parents.update(dict.fromkeys(identifiers, reference))
        return reference

    root[NameObject("/K")] = ArrayObject([write(document, root_reference)])
    owners = ArrayObject([parents.get(identifier, NullObject()) for identifier in range(len(marked.elements))])
    # The parent tree (14.7.4.4): from marked content to its element, by page.
    numbers = ArrayObject([NumberObject(_PAGE_KEY), writer._add_object(owners)])
    root[NameObject("/ParentTree")] = writer._add_object(DictionaryObject({NameObject("/Nums"): numbers}))
    root[NameObject("/ParentTreeNextKey")] = NumberObject(_PAGE_KEY + 1)
    page[NameObject("/StructParents")] = NumberObject(_PAGE_KEY)
    page[NameObject("/Tabs")] = NameObject("/S")
    catalog = writer.root_object
    catalog[NameObject("/StructTreeRoot")] = root_reference
    catalog[NameObject("/MarkInfo")] = DictionaryObject({NameObject("/Marked"): BooleanObject(value=True)})


def _attributes(element: Element, marked: Marked, identifiers: list[int]) -> DictionaryObject | None:
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
    elif element.kind == "Figure" and identifiers:
        owner = "Layout"
        values["BBox"] = ArrayObject([FloatObject(round(edge, 3)) for edge in marked.boxes[identifiers[0]]])
        values["Placement"] = NameObject("/Block")
    if not values:
        return None
    named = {NameObject(f"/{name}"): value for name, value in values.items()}
    return DictionaryObject({NameObject("/O"): NameObject(f"/{owner}"), **named})
