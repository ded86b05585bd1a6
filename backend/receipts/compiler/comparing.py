"""Whether two drawings of a page are the same: of two widths of probes, of a program and of xhtml2pdf."""

from collections import defaultdict
from collections.abc import Sequence
from itertools import zip_longest

from backend.receipts.compiler import refusals
from backend.receipts.compiler.drawn import Block, Line
from backend.receipts.compiler.probes import PROBE
from backend.receipts.compiler.refusals import NotCompilable
from backend.receipts.formats.faults import shortened

NEAR = 0.01
"""Points between where a line is composed and where it is drawn: nobody sees that."""

SAME = 0.02
"""Points: what rounding to six digits leaves between two ends that are the same."""


def compare_pages(ours: Sequence[Block], theirs: Sequence[Block]) -> None:
    """Compare the lines of each element; of what is not read, all together. Raises `NotCompilable`."""
    drawn, composed = _by_element(ours), _by_element(theirs)
    if drawn.keys() != composed.keys():
        raise NotCompilable(reason=refusals.OTHER_PARAGRAPHS)
    for opening, lines in composed.items():
        if not _are_the_same(drawn[opening], lines):
            raise NotCompilable(reason=refusals.DRAWN_OTHERWISE.format(text=shortened(lines[0].text)))


def moved_text(ones: Sequence[Block], others: Sequence[Block]) -> str:
    """Give the first text without values that is not at the same place in both; empty: it is no text that moved."""
    fixed = ([block for block in blocks if not PROBE.search(block.letters)] for blocks in (ones, others))
    for one, other in zip_longest(*fixed):
        if one is None or other is None or one.lines != other.lines:
            return shortened(" ".join(line.text for line in (one or other).lines))
    return ""


def _by_element(blocks: Sequence[Block]) -> dict[bytes, list[Line]]:
    """Give the lines by what opens them, in an order of their own: a program draws what has values after the rest."""
    lines: defaultdict[bytes, list[Line]] = defaultdict(list)
    for block in blocks:
        lines[block.opening] += block.lines
    return {
        opening: sorted(found, key=lambda line: (line.text.strip(), line.y, line.x)) for opening, found in lines.items()
    }


def _are_the_same(ours: Sequence[Line], theirs: Sequence[Line]) -> bool:
    return len(ours) == len(theirs) and all(
        (one.text.strip(), one.style) == (other.text.strip(), other.style)
        and abs(one.x - other.x) <= NEAR
        and abs(one.y - other.y) <= NEAR
        for one, other in zip(ours, theirs, strict=True)
    )
