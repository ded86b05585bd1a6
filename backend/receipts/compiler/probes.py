"""Values that cannot be mistaken, in place of those of a document: `~017aB~`, as wide and as many lines as asked.

The letters are there for what changes letters: a filter, a style of capitals.
"""

import re
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import Any

from xhtml2pdf.reportlab_paragraph import Paragraph as ComposedParagraph

from backend.receipts.compiler.fonts import Face
from backend.receipts.formats.xmp import About

#: A probe: its number, and what makes it wider or lets it go on in another line.
PROBE = re.compile(r"~(\d{3})aB~+(?: ~\1aB~+)*")

PROBE_PICTURE = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000002000000020802000000fdd49a73000000104944415478da63f8cff00f8818"
    "20140037be07f5ee0f46a90000000049454e44ae426082"
)
"""A picture of two by two points (PNG) in place of the QR code."""

MOST_PROBES = 900
"""Those from here on stand for what is beside the pages: see `base_pages`."""

_NARROW, _WIDE = 0.56, 0.82
"""Parts of a line that a probe of several lines takes of each: two never fit in one."""


@dataclass(frozen=True)
class Frame:
    """The room of a paragraph in points, its face and the size of its letters."""

    room: float
    face: Face
    size: float


def short_probe(number: int, *, wide: bool = False) -> str:
    """Give a probe of one line."""
    return f"~{number:03d}aB~" + "~" * (1 if wide else 0)


PROBE_ABOUT = About(
    title=short_probe(910), author=short_probe(911), subject=short_probe(912), issued_on=date(2000, 1, 1)
)


def long_probe(number: int, frame: Frame, *, lines: int, within_a_word: bool, wide: bool) -> str:
    """Give a probe that takes that many lines in a frame, as several words or as one broken word."""
    part = _WIDE if wide else _NARROW
    if not within_a_word:
        return " ".join([_filled(number, frame, part)] * lines)
    per_line = int(frame.room / frame.face.width("~", frame.size))
    word = short_probe(number)
    digits_take = frame.face.width(word, frame.size)
    more = per_line * (lines - 1) + int(per_line * part) - int(digits_take / frame.face.width("~", frame.size))
    return word + "~" * more


def _filled(number: int, frame: Frame, part: float) -> str:
    word = short_probe(number)
    missing = part * frame.room - frame.face.width(word, frame.size)
    return word + "~" * max(0, int(missing / frame.face.width("~", frame.size)))


class _Listening(threading.local):
    heard: list[tuple[str, float, float]] | None = None


_listening = _Listening()
_break_lines = ComposedParagraph.breakLines


def _heard(self: Any, width: float | Sequence[float]) -> Any:
    """Break the lines, and note which text has how much room while somebody listens in this thread."""
    if _listening.heard is not None:
        text = " ".join(str(getattr(part, "text", "")) for part in self.frags)
        room = min(width) if isinstance(width, Sequence) else width
        size = getattr(self.frags[0], "fontSize", 0.0) if self.frags else 0.0
        _listening.heard.append((" ".join(text.split()), size, room))
    return _break_lines(self, width)


# The only way to learn how wide a paragraph may be: what is drawn does not tell it, and xhtml2pdf does not say it.
ComposedParagraph.breakLines = _heard


@contextmanager
def listening() -> Iterator[list[tuple[str, float, float]]]:
    """Note each paragraph that xhtml2pdf sets in this thread: its text, the size of its letters, its room in points."""
    heard: list[tuple[str, float, float]] = []
    _listening.heard = heard
    try:
        yield heard
    finally:
        _listening.heard = None
