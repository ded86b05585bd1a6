"""Connections (Relay's cursor connections) over keyset pages."""

from collections.abc import Callable
from typing import Annotated, Generic, TypeAlias, TypeVar

import strawberry

from backend.shared.paging import MOST_PER_PAGE, Page

T = TypeVar("T")
R = TypeVar("R")

First: TypeAlias = Annotated[int, strawberry.argument(description=f"How many, at most {MOST_PER_PAGE}.")]
After: TypeAlias = Annotated[str | None, strawberry.argument(description="Cursor that the page before ended with.")]


@strawberry.type(description="Whether there is more, and where to go on.")
class PageInfo:
    """Forwards only: `hasPreviousPage` and `startCursor` are there because Relay's clients ask for them."""

    has_next_page: bool = strawberry.field(description="Whether rows follow.")
    has_previous_page: bool = strawberry.field(description="Whether rows went before.")
    start_cursor: str | None = strawberry.field(description="Cursor of the first row.")
    end_cursor: str | None = strawberry.field(description="Cursor of the last row: the next page's `after`.")


@strawberry.type(description="A row and its cursor.")
class Edge(Generic[T]):
    """One row of a connection."""

    node: T = strawberry.field(description="The row.")
    cursor: str = strawberry.field(description="Opaque; stays valid while the list grows.")


@strawberry.type(description="A page of a list that grows.")
class Connection(Generic[T]):
    """Rows in the order of their keys."""

    edges: list[Edge[T]] = strawberry.field(description="The rows.")
    page_info: PageInfo = strawberry.field(description="Where the page stands.")


def connection_of(page: Page[R], shape: Callable[[R], T], *, after: str | None) -> Connection[T]:
    """Return a page as a connection of the shapes of its rows."""
    cursors = page.cursors
    return Connection(
        edges=[Edge(node=shape(row), cursor=cursor) for row, cursor in zip(page.rows, cursors, strict=True)],
        page_info=PageInfo(
            has_next_page=page.has_next,
            has_previous_page=after is not None,
            start_cursor=cursors[0] if cursors else None,
            end_cursor=cursors[-1] if cursors else None,
        ),
    )
