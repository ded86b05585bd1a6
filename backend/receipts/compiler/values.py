"""Which words of a page belong to its shape and which to the document: names for every value that is printed."""

from collections.abc import Callable, Mapping
from typing import Any

from backend.receipts.rendering import ChargeLine, Fact

Written = Mapping[str, Any]
"""A document as the template gets it (`rendering.written`): texts, facts and lines by field."""

_OF_THE_SHAPE = (
    "municipality",
    "municipality_code",
    "municipality_rut",
    "title",
    "subtitle",
    "object_label",
    "holder_heading",
    "facts_heading",
    "hero_label",
    "closing",
    "shifted_date_note",
)
"""Texts that the documents of one kind and municipality have in common."""

_PRINTED_AS_ANOTHER = "valid_until"
"""What the page shows of it is `hero_value`."""


def values_of(document: Written) -> dict[str, str]:
    """Give the values that differ from document to document, by name: "folio", "vehicle.3", "lines.0.amount".

    What is empty prints nothing, so it belongs to the shape.
    """
    found: dict[str, str] = {}

    def note(name: str, text: str) -> str:
        found[name] = text
        return text

    replaced(document, note)
    return found


def shape_of(document: Written) -> tuple[object, ...]:
    """Give what the pages of one program have in common, beside the lines that each value takes."""
    blank = replaced(document, lambda name, text: "·")
    return tuple(sorted((name, repr(value)) for name, value in blank.items() if name != _PRINTED_AS_ANOTHER))


def replaced(document: Written, write: Callable[[str, str], str]) -> dict[str, Any]:
    """Give the document with every value that is not of the shape written anew by `write(name, text)`."""

    def anew(name: str, value: Any) -> Any:
        match value:
            case str():
                return write(name, value) if value else value
            case Fact():
                return Fact(value.label, anew(name, value.value))
            case ChargeLine():
                return ChargeLine(*(anew(f"{name}.{part}", getattr(value, part)) for part in value._fields))
            case tuple():
                return tuple(anew(f"{name}.{place}", part) for place, part in enumerate(value))
            case _:
                return value

    kept = (*_OF_THE_SHAPE, _PRINTED_AS_ANOTHER)
    return {name: value if name in kept else anew(name, value) for name, value in document.items()}
