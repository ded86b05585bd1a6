"""The waste fee of a property for a year. Values in, frozen values out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from backend.services.base import QuoteLine, RateNotAvailable, Rates
from backend.services.instalments import total_of
from backend.services.parameters import as_fraction, as_object, as_whole
from backend.services.waste_fee import texts
from backend.services.waste_fee.exemptions import KEY, Facts, best_exemption
from backend.services.waste_fee.property import Property, Use
from backend.services.wording import decimal, month, percent
from backend.shared.money import Money
from backend.shared.text import Text

CODE = "waste_fee"
ARTICLE = "DL 3.063 art. 7"


@dataclass(frozen=True)
class Assessment:
    """The year's tariff and what is taken off it, as lines; `note` says why nothing is due, where nothing is."""

    lines: tuple[QuoteLine, ...]
    note: Text | None

    @property
    def net(self) -> Money:
        return total_of(self.lines)


def assess(place: Property, *, year: int, rates: Rates) -> Assessment:
    """Compute the year's fee. The values of 1 January hold for the whole year, however late it is paid.

    Dwellings of at most 225 UTM are exempt by law; else the best of the municipality's own exemptions counts.
    Raises `RateNotAvailable`. Source: DL 3.063 art. 7, Ley 20.033 art. 4.
    """
    begins_on = date(year, 1, 1)
    tariff = _tariff_line(place, year, rates)
    limit, utm, utm_month = _exempt_valuation(year, rates)
    if place.use == Use.DWELLING and place.valuation <= utm.pesos * limit:
        said = decimal(limit)
        text = texts.LOW_VALUATION.format(limit=said, month=_of(utm_month, year), utm=utm)
        line = _taken_off(tariff, "waste_exemption", text, Fraction(1), f"{ARTICLE}; Ley 20.033")
        return Assessment((tariff, line), texts.EXEMPT.format(limit=said))
    facts = _facts(place, utm, begins_on)
    exemption = best_exemption(rates.parameter(CODE, KEY, begins_on), facts, on=begins_on)
    if exemption is None or not exemption.share:
        return Assessment((tariff,), None)
    line = _taken_off(tariff, "waste_reduction", texts.REDUCTION, exemption.share, exemption.law)
    return Assessment((tariff, line), None if total_of((tariff, line)) else texts.EXEMPT_LOCALLY)


def _facts(place: Property, utm: Money, on: date) -> Facts:
    words = {"benefit": place.benefit_on(on), "use": place.use, "tariff": place.tariff}
    if not place.valuation:
        return words
    return {**words, "valuation": Fraction(place.valuation), "valuation_utm": Fraction(place.valuation, utm.pesos)}


def _taken_off(tariff: QuoteLine, code: str, text: Text, share: Fraction, law: str) -> QuoteLine:
    """Half up of what is taken off. The reason of a social exemption is never told: it would tell of the person."""
    return QuoteLine(code, text, tariff.amount, percent(-share), law, -tariff.amount.share(share))


def _tariff_line(place: Property, year: int, rates: Rates) -> QuoteLine:
    if place.special_tariff:
        special = Money(place.special_tariff)
        text = texts.SPECIAL_TARIFF.format(year=year)
        return QuoteLine("waste", text, special, percent(Fraction(1)), "DL 3.063 arts. 7 y 8", special)
    tariffs = as_object(rates.parameter(CODE, "tariffs", date(year, 1, 1)), "tariffs")
    if place.tariff not in tariffs:
        raise RateNotAvailable(what=f"{CODE} tariffs {place.tariff}")
    value = as_object(tariffs[place.tariff], "tariffs")
    if "utm" not in value:
        pesos = Money(as_whole(value.get("pesos"), "tariffs"))
        return QuoteLine("waste", texts.TARIFF.format(year=year), pesos, percent(Fraction(1)), ARTICLE, pesos)
    number = as_whole(rates.parameter(CODE, "utm_month", date(year, 1, 1)), "utm_month")
    utm, times = rates.utm(year, number), as_fraction(value["utm"], "tariffs")
    text = texts.TARIFF_IN_UTM.format(year=year, month=_of(number, year), utm=utm)
    return QuoteLine("waste", text, utm, f"{decimal(times)} UTM", ARTICLE, utm.share(times))


def _exempt_valuation(year: int, rates: Rates) -> tuple[Fraction, Money, int]:
    """Give the limit in UTM, the UTM and its month."""
    value = as_object(rates.parameter(CODE, "exempt_valuation", date(year, 1, 1)), "exempt_valuation")
    number = as_whole(value.get("month"), "exempt_valuation")
    return as_fraction(value.get("utm"), "exempt_valuation"), rates.utm(year, number), number


def _of(number: int, year: int) -> Text:
    name = month(number)
    return Text(es=f"{name.es} de {year}", en=f"{name.en} {year}")
