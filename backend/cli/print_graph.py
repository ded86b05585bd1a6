"""./sem print-graph: draw the states of money, and write the table of their edges, from the graph itself."""

from collections.abc import Iterator, Mapping
from math import hypot
from pathlib import Path
from typing import NamedTuple

import typer

from backend.billing.rules import GRAPH, HomelessState, OrderState, RefundState, State
from backend.cli.console import out
from backend.cli.paths import ROOT

app = typer.Typer()
PICTURE = ROOT / "docs/images/money.svg"
PAGE = ROOT / "docs/money.md"
_BEGIN, _END = "<!-- edges -->", "<!-- end of edges -->"
_BOX = (116, 40)  # pixels
_SIZE = (1040, 660)  # pixels


class Style(NamedTuple):
    colour: str
    dashes: str


_STYLES: Mapping[str, Style] = {
    "": Style("#6b7280", ""),
    "PaymentSettled": Style("#15803d", ""),
    "PaymentRejected": Style("#b91c1c", "7 4"),
    "HomelessDecided": Style("#1d4ed8", ""),
    "RefundApproved": Style("#7c3aed", "2 4"),
    "RefundExecuted": Style("#7c3aed", ""),
    "RefundDenied": Style("#b45309", "7 4 2 4"),
}
_TITLES = {OrderState: ("Order", 28), HomelessState: ("Money without a home", 468), RefundState: ("Refund", 468)}
_TITLE_AT = {OrderState: 30, HomelessState: 30, RefundState: 560}
_PLACES: Mapping[State, tuple[int, int]] = {
    OrderState.CREATED: (100, 210),
    OrderState.SENT: (300, 210),
    OrderState.REJECTED: (480, 125),
    OrderState.EXPIRED: (520, 315),
    OrderState.CANCELLED: (380, 405),
    OrderState.PAID: (720, 210),
    OrderState.REFUNDED: (930, 210),
    HomelessState.OPEN: (100, 545),
    HomelessState.CLAIMED: (260, 625),
    HomelessState.CLOSED: (420, 545),
    RefundState.REQUESTED: (640, 545),
    RefundState.APPROVED: (800, 500),
    RefundState.EXECUTED: (960, 500),
    RefundState.DENIED: (800, 590),
}
_BENDS: Mapping[tuple[State, State], int] = {
    (OrderState.CREATED, OrderState.PAID): -270,
    (OrderState.CREATED, OrderState.REJECTED): -10,
    (OrderState.CREATED, OrderState.EXPIRED): 20,
    (OrderState.CREATED, OrderState.CANCELLED): 60,
    (OrderState.CANCELLED, OrderState.PAID): 95,
    (HomelessState.OPEN, HomelessState.CLOSED): -40,
    (HomelessState.CLOSED, HomelessState.OPEN): -5,
}


@app.command()
def print_graph() -> None:
    """Write docs/images/money.svg and the table in docs/money.md anew."""
    for file, text in drawn().items():
        file.write_text(text, encoding="utf-8")
        out.print(f"[green]✓[/] {file.name}")


def drawn() -> dict[Path, str]:
    """Return what the files must say, by path."""
    return {PICTURE: picture(), PAGE: page(PAGE.read_text(encoding="utf-8"))}


def page(text: str) -> str:
    """Return the page with the table of edges as the graph has it now."""
    head, _, rest = text.partition(_BEGIN)
    _, _, tail = rest.partition(_END)
    rows = [f"| {source} | {target} | {f'`{event}`' if event else '–'} |" for (source, target), event in GRAPH.items()]
    table = "\n".join(["| from | to | event |", "|---|---|---|", *rows])
    return f"{head}{_BEGIN}\n\n{table}\n\n{_END}{tail}"


def picture() -> str:
    """Return the graph as SVG: a box for every state, an arrow for every edge, a legend of the events."""
    width, height = _SIZE
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" font-family="sans-serif" role="img">',
        "<title>States of an order, of money without a home, and of a refund</title>",
        f'<rect width="{width}" height="{height}" fill="#ffffff"/>',
        *(_marker(event, style) for event, style in _STYLES.items()),
        *(
            f'<text x="{_TITLE_AT[kind]}" y="{y}" font-size="17" font-weight="bold" fill="#111827">{title}</text>'
            for kind, (title, y) in _TITLES.items()
        ),
        *(_arrow(source, target, _STYLES[event], _marker_id(event)) for (source, target), event in GRAPH.items()),
        *(_box(state) for state in _PLACES),
        *_legend(),
    ]
    return "\n".join([*parts, "</svg>", ""])


def _marker_id(event: str) -> str:
    return f"to-{event or 'none'}"


def _marker(event: str, style: Style) -> str:
    return (
        f'<marker id="{_marker_id(event)}" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="7" markerHeight="7" '
        f'orient="auto-start-reverse"><path d="M0 0 10 5 0 10z" fill="{style.colour}"/></marker>'
    )


def _box(state: State) -> str:
    (x, y), (width, height) = _PLACES[state], _BOX
    return (
        f'<rect x="{x - width // 2}" y="{y - height // 2}" width="{width}" height="{height}" rx="8" fill="#f3f4f6" '
        f'stroke="#111827"/><text x="{x}" y="{y + 5}" font-size="14" text-anchor="middle" fill="#111827">{state}</text>'
    )


def _arrow(source: State, target: State, style: Style, marker: str) -> str:
    line = f'fill="none" stroke="{style.colour}" stroke-width="2" marker-end="url(#{marker})"'
    dashes = f' stroke-dasharray="{style.dashes}"' if style.dashes else ""
    (x1, y1), (x2, y2) = _PLACES[source], _PLACES[target]
    if source == target:
        top = y1 - _BOX[1] // 2
        return f'<path d="M{x1 - 18} {top} C{x1 - 30} {top - 34} {x1 + 30} {top - 34} {x1 + 18} {top}" {line}{dashes}/>'
    bend = _BENDS.get((source, target), 0)
    length = hypot(x2 - x1, y2 - y1)
    middle = ((x1 + x2) / 2 - (y2 - y1) / length * bend, (y1 + y2) / 2 + (x2 - x1) / length * bend)
    (sx, sy), (tx, ty) = _edge_of_box((x1, y1), middle), _edge_of_box((x2, y2), middle)
    return f'<path d="M{sx:.0f} {sy:.0f} Q{middle[0]:.0f} {middle[1]:.0f} {tx:.0f} {ty:.0f}" {line}{dashes}/>'


def _edge_of_box(centre: tuple[int, int], towards: tuple[float, float]) -> tuple[float, float]:
    dx, dy = towards[0] - centre[0], towards[1] - centre[1]
    scale = min(
        (_BOX[0] / 2 + 2) / abs(dx) if dx else float("inf"), (_BOX[1] / 2 + 2) / abs(dy) if dy else float("inf")
    )
    return centre[0] + dx * scale, centre[1] + dy * scale


def _legend() -> Iterator[str]:
    for place, (event, style) in enumerate(_STYLES.items()):
        x, y = 700 + 170 * (place % 2), 24 + 22 * (place // 2)
        dashes = f' stroke-dasharray="{style.dashes}"' if style.dashes else ""
        yield f'<path d="M{x} {y} h30" stroke="{style.colour}" stroke-width="2"{dashes}/>'
        yield f'<text x="{x + 36}" y="{y + 4}" font-size="12" fill="#111827">{event or "no event"}</text>'
