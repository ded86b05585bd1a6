"""What a light vehicle is taxed upon: the SII's valuation or an invoice, and what a franchise leaves of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from backend.services.base import JSON, QuoteLine, Rates
from backend.services.circulation_permit import texts
from backend.services.circulation_permit.errors import NotQuotable
from backend.services.circulation_permit.vehicle import Vehicle
from backend.services.parameters import as_fraction, as_list, as_object, as_text, as_whole
from backend.services.wording import day, percent
from backend.shared.money import Money
from backend.shared.text import Text

SERVICE = "circulation_permit"


@dataclass(frozen=True)
class Base:
    """The amount that the scale is applied to; `notes` are lines of zero pesos that say how it came about."""

    value: Money
    notes: tuple[QuoteLine, ...]


def taxable_base(vehicle: Vehicle, *, year: int, rates: Rates) -> Base:
    """Find the base of permit year `year`. Raises `NotQuotable`, `RateNotAvailable`.

    A new vehicle bought in the year: the net invoice (DL 3.063 art. 17). One of the year's model bought at the end of
    the year before: see `_late_purchase`. Otherwise the SII's list, which wins over the roll's figure.
    """
    if (vehicle.invoice_net and not vehicle.invoice_on) or (vehicle.invoice_on and not vehicle.invoice_net):
        raise NotQuotable(texts.HALF_AN_INVOICE)
    bought_on = vehicle.bought_on
    if bought_on is not None and bought_on.year > year:
        raise NotQuotable(texts.BOUGHT_LATER)
    if bought_on is not None and bought_on.year == year:
        net = Money(vehicle.invoice_net)
        base = Base(net, (_note("invoice", texts.INVOICE.format(day=day(bought_on)), net, "", "DL 3.063 art. 17"),))
    elif bought_on is not None and _is_late_purchase(vehicle, bought_on, year, rates):
        base = _late_purchase(vehicle, bought_on, year, rates)
    else:
        base = Base(listed_valuation(vehicle, year=year, rates=rates), ())
    return _after_franchise(base, vehicle, year, rates)


def listed_valuation(vehicle: Vehicle, *, year: int, rates: Rates) -> Money:
    """Give the SII's valuation for the permit year, else the roll's. Raises `NotQuotable` where there is none."""
    listed = rates.valuation(vehicle.sii_code, vehicle.year, year) if vehicle.sii_code else None
    if listed is None and not vehicle.valuation:
        raise NotQuotable(texts.NO_VALUATION)
    return listed if listed is not None else Money(vehicle.valuation)


def differs(subject: Mapping[str, JSON], rates: Rates, period: str) -> tuple[Money, Money] | None:
    """Give the roll's and the SII's valuation of a light vehicle where they are not the same; None where they agree."""
    vehicle = Vehicle.from_subject(subject)
    group = vehicle.group
    if group is None or not group.pays_by_valuation or not vehicle.valuation:
        return None
    listed = rates.valuation(vehicle.sii_code, vehicle.year, int(period))
    told = Money(vehicle.valuation)
    return (told, listed) if listed is not None and listed != told else None


def _is_late_purchase(vehicle: Vehicle, bought_on: date, year: int, rates: Rates) -> bool:
    rule = _late_purchase_rule(year, rates)
    first_month = as_whole(rule["from_month"], "late_purchase")
    return vehicle.year == year and bought_on.year == year - 1 and bought_on.month >= first_month


def _late_purchase(vehicle: Vehicle, bought_on: date, year: int, rates: Rates) -> Base:
    """Take the invoice with VAT less depreciation, to the hundred, and at least last year's model and a tenth.

    Bought from September to December, and of the list's own model year. Source: SII FAQ 5078. The equivalent model of
    the year before is looked up under the same code in the permit year's list; without one there is no minimum.
    """
    rule = _late_purchase_rule(year, rates)
    vat, loss, over = (as_fraction(rule[key], "late_purchase") for key in ("vat", "depreciation", "over_last_model"))
    step = as_whole(rule["round_to"], "late_purchase")
    reduced = Money(Money.of(vehicle.invoice_net * (1 + vat) * (1 - loss) / step).pesos * step)
    law = "DL 3.063 art. 12 a); SII, pregunta frecuente 5078"
    text = texts.LATE_PURCHASE.format(day=day(bought_on), loss=percent(loss))
    notes = [_note("late_purchase", text, reduced, "", law)]
    before = rates.valuation(vehicle.sii_code, year - 1, year) if vehicle.sii_code else None
    least = before.share(1 + over) if before is not None else Money(0)
    if least > reduced:
        notes.append(_note("last_model", texts.LAST_MODEL.format(over=percent(over)), least, "", law))
    return Base(max(reduced, least), tuple(notes))


def _late_purchase_rule(year: int, rates: Rates) -> dict[str, JSON]:
    return as_object(rates.parameter(SERVICE, "late_purchase", date(year, 1, 1)), "late_purchase")


def _after_franchise(base: Base, vehicle: Vehicle, year: int, rates: Rates) -> Base:
    """Leave of the base what the first franchise that applies leaves; a free-zone vehicle needs one of its own."""
    entries = as_list(rates.parameter(SERVICE, "franchises", date(year, 1, 1)), "franchises")
    known = (as_object(entry, "franchises") for entry in entries)
    franchise = next((entry for entry in known if _applies(entry, vehicle, rates)), None)
    if franchise is None or franchise.get("base_share") is None:
        if vehicle.free_zone or vehicle.franchise:
            raise NotQuotable(texts.FRANCHISE_UNKNOWN)
        return base
    share = as_fraction(franchise["base_share"], "franchises")
    text = texts.FRANCHISE.format(
        name=Text(es=as_text(franchise["es"], "franchises"), en=as_text(franchise["en"], "franchises")),
        share=percent(share),
    )
    note = _note("franchise", text, base.value, percent(share), as_text(franchise["law"], "franchises"))
    return Base(base.value.share(share), (*base.notes, note))


def _applies(franchise: dict[str, JSON], vehicle: Vehicle, rates: Rates) -> bool:
    if vehicle.franchise:
        return franchise["code"] == vehicle.franchise
    places = as_list(franchise["communes"], "franchises")
    is_here = any(rates.commune.startswith(as_text(place, "franchises")) for place in places)
    return is_here and vehicle.free_zone == (franchise.get("vehicles") == "free_zone")


def _note(code: str, text: Text, base: Money, rate: str, law: str) -> QuoteLine:
    return QuoteLine(code=code, text=text, base=base, rate=rate, law=law, amount=Money(0))
