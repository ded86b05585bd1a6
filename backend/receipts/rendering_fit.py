"""How large to print, so that a permit fills its page and does not leave it.

Composing takes far longer than anything else about a document, so the first guess should be right: the page is
estimated in lines before it is composed. The figures were measured on the pages of both document fonts.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from math import ceil

_SIZES = (8.6, 8.3, 8.0, 7.7, 7.4, 7.1, 6.8)
"""Points of running text, from comfortable to barely readable."""

_WIDEST_SPACE, _LEAST_SPACE = 11.0, 5.0
"""Points between the parts of the page."""

_LINES_OF_A_PLAIN_PAGE = 10
_SPACE_OF_A_PLAIN_PAGE = 13.0
_SPACE_TAKEN_BY_A_LINE = 2.6
_SPACE_GIVEN_BY_A_POINT = 9.4

_LINES_LEFT_FOR_SURPRISES = (0, 2, 5)


@dataclass(frozen=True)
class Setting:
    """Points of running text, and between the parts of the page."""

    size: float
    space: float


_TIGHTEST = Setting(size=_SIZES[-1], space=2.0)


def rows_of(values: Sequence[str], *, columns: int, characters: int) -> int:
    """Estimate the lines of a grid whose cells hold that many characters a line."""
    rows = [values[start : start + columns] for start in range(0, len(values), columns)]
    return sum(max(ceil(len(value) / characters) or 1 for value in row) for row in rows)


def settings_for(lines: int) -> Iterator[Setting]:
    """Give the settings to try for a page with that many lines in its tables, the likeliest first."""
    guesses = [_setting_for(lines + more) for more in _LINES_LEFT_FOR_SURPRISES]
    yield from dict.fromkeys([*guesses, _TIGHTEST])


@cache
def likeliest_setting(lines: int) -> Setting:
    """Give the first of `settings_for`."""
    return next(settings_for(lines))


def _setting_for(lines: int) -> Setting:
    taken = _SPACE_TAKEN_BY_A_LINE * (lines - _LINES_OF_A_PLAIN_PAGE)
    for size in _SIZES:
        space = _SPACE_OF_A_PLAIN_PAGE - taken + _SPACE_GIVEN_BY_A_POINT * (_SIZES[0] - size)
        if space >= _LEAST_SPACE:
            return Setting(size, min(round(space, 1), _WIDEST_SPACE))
    return _TIGHTEST
