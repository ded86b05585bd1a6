"""Check digits of RUT and plate, written independently of the platform's so that each checks the other.

Modulus 11 with the weights 2 to 7 from the right. A plate is turned into a number first: Registro Civil, "Instructivo
validación de patentes" v2.0. Only the formats that test vehicles use are known here.
"""

import re

LETTERS = "BCDFGHJKLPRSTVWXYZ"
"""Letters of the present plates: no vowels, M, N, Ñ or Q."""

_DIGIT_OF_LETTER = dict(zip(LETTERS, "123456789023456789", strict=True))
_PLATE = re.compile(rf"([{LETTERS}]{{3,4}})([0-9]{{2,3}})")


class NotAPlate(ValueError):
    """Raised by `plate_check_digit` and `plain_plate`."""


def rut_check_digit(number: int) -> str:
    total, weight = 0, 2
    while number:
        number, digit = divmod(number, 10)
        total += digit * weight
        weight = weight + 1 if weight < 7 else 2
    return "0123456789K"[-total % 11]


def plain_plate(text: str) -> str:
    """Write a plate without separators, in capitals: "zz-bb 10" is ZZBB10."""
    plate = re.sub(r"[\s.·-]", "", text).upper()
    if not plate.isalnum() or not 5 <= len(plate) <= 6:
        raise NotAPlate(text)
    return plate


def plate_check_digit(plate: str) -> str:
    """Raises NotAPlate for formats other than LLLLNN, LLLNN and LLLNNN."""
    match = _PLATE.fullmatch(plain_plate(plate))
    if match is None or len(plate) > 6:
        raise NotAPlate(plate)
    letters, digits = match.groups()
    number = "".join(_DIGIT_OF_LETTER[letter] for letter in letters) + digits.zfill(6 - len(letters))
    return rut_check_digit(int(number))
