"""The check digit shared by RUT and plates: modulus 11 with weights 2…7 from the right."""

from __future__ import annotations

_DIGITS = "0K987654321"
"""By the rest of the weighted sum: 11 less the rest, where 11 is 0 and 10 is K."""


def check_digit(number: int) -> str:
    """Compute the check digit of `number`: "0"…"9" or "K"."""
    weighted, weight = 0, 2
    while number:
        number, digit = divmod(number, 10)
        weighted += digit * weight
        weight = weight + 1 if weight < 7 else 2
    return _DIGITS[weighted % 11]
