"""How large to print, so that a document fills its page, and where it goes on to the next one.

Composing takes far longer than anything else about a document, so the first guess should be right: the page is
estimated in lines before it is composed. The figures were measured on the pages of both document fonts.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from math import ceil

_SIZES = (8.6, 8.3, 8.0)
"""Points of running text, from comfortable to the smallest that is read without effort."""

_WIDEST_SPACE, _LEAST_SPACE, _LEAST_SPACE_OF_ALL = 11.0, 5.0, 2.5
"""Points between the parts of the page; the last one before a second page is taken."""

_LINES_OF_A_PLAIN_PAGE = 10
_SPACE_OF_A_PLAIN_PAGE = 13.0
_SPACE_TAKEN_BY_A_LINE = 2.6
_SPACE_GIVEN_BY_A_POINT = 9.4

_LINES_LEFT_FOR_SURPRISES = (0, 2, 5)


@dataclass(frozen=True)
class Break:
    """Where a page begins: before that row of a part of the document, such as ("charges", 12)."""

    part: str
    row: int = 0


@dataclass(frozen=True)
class Setting:
    """Points of running text, and between the parts of the page; where every page after the first one begins."""

    size: float
    space: float
    breaks: tuple[Break, ...] = ()

    @property
    def pages(self) -> int:
        """How many pages that makes."""
        return 1 + len(self.breaks)

    def page_begun_by(self, part: str, row: int = 0) -> str:
        """Give the number of the page that begins there as it is printed; empty: none does."""
        here = Break(part, row)
        return str(2 + self.breaks.index(here)) if here in self.breaks else ""


@dataclass(frozen=True)
class Lines:
    """Estimated lines of each row of the parts of a document that grow."""

    vehicle: tuple[int, ...]
    evidence: tuple[int, ...]
    charges: tuple[int, ...]
    accounts: tuple[int, ...]
    owner: int
    has_note: bool

    @cached_property
    def together(self) -> int:
        """All that decides how much of one page is taken; a first row of accounts is found room for."""
        grids = sum((*self.vehicle, *self.evidence, *self.charges, *self.accounts[1:]))
        return grids + self.owner - 1 + self.has_note


def rows_of(values: Sequence[str], *, columns: int, characters: int) -> tuple[int, ...]:
    """Estimate the lines of each row of a grid whose cells hold that many characters a line."""
    if all(len(value) <= characters for value in values):
        return (1,) * ceil(len(values) / columns)
    rows = [values[start : start + columns] for start in range(0, len(values), columns)]
    return tuple(max(lines_in(value, characters) for value in row) for row in rows)


def lines_in(text: str, characters: int) -> int:
    """Estimate the lines of a text where a line holds that many characters; an empty one takes a line as well."""
    return ceil(len(text) / characters) or 1


def settings_for(lines: Lines) -> Iterator[Setting]:
    """Give the settings to try for a document, the likeliest first."""
    guesses = [_on_one_page(lines.together + more) for more in _LINES_LEFT_FOR_SURPRISES]
    on_pages = [_on_pages(lines, points) for points in _POINTS_LEFT_FOR_SURPRISES]
    yield from dict.fromkeys(setting for setting in [*guesses, *on_pages] if setting is not None)


@lru_cache(maxsize=1000)
def likeliest_setting(lines: Lines) -> Setting:
    """Give the first of `settings_for`."""
    return next(settings_for(lines))


def _on_one_page(lines: int) -> Setting | None:
    taken = _SPACE_TAKEN_BY_A_LINE * (lines - _LINES_OF_A_PLAIN_PAGE)
    for size in _SIZES:
        space = _SPACE_OF_A_PLAIN_PAGE - taken + _SPACE_GIVEN_BY_A_POINT * (_SIZES[0] - size)
        least = _LEAST_SPACE if size > _SIZES[-1] else _LEAST_SPACE_OF_ALL
        if space >= least:
            return Setting(size, min(round(space, 1), _WIDEST_SPACE))
    return None


# Points of what stands on the pages of a document that takes several: they are printed in the first size with the
# widest space. Of the taller of the two fonts (Lora).
_PAGE = 749.7
_HEAD, _NOTE, _OWNER_LINE = 228.0, 22.0, 13.5
_AGAIN = 35.5
"""What every page after the first begins with."""

_GOES_ON = 16.0
"""What every page but the last ends with."""

_HEADING = 26.0
_FACTS, _FACTS_LINE = 13.6, 11.3
_CHARGES_HEAD, _CHARGE, _CHARGE_LINE = 13.6, 6.0, 11.1
_TOTAL_AND_PAYMENT = 49.5
_PROOF = 150.0

_POINTS_LEFT_FOR_SURPRISES = (4.0, 40.0, 120.0)


@dataclass(frozen=True)
class _Piece:
    """What is never parted: where it begins, its height in points, and what it takes more as the first of a page."""

    start: Break
    height: float
    head: float = 0.0


def _on_pages(lines: Lines, left: float) -> Setting:
    """Fill one page after the other, leaving so many points of each."""
    breaks = []
    taken = _HEAD + _NOTE * lines.has_note + _OWNER_LINE * (lines.owner - 1)
    for piece in _pieces(lines):
        ends = 0.0 if piece.start.part == "proof" else _GOES_ON
        if taken + piece.height + ends > _PAGE - left:
            breaks.append(piece.start)
            taken = _AGAIN + piece.head
        taken += piece.height
    return Setting(_SIZES[0], _WIDEST_SPACE, tuple(breaks))


def _pieces(lines: Lines) -> Iterator[_Piece]:
    yield from _grid("vehicle", lines.vehicle)
    yield from _grid("evidence", lines.evidence)
    for row, taken in enumerate(lines.charges):
        height = _CHARGE + _CHARGE_LINE * taken + (0 if row else _HEADING + _CHARGES_HEAD)
        if row == len(lines.charges) - 1:
            height += _TOTAL_AND_PAYMENT  # which never stand alone
        yield _Piece(Break("charges", row), height, head=_CHARGES_HEAD if row else 0.0)
    yield from _grid("accounts", lines.accounts)
    yield _Piece(Break("proof"), _PROOF)


def _grid(part: str, rows: Sequence[int]) -> Iterator[_Piece]:
    for row, taken in enumerate(rows):
        yield _Piece(Break(part, row), _FACTS + _FACTS_LINE * taken + (0 if row else _HEADING))
