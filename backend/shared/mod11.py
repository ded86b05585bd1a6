"""The check digit shared by RUT and plates: modulus 11 with weights 2…7 from the right."""

from __future__ import annotations

from itertools import cycle


def check_digit(number: int) -> str:
    """Compute the check digit of `number`: "0"…"9" or "K"."""
    weighted = sum(
        int(digit) * weight for digit, weight in zip(reversed(str(number)), cycle(range(2, 8)), strict=False)
    )
    rest = 11 - weighted % 11
    return {11: "0", 10: "K"}.get(rest, str(rest))
