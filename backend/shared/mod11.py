"""The check digit shared by RUT and plates: modulus 11 with weights 2…7 from the right."""

from __future__ import annotations

from functools import lru_cache
from itertools import product

_DIGITS = "0K987654321"
"""By the rest of the weighted sum: 11 less the rest, where 11 is 0 and 10 is K."""

_LOW = [2 * c + 3 * b + 4 * a for a, b, c in product(range(10), repeat=3)]
_HIGH = [5 * c + 6 * b + 7 * a for a, b, c in product(range(10), repeat=3)]
"""Weighted sums of three digits at once, by those digits: the weights come again after six."""


@lru_cache(maxsize=1024)  # asked when a number is read, and again when it is written
def check_digit(number: int) -> str:
    """Compute the check digit of `number`: "0"…"9" or "K"."""
    weighted = 0
    while number:
        number, low = divmod(number, 1000)
        number, high = divmod(number, 1000)
        weighted += _LOW[low] + _HIGH[high]
    return _DIGITS[weighted % 11]
