"""The tax of a light vehicle, step by step. Values in, frozen values out."""

from __future__ import annotations

from fractions import Fraction

from backend.services.base import QuoteLine
from backend.services.circulation_permit.tariff import LightTariff, Slice
from backend.services.wording import month, percent
from backend.shared.money import Money, half_up
from backend.shared.text import Text


def light_vehicle_tax(*, valuation: Money, utm: Money, tariff: LightTariff) -> Money:
    """Compute the annual tax of a light vehicle, in whole pesos, half up.

    `utm` is January's of the permit year. Cumulative by slice, with a floor of half a UTM.
    Source: DL 3.063 art. 12 a), as replaced by Ley 18.681 art. 15 b).
    """
    exact = sum((_base(part, valuation, utm) * part.rate for part in tariff.slices), Fraction(0))
    return Money.of(max(exact, utm.pesos * tariff.floor))


def light_vehicle_lines(
    *, valuation: Money, utm: Money, year: int, tariff: LightTariff, utm_month: int = 1
) -> tuple[QuoteLine, ...]:
    """Explain `light_vehicle_tax`: one line for each slice that the valuation reaches, or one for the floor.

    A slice may end in a fraction of a peso. Each line is what it adds to the rounded running total, so the lines sum
    to the tax exactly, and no line differs by a peso or more from its exact value.
    """
    reached = [part for part in tariff.slices if _base(part, valuation, utm) > 0]
    exact = Fraction(0)
    lines: list[QuoteLine] = []
    for number, part in enumerate(reached, start=1):
        base = _base(part, valuation, utm)
        before, exact = exact, exact + base * part.rate
        lines.append(
            QuoteLine(
                code=f"slice_{number}",
                text=_slice_text(part, utm),
                base=Money(base),
                rate=percent(part.rate),
                law=tariff.law,
                amount=Money(half_up(exact) - half_up(before)),
            )
        )
    floor = utm.pesos * tariff.floor
    return (_floor_line(utm, year, utm_month, tariff),) if exact < floor else tuple(lines)


def instalment_amounts(annual: Money, first_share: Fraction = Fraction(1, 2)) -> tuple[Money, Money]:
    """Part an annual amount in two that sum to it; the odd peso goes to the first (no source says where)."""
    first = annual.share(first_share)
    return first, annual - first


def instalment_line(*, code: str, annual: Money, amount: Money, share: Fraction) -> QuoteLine:
    """Explain one of the two instalments by the annual tax that it is a part of."""
    return QuoteLine(
        code=f"instalment_{code}",
        text=Text(
            es="{ordinal} cuota de dos, sobre el impuesto anual",
            en="{ordinal} of two instalments of the annual tax",
        ).format(
            ordinal=Text(es="Primera", en="First") if code == "first" else Text(es="Segunda", en="Second"),
        ),
        base=annual,
        rate=percent(share),
        law="DL 3.063 art. 15",
        amount=amount,
    )


def _base(part: Slice, valuation: Money, utm: Money) -> int:
    """How many pesos of the valuation lie in a slice; its limits are exact products of the UTM."""
    top = valuation.pesos if part.up_to is None else min(valuation.pesos, part.up_to * utm.pesos)
    return max(0, top - part.above * utm.pesos)


def _floor_line(utm: Money, year: int, utm_month: int, tariff: LightTariff) -> QuoteLine:
    return QuoteLine(
        code="floor",
        text=Text(
            es="Mínimo legal: media UTM (UTM de {month} de {year}: {utm})",
            en="Legal minimum: half a UTM (UTM of {month} {year}: {utm})",
        ).format(month=month(utm_month), year=year, utm=utm),
        base=utm,
        rate=percent(tariff.floor),
        law=tariff.law,
        amount=utm.share(tariff.floor),
    )


def _slice_text(part: Slice, utm: Money) -> Text:
    """Say the slice in UTM and in pesos; `base` beside it says how much of it is used."""
    if part.up_to is None:
        return Text(es="Tasación sobre {above} UTM ({pesos})", en="Valuation above {above} UTM ({pesos})").format(
            above=part.above, pesos=utm * part.above
        )
    return Text(
        es="Tasación sobre {above} y hasta {up_to} UTM ({pesos})"
        if part.above
        else "Tasación hasta {up_to} UTM ({pesos})",
        en="Valuation above {above} up to {up_to} UTM ({pesos})"
        if part.above
        else "Valuation up to {up_to} UTM ({pesos})",
    ).format(above=part.above, up_to=part.up_to, pesos=utm * part.up_to)
