"""The annual amount of a licence, charge by charge. Values in, frozen values out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from backend.services.base import QuoteLine
from backend.services.business_licence import charge_texts
from backend.services.business_licence.exemptions import EXEMPTIONS
from backend.services.business_licence.licence import CapitalSource, Kind, Licence
from backend.services.business_licence.tariff import LAW, Parameters, lawful_rate
from backend.services.instalments import instalments
from backend.services.wording import percent
from backend.shared.money import Money
from backend.shared.text import Text

SURCHARGES = ("waste", "advertising", "advertising_luminous")


@dataclass(frozen=True)
class Utm:
    """A UTM and the month whose it is."""

    pesos: Money
    year: int
    month: int

    def times(self, number: Fraction) -> Money:
        return self.pesos.share(number)


@dataclass(frozen=True)
class Charge:
    """One annual amount that makes up what a licence costs; reductions are negative."""

    code: str
    text: Text
    base: Money
    rate: str
    law: str
    amount: Money

    def line(self) -> QuoteLine:
        return QuoteLine(self.code, self.text, self.base, self.rate, self.law, self.amount)


def taxed_capital(licence: Licence) -> Fraction:
    """Compute the pesos of capital that this municipality taxes; never negative.

    Less investments in other businesses that pay a licence themselves; then the share of the branch's workers.
    Source: DL 3.063 arts. 24 and 25.
    """
    capital = Fraction(max(0, licence.capital - licence.deduction))
    return capital * licence.workers_here / licence.workers_total if licence.workers_total else capital


def licence_tax(*, capital: Fraction, rate: Fraction, utm: Money) -> Money:
    """Compute the tax of 12 months, in whole pesos, half up: `rate` of the capital, at least 1 and at most 8,000 UTM.

    Floor and cap hold for each licence. Source: DL 3.063 art. 24.
    """
    return Money.of(min(max(capital * rate, Fraction(utm.pesos * LAW.floor_utm)), Fraction(utm.pesos * LAW.cap_utm)))


def charges(licence: Licence, *, utm: Utm, parameters: Parameters) -> tuple[Charge, ...]:
    """Compute all that a licence costs for 12 months. Raises `RateNotAvailable`, `RateOutsideLaw`."""
    own = _licence(licence, utm, parameters)
    return (own, *_reductions(licence, own, parameters), *_surcharges(licence, utm, parameters))


def instalment_lines(annual: Sequence[Charge], *, slot: int, rounding: str) -> tuple[QuoteLine, ...]:
    """Explain one of the two instalments: each charge is parted for itself, so that each account gets its half.

    Source: DL 3.063 art. 29; where the odd peso goes is a parameter.
    """
    return tuple(
        QuoteLine(
            code=charge.code,
            text=charge_texts.INSTALMENT[slot].format(charge=charge.text, rate=charge.rate, base=charge.base),
            base=charge.amount,
            rate=percent(Fraction(1, 2)),
            law=charge.law,
            amount=instalments(charge.amount, 2, rounding)[slot - 1],
        )
        for charge in annual
    )


def _licence(licence: Licence, utm: Utm, parameters: Parameters) -> Charge:
    if licence.kind == Kind.PROFESSIONAL:
        return _utm_charge(charge_texts.PROFESSIONAL, parameters.professional_utm, utm, "DL 3.063 art. 32")
    if licence.capital_source == CapitalSource.PRESUMED:
        return _utm_charge(charge_texts.PRESUMED, parameters.presumed_utm, utm, LAW.article)
    rate = lawful_rate(Fraction(licence.rate_per_mil)) if licence.rate_per_mil else parameters.rate
    capital = taxed_capital(licence)
    amount = licence_tax(capital=capital, rate=rate, utm=utm.pesos)
    if capital * rate < utm.pesos.pesos * LAW.floor_utm:
        return _utm_charge(charge_texts.FLOOR, Fraction(LAW.floor_utm), utm, LAW.article)
    if capital * rate > utm.pesos.pesos * LAW.cap_utm:
        return _utm_charge(charge_texts.CAP, Fraction(LAW.cap_utm), utm, LAW.article)
    return Charge(
        code="licence",
        text=charge_texts.of_capital(licence),
        base=Money.of(capital),
        rate=charge_texts.per_mil(rate),
        law="DL 3.063 arts. 24 y 25" if licence.workers_total else LAW.article,
        amount=amount,
    )


def _utm_charge(text: Text, times: Fraction, utm: Utm, law: str) -> Charge:
    return Charge(
        code="licence",
        text=text.format(utm=charge_texts.utm(utm.pesos, utm.year, utm.month)),
        base=utm.pesos,
        rate=charge_texts.in_utm(times),
        law=law,
        amount=utm.times(times),
    )


def _reductions(licence: Licence, own: Charge, parameters: Parameters) -> Iterator[Charge]:
    """What is taken off the licence itself; surcharges are rights for a service and stay."""
    if licence.exemption:
        exemption = EXEMPTIONS[licence.exemption]
        text = charge_texts.EXEMPT.format(reason=exemption.name)
        yield Charge("licence_exemption", text, own.amount, percent(Fraction(-1)), exemption.law, -own.amount)
    elif licence.kind == Kind.FAMILY and (share := parameters.family_reduction):
        law = "DL 3.063 art. 26; ordenanza local"
        less = -own.amount.share(share)
        yield Charge("licence_reduction", charge_texts.FAMILY_REDUCTION, own.amount, percent(-share), law, less)


def _surcharges(licence: Licence, utm: Utm, parameters: Parameters) -> Iterator[Charge]:
    if licence.waste_code:
        tariff, unit = parameters.waste_tariff(licence.waste_code)
        base, amount = (utm.pesos, utm.times(tariff)) if unit == "utm" else (Money.of(tariff), Money.of(tariff))
        rate = charge_texts.in_utm(tariff) if unit == "utm" else percent(Fraction(1))
        yield Charge("waste", charge_texts.WASTE, base, rate, "DL 3.063 arts. 7 a 9", amount)
    yield from _sign("advertising", Fraction(licence.sign_m2 or 0), False, utm, parameters)
    yield from _sign("advertising_luminous", Fraction(licence.luminous_sign_m2 or 0), True, utm, parameters)


def _sign(code: str, size: Fraction, luminous: bool, utm: Utm, parameters: Parameters) -> Iterator[Charge]:
    if size:
        tariff = parameters.advertising.luminous if luminous else parameters.advertising.plain
        text = charge_texts.sign(size, luminous)
        rate = charge_texts.in_utm(size * tariff)
        yield Charge(code, text, utm.pesos, rate, "DL 3.063 art. 41 N° 5; ordenanza local", utm.times(size * tariff))
