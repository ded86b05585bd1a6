"""How large to print, so that a document fills its page, and where it goes on to the next one.

Composing takes far longer than anything else about a document, so the first guess should be right: the page is
estimated in lines before it is composed. The figures were measured on the pages of both document fonts.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import pairwise
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


_PAGE = 749.7
"""Points that the parts of a document find on a page."""

_POINTS_LEFT_FOR_SURPRISES = (4.0, 40.0, 120.0, 240.0, 400.0)
_SPACES_OF_SIZES = dict(zip(_SIZES, (_WIDEST_SPACE, 8.0, _LEAST_SPACE), strict=True))


@dataclass(frozen=True)
class _Piece:
    """What is never parted: where it begins, its height in points, and what it takes more as the first of a page."""

    start: Break
    height: float
    head: float = 0.0


def _on_pages(lines: Lines, left: float) -> Setting:
    """Take as few pages as any size does, leaving so many points of each, and print as large as that allows."""
    settings = [_filled(lines, size, space, left) for size, space in _SPACES_OF_SIZES.items()]
    return min(settings, key=lambda setting: setting.pages)


def _filled(lines: Lines, size: float, space: float, left: float) -> Setting:
    """Fill one page after the other."""
    heights = _Heights(size / _SIZES[0], space)
    breaks = []
    taken = heights.head(lines)
    for piece in heights.pieces(lines):
        ends = 0.0 if piece.start.part == "proof" else heights.goes_on
        if taken + piece.height + ends > _PAGE - left:
            breaks.append(piece.start)
            taken = heights.again + piece.head
        taken += piece.height
    return Setting(size, space, tuple(breaks))


class _Heights:
    """Points that the parts take in the taller of the two fonts (Lora), by `scale` of the first size."""

    def __init__(self, scale: float, space: float) -> None:
        self._scale, self._space = scale, space
        self.again = 4 + 20.5 * scale + space
        """What every page after the first one begins with."""

        self.goes_on = 6 + 10 * scale
        """What every page but the last ends with."""

        self._heading = space + 3 + 12 * scale
        self._charges_head = 5 + 8.6 * scale

    def head(self, lines: Lines) -> float:
        """What the first page begins with, down to the owner."""
        note = 11 + 11 * self._scale if lines.has_note else 0.0
        return 100 + 95 * self._scale + 3 * self._space + note + 13.5 * self._scale * (lines.owner - 1)

    def pieces(self, lines: Lines) -> Iterator[_Piece]:
        """Give what comes after that, in its order."""
        yield from self._grid("vehicle", lines.vehicle)
        yield from self._grid("evidence", lines.evidence)
        yield from self._charges(lines.charges)
        yield from self._grid("accounts", lines.accounts)
        yield _Piece(Break("proof"), 25 + 103 * self._scale + 2 * self._space)

    def _grid(self, part: str, rows: Sequence[int]) -> Iterator[_Piece]:
        for row, taken in enumerate(rows):
            height = 5.3 + (8.3 + 11.3 * taken) * self._scale
            yield _Piece(Break(part, row), height + (0 if row else self._heading))

    def _charges(self, rows: Sequence[int]) -> Iterator[_Piece]:
        """The first two lines stay with their head, the last two with the total and with when it was paid."""
        heights = [6 + 11.1 * self._scale * taken for taken in rows]
        heights[0] += self._heading + self._charges_head
        heights[-1] += 15.5 + 34 * self._scale
        for start, end in pairwise([0, *range(2, len(rows) - 1), len(rows)]):
            head = self._charges_head if start else 0.0
            yield _Piece(Break("charges", start), sum(heights[start:end]), head)
