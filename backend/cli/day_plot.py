"""Days as a picture: filed, and what of it is settled, homeless, in transit. SVG by hand, with the figures as text."""

from collections.abc import Sequence
from html import escape
from typing import TYPE_CHECKING

from backend.shared.money import Money

if TYPE_CHECKING:
    from backend.billing.reconciliation.queries import DaySheet

_HEIGHT, _GROUND, _STEP, _BAR, _LEFT = 300, 240, 108, 18, 96
# Colours that stay apart for people who see colours otherwise (Okabe and Ito's palette), and in grey.
_SERIES = (("Informado", "#000000"), ("Pagado", "#0072b2"), ("Sin destino", "#e69f00"), ("En tránsito", "#cc79a7"))


def drawn(days: Sequence["DaySheet"]) -> str:
    """Return an SVG of days, oldest first; each bar says its amount when it is pointed at, and to screen readers."""
    amounts = [_amounts(day) for day in days]
    most = max((amount.pesos for row in amounts for amount in row), default=0) or 1
    width = _LEFT + max(len(days), 4) * _STEP + 16
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {_HEIGHT}" role="img" font-family="sans-serif"'
        ' font-size="12"><title>Recaudación por día</title>',
        f'<rect width="{width}" height="{_HEIGHT}" fill="#ffffff"/>',
        *_scale(most, width),
        *_legend(),
    ]
    for place, (day, row) in enumerate(zip(days, amounts, strict=True)):
        left = _LEFT + place * _STEP
        for number, ((name, colour), amount) in enumerate(zip(_SERIES, row, strict=True)):
            height = round((_GROUND - 40) * max(amount.pesos, 0) / most)
            parts.append(
                f'<rect x="{left + number * _BAR}" y="{_GROUND - height}" width="{_BAR - 2}" height="{height}"'
                f' fill="{colour}"><title>{escape(f"{day.day}: {name} {amount}")}</title></rect>'
            )
        state = "" if day.closed_at else " (abierto)"
        parts.append(f'<text x="{left}" y="{_GROUND + 18}">{day.day:%d-%m}{state}</text>')
        if day.unexplained_count:
            parts.append(
                f'<text x="{left}" y="{_GROUND + 34}" fill="#a00000">{day.unexplained_count} sin explicar</text>'
            )
    return "\n".join([*parts, "</svg>", ""])


def _amounts(day: "DaySheet") -> tuple[Money, ...]:
    figures = day.figures
    return figures.filed.amount, figures.settled, figures.homeless, figures.in_transit.amount


def _scale(most: int, width: int) -> list[str]:
    lines = []
    for part in (0, 1, 2):
        y = _GROUND - (_GROUND - 40) * part // 2
        lines.append(f'<line x1="{_LEFT - 6}" y1="{y}" x2="{width - 8}" y2="{y}" stroke="#bbbbbb"/>')
        lines.append(f'<text x="{_LEFT - 10}" y="{y + 4}" text-anchor="end">{Money(most * part // 2)}</text>')
    return lines


def _legend() -> list[str]:
    parts = []
    for place, (name, colour) in enumerate(_SERIES):
        left = _LEFT + place * 92
        parts.append(f'<rect x="{left}" y="10" width="12" height="12" fill="{colour}"/>')
        parts.append(f'<text x="{left + 16}" y="20">{name}</text>')
    return parts
