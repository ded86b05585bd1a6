"""Reading a page's content stream (ISO 32000-1, 7.8.2) without changing a byte of what is kept."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from backend.receipts.formats.faults import TemplateFault
from backend.shared.text import Text

# ISO 32000-1, 7.2 and 7.3: white space, strings, names, numbers, arrays, dictionaries, operators.
_TOKEN = re.compile(
    rb"(?P<space>[\0\t\n\f\r ]+|%[^\r\n]*)"
    rb"|(?P<operand>\((?:[^()\\]|\\.)*\)"
    rb"|<[0-9A-Fa-f\s]*>"
    rb"|/[^\0\t\n\f\r ()<>\[\]{}/%]*"
    rb"|[+-]?(?:\d+\.?\d*|\.\d+)"
    rb"|\[|\]|<<|>>)"
    rb"|(?P<operator>[A-Za-z'\"][A-Za-z0-9*'\"]*)",
    re.DOTALL,
)
_ESCAPE = re.compile(rb"\\([0-7]{1,3}|\r\n|.)", re.DOTALL)
_ESCAPED = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f", b"\n": b"", b"\r": b"", b"\r\n": b""}


_UNKNOWN = Text(
    es="la página tiene en el byte {place} algo que aquí no se sabe leer: {text}. Las imágenes van como archivo PNG",
    en="the page has something at byte {place} that cannot be read here: {text}. Pictures are given as PNG files",
)
_ENDS = Text(
    es="la página se corta en medio de una instrucción: la composición falló",
    en="the page ends within an instruction: composing it failed",
)


class ContentUnclear(TemplateFault):
    """Raised by `instructions`: the stream has something that this reader does not know."""


@dataclass(frozen=True)
class Instruction:
    """An operator with its operands, and the bytes that it takes in the stream."""

    operator: bytes
    operands: tuple[bytes, ...]
    start: int
    end: int


def instructions(content: bytes) -> Iterator[Instruction]:
    """Read a content stream; inline images (8.9.7) are not known here. Raises `ContentUnclear`."""
    operands: list[bytes] = []
    position, start = 0, None
    while position < len(content):
        found = _TOKEN.match(content, position)
        if found is None or found["operator"] == b"BI":
            raise ContentUnclear(_UNKNOWN, place=position, text=repr(content[position : position + 20])[1:])
        position = found.end()
        if found["space"] is not None:
            continue
        start = found.start() if start is None else start
        if found["operand"] is not None:
            operands.append(found["operand"])
            continue
        yield Instruction(found["operator"], tuple(operands), start, position)
        operands, start = [], None
    if operands:
        raise ContentUnclear(_ENDS)


def string_of(operand: bytes) -> bytes:
    """Give the bytes that a string operand stands for. Source: ISO 32000-1, 7.3.4."""
    if operand.startswith(b"<"):
        digits = b"".join(operand[1:-1].split()).decode()
        return bytes.fromhex(digits + "0" * (len(digits) % 2))
    return _ESCAPE.sub(lambda found: _unescaped(found[1]), operand[1:-1])


def _unescaped(text: bytes) -> bytes:
    return bytes([int(text, 8) & 0xFF]) if text[:1].isdigit() else _ESCAPED.get(text, text)
