"""A small QR reader, written from the standard: it shares nothing with the library that draws our codes.

Byte mode, level M, versions 1 to 6, no error correction: enough for a clean picture. Source: ISO/IEC 18004.
"""

from collections.abc import Callable, Iterator
from pathlib import Path

from PIL import Image

#: Level M: number of blocks and data codewords of each, by version (tables 7 and 9).
_BLOCKS = {1: (1, 16), 2: (1, 28), 3: (1, 44), 4: (2, 32), 5: (2, 43), 6: (4, 27)}

_MASKS: tuple[Callable[[int, int], bool], ...] = (
    lambda row, column: (row + column) % 2 == 0,
    lambda row, column: row % 2 == 0,
    lambda row, column: column % 3 == 0,
    lambda row, column: (row + column) % 3 == 0,
    lambda row, column: (row // 2 + column // 3) % 2 == 0,
    lambda row, column: row * column % 2 + row * column % 3 == 0,
    lambda row, column: (row * column % 2 + row * column % 3) % 2 == 0,
    lambda row, column: ((row + column) % 2 + row * column % 3) % 2 == 0,
)

Matrix = list[list[bool]]


def read_qr(picture: Path) -> str:
    """Give the text of a picture of one upright QR code with its quiet zone, its modules whole pixels wide."""
    return decode(_matrix_of(picture))


def decode(matrix: Matrix) -> str:
    size = len(matrix)
    version = (size - 17) // 4
    format_bits = _number([*matrix[8][0:6], matrix[8][7], matrix[8][8], matrix[7][8]][:5]) ^ 0b10101
    assert format_bits >> 3 == 0b00, "not level M"
    mask = _MASKS[format_bits & 0b111]
    bits = [matrix[row][column] ^ mask(row, column) for row, column in _data_modules(size)]
    codewords = [_number(bits[start : start + 8]) for start in range(0, len(bits) - 7, 8)]
    blocks, length = _BLOCKS[version]
    data = [codewords[position * blocks + block] for block in range(blocks) for position in range(length)]
    stream = [bool(word >> bit & 1) for word in data for bit in range(7, -1, -1)]
    assert _number(stream[:4]) == 0b0100, "not byte mode"
    count = _number(stream[4:12])
    return bytes(_number(stream[start : start + 8]) for start in range(12, 12 + 8 * count, 8)).decode("utf-8")


def _matrix_of(picture: Path) -> Matrix:
    image = Image.open(picture).convert("1")
    left, top, right, _ = image.point(lambda pixel: 0 if pixel else 255).getbbox() or (0, 0, 0, 0)
    run = next(x for x in range(left, right) if image.getpixel((x, top)))
    module = (run - left) // 7
    size = (right - left) // module
    half = module // 2
    return [
        [not image.getpixel((left + column * module + half, top + row * module + half)) for column in range(size)]
        for row in range(size)
    ]


def _data_modules(size: int) -> Iterator[tuple[int, int]]:
    """Positions of the codewords: pairs of columns from the right, upwards then downwards (7.7.3)."""
    upwards = True
    right = size - 1
    while right > 0:
        right -= right == 6
        rows = range(size - 1, -1, -1) if upwards else range(size)
        for row in rows:
            yield from ((row, column) for column in (right, right - 1) if not _is_function(row, column, size))
        upwards = not upwards
        right -= 2


def _is_function(row: int, column: int, size: int) -> bool:
    in_finder = (row < 9 and (column < 9 or column >= size - 8)) or (row >= size - 8 and column < 9)
    in_alignment = size > 21 and abs(row - (size - 7)) <= 2 and abs(column - (size - 7)) <= 2
    return in_finder or in_alignment or row == 6 or column == 6


def _number(bits: list[bool]) -> int:
    return int("".join("1" if bit else "0" for bit in bits), 2)
