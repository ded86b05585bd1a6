"""What a licence is computed with: the limits of the law, and the parameters that a municipality or a ministry sets."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import ClassVar

from backend.services.base import JSON, Rates
from backend.services.parameters import as_fraction, as_object, as_text, as_whole
from backend.services.wording import decimal
from backend.shared.errors import DomainError
from backend.shared.rates import RateNotAvailable
from backend.shared.text import Text

CODE = "business_licence"


class RateOutsideLaw(DomainError):
    """Raised by `lawful_rate`: the municipality may fix between 2.5 and 5 per mil, nothing else."""

    code: ClassVar[str] = "business_licence.rate_outside_law"
    message: Text = Text(
        es="La tasa de {rate} por mil no está entre 2,5 y 5 por mil (DL 3.063 art. 24).",
        en="A rate of {rate} per mil does not lie between 2.5 and 5 per mil (DL 3.063 art. 24).",
    )


@dataclass(frozen=True)
class Law:
    """Rates are shares of the capital; floor and cap are UTM a year."""

    lowest_rate: Fraction
    highest_rate: Fraction
    floor_utm: int
    cap_utm: int
    article: str
    source: str
    certainty: str


LAW = Law(
    lowest_rate=Fraction(25, 10_000),
    highest_rate=Fraction(50, 10_000),
    floor_utm=1,
    cap_utm=8_000,
    article="DL 3.063 art. 24",
    source="DL 3.063 art. 24, quoted by two secondary pages; BCN report of 2019",
    certainty="HIGH",
)


@dataclass(frozen=True)
class Readjustment:
    """By which months of the first year the second instalment is readjusted, and whether its surcharges are too."""

    applies: bool
    first_month: int
    last_month: int
    surcharges: bool


@dataclass(frozen=True)
class Advertising:
    """UTM for each m² and year."""

    plain: Fraction
    luminous: Fraction


@dataclass(frozen=True)
class Parameters:
    """The parameters of one period, which begins on 1 July. Reading raises `RateNotAvailable` for what is missing.

    A period keeps the values of its first day, however late it is paid.
    """

    rates: Rates
    begins_on: date

    @property
    def utm_month(self) -> str:
        return as_text(self._value("utm_month"), "utm_month")

    @property
    def rounding(self) -> str:
        return as_text(self._value("instalment_rounding"), "instalment_rounding")

    @property
    def rate(self) -> Fraction:
        """The municipality's rate as a share. Raises `RateOutsideLaw`."""
        return lawful_rate(as_fraction(self._value("rate_per_mil"), "rate_per_mil"))

    @property
    def professional_utm(self) -> Fraction:
        return as_fraction(self._value("professional_utm"), "professional_utm")

    @property
    def presumed_utm(self) -> Fraction:
        return as_fraction(self._value("presumed_utm"), "presumed_utm")

    @property
    def family_reduction(self) -> Fraction:
        """The share that a family micro-business need not pay."""
        return as_fraction(self._value("mef_reduction_percent"), "mef_reduction_percent") / 100

    @property
    def second_opens(self) -> tuple[int, int]:
        """Month and day of the year after the one in which the period begins."""
        month, day = as_text(self._value("second_opens"), "second_opens").split("-")
        return int(month), int(day)

    @property
    def second_readjustment(self) -> Readjustment:
        value = as_object(self._value("second_readjustment"), "second_readjustment")
        return Readjustment(
            applies=value["applies"] is True,
            first_month=as_whole(value["first_month"], "second_readjustment"),
            last_month=as_whole(value["last_month"], "second_readjustment"),
            surcharges=value["surcharges"] is True,
        )

    @property
    def days_to_pay_a_new_licence(self) -> int:
        return as_whole(self._value("new_licence_days"), "new_licence_days")

    @property
    def advertising(self) -> Advertising:
        value = as_object(self._value("advertising_tariff"), "advertising_tariff")
        times = {"year": 1, "semester": 2}[as_text(value["per"], "advertising_tariff")]
        return Advertising(
            plain=as_fraction(value["plain_utm"], "advertising_tariff") * times,
            luminous=as_fraction(value["luminous_utm"], "advertising_tariff") * times,
        )

    def waste_tariff(self, code: str) -> tuple[Fraction, str]:
        """Give the annual tariff of a class of waste and its unit, "utm" or "pesos"."""
        tariffs = as_object(self._value("waste_tariffs"), "waste_tariffs")
        if code not in tariffs:
            raise RateNotAvailable(what=f"{CODE} waste_tariffs {code}")
        value = as_object(tariffs[code], "waste_tariffs")
        unit = "utm" if "utm" in value else "pesos"
        return as_fraction(value[unit], "waste_tariffs"), unit

    def _value(self, key: str) -> JSON:
        return self.rates.parameter(CODE, key, self.begins_on)


def lawful_rate(per_mil: Fraction) -> Fraction:
    """Turn a rate per mil into a share. Raises `RateOutsideLaw` outside 2.5 to 5."""
    share = per_mil / 1000
    if not LAW.lowest_rate <= share <= LAW.highest_rate:
        raise RateOutsideLaw(rate=decimal(per_mil))
    return share
