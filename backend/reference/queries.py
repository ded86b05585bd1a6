"""Answers about national data, kept in the process for a minute: they change once a month."""

import functools
import time
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from django.db.models import Q
from django_tenants.utils import get_public_schema_name, schema_context

from backend.reference.models import DueDate, Ipc, Parameter, PenalRate, RevenueShare, Utm, VehicleValuation
from backend.reference.validity import Span, in_force
from backend.shared.json import JSON
from backend.shared.money import Money
from backend.shared.rates import RateNotAvailable

_CACHE_SECONDS = 60


@dataclass(frozen=True)
class Share:
    """A part of a payment: budget account, whose benefit, parts of ten thousand."""

    account: str
    name: str
    beneficiary: str
    per_ten_thousand: int


class RateBook:
    """The national rates, dates and parameters; what is missing raises `RateNotAvailable`, never a guess."""

    def utm(self, year: int, month: int) -> Money:
        """Return the UTM of a month in whole pesos."""
        pesos = _utm(year, month, _minute())
        if pesos is None:
            raise RateNotAvailable(what=f"UTM {year}-{month:02}")
        return Money(pesos)

    def ipc(self, year: int, month: int) -> Fraction:
        """Return the monthly variation of the IPC, in percent."""
        percent = _ipc(year, month, _minute())
        if percent is None:
            raise RateNotAvailable(what=f"IPC {year}-{month:02}")
        return percent

    def penal_rate(self, year: int, semester: int) -> Fraction:
        """Return the annual penal interest of a semester, in percent."""
        percent = _penal_rate(year, semester, _minute())
        if percent is None:
            raise RateNotAvailable(what=f"interés penal {year}-S{semester}")
        return percent

    def due_on(self, service: str, period: str, key: str) -> date:
        """Return the last day of an option without surcharge."""
        day = _due_on(service, period, key, _minute())
        if day is None:
            raise RateNotAvailable(what=f"{service} {period} {key}")
        return day

    def parameter(self, service: str, key: str, on: date) -> JSON:
        """Return the national value in force on a day; null in the table means that each municipality sets it."""
        value = in_force(_parameters(_minute()).get((service, key), ()), on)
        if value is None:
            raise RateNotAvailable(what=f"{service} {key}")
        return value

    def valuation(self, sii_code: str, model_year: int, list_year: int) -> Money | None:
        """Return the SII's valuation of a vehicle in the list of a year; None when it is not there."""
        pesos = _valuation(sii_code, model_year, list_year, _minute())
        return None if pesos is None else Money(pesos)


def valuations_of(list_year: int) -> dict[tuple[str, int, int], int]:
    """Return a whole list (some 80,000 vehicles), in pesos, keyed by SII code, model year and list year."""
    with schema_context(get_public_schema_name()):
        rows = VehicleValuation.objects.filter(list_year=list_year).values_list("sii_code", "model_year", "pesos")
        return {(code, model_year, list_year): pesos for code, model_year, pesos in rows.iterator(chunk_size=10_000)}


def known_parameter(service: str, key: str) -> Parameter | None:
    """Return the newest national row of a parameter, whether or not it has a value; None for an unknown key."""
    with schema_context(get_public_schema_name()):
        return Parameter.objects.filter(service=service, key=key).order_by("-valid_from").first()


def revenue_shares(service: str, on: date) -> list[Share]:
    """Return how a payment of that day is split, municipal part last; raises `RateNotAvailable`."""
    shares = _shares(service, on, _minute())
    if sum(share.per_ten_thousand for share in shares) != 10_000:
        raise RateNotAvailable(what=f"revenue shares of {service} on {on}")
    return list(shares)


def account_names() -> dict[str, tuple[str, str]]:
    """Return name and beneficiary of every budget account that money was ever split over."""
    with schema_context(get_public_schema_name()):
        rows = RevenueShare.objects.order_by("valid_from").values_list("account", "name", "beneficiary")
        return {account: (name, beneficiary) for account, name, beneficiary in rows}


def forget_cached_rates() -> None:
    """Read the tables anew from now on."""
    for cached in (_utm, _ipc, _penal_rate, _due_on, _valuation, _parameters, _shares):
        cached.cache_clear()


def _minute() -> int:
    return int(time.monotonic() // _CACHE_SECONDS)


@functools.lru_cache(maxsize=256)
def _utm(year: int, month: int, _minute: int) -> int | None:
    with schema_context(get_public_schema_name()):
        return Utm.objects.filter(year=year, month=month).values_list("pesos", flat=True).first()


@functools.lru_cache(maxsize=256)
def _ipc(year: int, month: int, _minute: int) -> Fraction | None:
    with schema_context(get_public_schema_name()):
        percent = Ipc.objects.filter(year=year, month=month).values_list("percent", flat=True).first()
    return None if percent is None else Fraction(percent)


@functools.lru_cache(maxsize=256)
def _penal_rate(year: int, semester: int, _minute: int) -> Fraction | None:
    with schema_context(get_public_schema_name()):
        percent = PenalRate.objects.filter(year=year, semester=semester).values_list("percent", flat=True).first()
    return None if percent is None else Fraction(percent)


@functools.lru_cache(maxsize=4_096)
def _valuation(sii_code: str, model_year: int, list_year: int, _minute: int) -> int | None:
    with schema_context(get_public_schema_name()):
        rows = VehicleValuation.objects.filter(list_year=list_year, sii_code=sii_code, model_year=model_year)
        return rows.values_list("pesos", flat=True).first()


@functools.lru_cache(maxsize=2)
def _parameters(_minute: int) -> dict[tuple[str, str], list[Span]]:
    found: dict[tuple[str, str], list[Span]] = {}
    with schema_context(get_public_schema_name()):
        for row in Parameter.objects.all():
            found.setdefault((row.service, row.key), []).append((row.valid_from, row.valid_to, row.value))
    return found


@functools.lru_cache(maxsize=256)
def _due_on(service: str, period: str, key: str, _minute: int) -> date | None:
    with schema_context(get_public_schema_name()):
        rows = DueDate.objects.filter(service=service, period=period, key=key)
        return rows.values_list("due_on", flat=True).first()


@functools.lru_cache(maxsize=256)
def _shares(service: str, on: date, _minute: int) -> tuple[Share, ...]:
    with schema_context(get_public_schema_name()):
        rows = RevenueShare.objects.filter(service=service, valid_from__lte=on).filter(
            Q(valid_to=None) | Q(valid_to__gte=on)
        )
        return tuple(
            Share(row.account, row.name, row.beneficiary, row.per_ten_thousand)
            for row in rows.order_by("beneficiary", "account")
        )
