"""Which words of a page belong to its shape and which to the document: names for every value that is printed."""

from collections.abc import Callable, Mapping
from functools import cache
from itertools import chain
from typing import Any, NamedTuple

from backend.receipts.rendering import ChargeLine, Fact

Written = Mapping[str, Any]
"""A document as the template gets it (`rendering.written`): texts, facts and lines by field."""

_OF_THE_SHAPE = frozenset(
    {
        "title",
        "subtitle",
        "object_label",
        "holder_heading",
        "facts_heading",
        "hero_label",
        "closing",
        "shifted_date_note",
    }
)
"""Texts that the documents of one kind and municipality have in common."""

_PRINTED_AS_ANOTHER = "valid_until"
"""What the page shows of it is `hero_value`."""


class TakenApart(NamedTuple):
    """A document as its values by name, "folio", "vehicle.3", "lines.0.amount", and what all of one shape share.

    What is empty prints nothing, so it belongs to the shape; how many lines a value takes is not known here.
    """

    values: dict[str, str]
    shape: tuple[object, ...]


def taken_apart(document: Written) -> TakenApart:
    """Take the values of a document out of it."""
    values: dict[str, str] = {}
    shape: list[object] = []
    for name, value in document.items():
        if name in _OF_THE_SHAPE:
            shape.append(value)
        elif name == _PRINTED_AS_ANOTHER:
            continue
        elif isinstance(value, str):
            if value:
                values[name] = value
            else:
                shape.append(name)
        elif not value:
            shape.append(name)
        elif isinstance(value[0], Fact):
            labels, texts = zip(*value, strict=True)
            shape.append(labels)
            _take(values, shape, _names_of_facts(name, len(texts)), texts)
        else:
            shape.append(len(value))
            _take(values, shape, _names_of_lines(name, len(value)), tuple(chain.from_iterable(value)))
    return TakenApart(values, tuple(shape))


def _take(values: dict[str, str], shape: list[object], names: tuple[str, ...], texts: tuple[str, ...]) -> None:
    if all(texts):
        values.update(zip(names, texts, strict=True))
    else:
        values.update(pair for pair in zip(names, texts, strict=True) if pair[1])
        shape.append(tuple(map(bool, texts)))


@cache
def _names_of_facts(name: str, count: int) -> tuple[str, ...]:
    return tuple(f"{name}.{place}" for place in range(count))


@cache
def _names_of_lines(name: str, count: int) -> tuple[str, ...]:
    return tuple(f"{name}.{place}.{part}" for place in range(count) for part in ChargeLine._fields)


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

    kept = {*_OF_THE_SHAPE, _PRINTED_AS_ANOTHER}
    return {name: value if name in kept else anew(name, value) for name, value in document.items()}
