"""QR codes by exclusive or: for one size and mask every module is a linear function of the bits of the text.

A code is the text's bits, check bits that Reed and Solomon's code derives from them, and a mask over both (ISO/IEC
18004, 7.5 and 7.8): all of it linear over GF(2). So the matrix of a text is the matrix of zeros, and for each bit that
is set, what that bit changes. Searching the best of eight masks, as qr.py does, takes a thousand times as long; any
mask is valid.
"""

from functools import cache, partial

import segno

_MASK = 4
_QUIET_ZONE = 4
"""Modules. Source: ISO/IEC 18004, 9.1."""


@cache
def matrix_maker(length: int) -> "MatrixMaker":
    """Give what makes the codes of texts of that many bytes."""
    return MatrixMaker(length)


class MatrixMaker:
    """Makes the QR codes of texts of one length in bytes."""

    def __init__(self, length: int) -> None:
        self._length = length
        self.modules = len(_code(bytes(length)))
        """Modules of a side, with the quiet zone."""

        self._zeros = self._rows(bytes(length))
        self._bits = [tuple(cache(partial(self._bit, place, bit)) for bit in range(8)) for place in range(length)]
        self._changes = [cache(partial(self._change, place)) for place in range(length)]

    def picture(self, text: bytes) -> bytes:
        """Give the rows of a one-bit picture, each filled up to a byte; 1 is white (8.9.5.2 with DeviceGray)."""
        dark = self._zeros
        for change, byte in zip(self._changes, text, strict=True):
            dark ^= change(byte)
        row = (self.modules + 7) // 8
        white = (1 << (8 * row * self.modules)) - 1
        return (dark ^ white).to_bytes(row * self.modules, "big")

    def _change(self, place: int, byte: int) -> int:
        """Give what a byte at a place changes in the matrix of zeros; each is put together once."""
        changed = 0
        for bit, change in enumerate(self._bits[place]):
            if byte >> bit & 1:
                changed ^= change()
        return changed

    def _bit(self, place: int, bit: int) -> int:
        text = bytes(1 << bit if here == place else 0 for here in range(self._length))
        return self._rows(text) ^ self._zeros

    def _rows(self, text: bytes) -> int:
        padding = -self.modules % 8
        bits = 0
        for row in _code(text):
            for module in row:
                bits = bits << 1 | module
            bits <<= padding
        return bits


def _code(text: bytes) -> list[list[int]]:
    code = segno.make(text, error="m", mode="byte", mask=_MASK, micro=False, boost_error=False)
    return [[1 if module else 0 for module in row] for row in code.matrix_iter(border=_QUIET_ZONE)]
