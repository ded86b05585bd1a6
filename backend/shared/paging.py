"""Keyset paging: a page starts after a row that the last one ended with, so a growing list never repeats or skips."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from backend.shared.errors import DomainError
from backend.shared.text import Text

T = TypeVar("T")
MOST_PER_PAGE = 100
Key = tuple[str | int, ...]


class CursorInvalid(DomainError):
    """The cursor is not one that we gave."""

    code = "shared.cursor"
    message = Text(es="El cursor de la página no es válido.", en="The page cursor is not valid.")


class PageTooLarge(DomainError):
    """A page holds between 1 and `MOST_PER_PAGE` rows."""

    code = "shared.page_size"
    message = Text(es="Pida entre 1 y {most} filas por página.", en="Ask for 1 to {most} rows per page.")


@dataclass(frozen=True)
class Page(Generic[T]):
    """Rows, each with the cursor after it, and whether there are more."""

    rows: tuple[T, ...]
    cursors: tuple[str, ...]
    has_next: bool


def rows_to_fetch(first: int) -> int:
    """Return how many rows to ask for: one more than wanted. Raises `PageTooLarge`."""
    if not 1 <= first <= MOST_PER_PAGE:
        raise PageTooLarge(field="first", most=MOST_PER_PAGE)
    return first + 1


def page_of(fetched: Sequence[T], *, first: int, key: Callable[[T], Key]) -> Page[T]:
    """Make a page of the rows fetched; `key` gives the values that the list is ordered by, unique together."""
    rows = tuple(fetched[:first])
    return Page(rows=rows, cursors=tuple(cursor_of(key(row)) for row in rows), has_next=len(fetched) > first)


def cursor_of(key: Key) -> str:
    """Return the opaque form of a key."""
    return base64.urlsafe_b64encode(json.dumps(key, ensure_ascii=False).encode()).decode().rstrip("=")


def key_of(cursor: str, *kinds: type[str] | type[int]) -> Key:
    """Return the key of a cursor, whose values must be of these kinds. Raises `CursorInvalid`."""
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        values = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
    except (ValueError, binascii.Error, RecursionError) as error:
        raise CursorInvalid(field="after") from error
    if not isinstance(values, list) or [type(value) for value in values] != list(kinds):
        raise CursorInvalid(field="after")
    return tuple(values)


def id_after(cursor: str | None) -> int | None:
    """Return the id in the cursor of a list that is ordered by id. Raises `CursorInvalid`."""
    if cursor is None:
        return None
    (row_id,) = key_of(cursor, int)
    if not 0 <= int(row_id) < 2**63:
        raise CursorInvalid(field="after")
    return int(row_id)
