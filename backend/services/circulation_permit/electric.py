"""Zero-emission and plug-in vehicles: Ley 21.505, second transitory article (counted from 1 February 2023)."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

from backend.services.base import JSON, QuoteLine, Rates
from backend.services.circulation_permit import texts
from backend.services.circulation_permit.errors import NotQuotable
from backend.services.circulation_permit.vehicle import Vehicle
from backend.services.parameters import as_fraction, as_list, as_object, as_text, as_whole
from backend.services.row_reader import plain
from backend.services.wording import percent
from backend.shared.money import Money

LAW = "Ley 21.505, artículo segundo transitorio"
_BURNT = ("BENCINA", "DIESEL", "GAS", "PETROLEO")


def electric_line(vehicle: Vehicle, *, annual: Money, floor: Money | None, year: int, rates: Rates) -> QuoteLine | None:
    """Explain what the law takes off the annual tax; None for a vehicle that pays it all.

    Whether the minimum of half a UTM outlives the reduction has no source: parameter `electric.floor`, "reduced" or
    "survives"; `floor` is that minimum. Raises `RateNotAvailable`, and `NotQuotable` for a hybrid of which the roll
    does not say whether it plugs in (`electric.plain_hybrid`, "not_available" or "ordinary").
    """
    rule = as_object(rates.parameter("circulation_permit", "electric", date(year, 1, 1)), "electric")
    if vehicle.year < as_whole(rule["model_year_from"], "electric") or not _plugs_in(vehicle.fuel, rule):
        return None
    share = _share(rule, year)
    if share == 1:
        return None
    pays = annual.share(share)
    if floor is not None and as_text(rule["floor"], "electric") == "survives" and share > 0:
        pays = min(annual, max(pays, floor))
    return QuoteLine(
        code="electric",
        text=texts.ELECTRIC.format(share=percent(share), year=year),
        base=annual,
        rate=percent(share - 1),
        law=LAW,
        amount=pays - annual,
    )


def _share(rule: dict[str, JSON], year: int) -> Fraction:
    for item in as_list(rule["shares"], "electric"):
        step = as_object(item, "electric")
        if as_whole(step["from"], "electric") <= year <= as_whole(step["to"], "electric"):
            return as_fraction(step["pays"], "electric")
    return Fraction(1)


def _plugs_in(fuel: str, rule: dict[str, JSON]) -> bool:
    """Tell whether the fuel, as rolls write it, is electric or plugs in; "híbrido" alone does not say."""
    name = plain(fuel)
    if "NO ENCHUF" in name:
        return False
    if "ENCHUF" in name or "PLUG" in name:
        return True
    is_electric = "ELECTR" in name or "HIDROGENO" in name
    if "HIBRID" in name or (is_electric and any(fuel in name for fuel in _BURNT)):
        if as_text(rule["plain_hybrid"], "electric") == "ordinary":
            return False
        raise NotQuotable(texts.PLAIN_HYBRID)
    return is_electric
