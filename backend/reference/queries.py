"""Answers about national data, kept in the process for a minute: they change once a month."""

import functools
import time
from dataclasses import dataclass
from datetime import date

from django.db.models import Q
from django_tenants.utils import get_public_schema_name, schema_context

from backend.reference.models import DueDate, RevenueShare, Utm
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
    """The rates and dates that rules ask for; what is missing raises `RateNotAvailable`, never a guess."""

    def utm(self, year: int, month: int) -> Money:
        """Return the UTM of a month in whole pesos."""
        pesos = _utm(year, month, _minute())
        if pesos is None:
            raise RateNotAvailable(what=f"UTM {year}-{month:02}")
        return Money(pesos)

    def due_on(self, service: str, period: str, key: str) -> date:
        """Return the last day of an option without surcharge."""
        day = _due_on(service, period, key, _minute())
        if day is None:
            raise RateNotAvailable(what=f"{service} {period} {key}")
        return day


def rate_book() -> RateBook:
    """Return the national rates."""
    return RateBook()


def revenue_shares(service: str, on: date) -> list[Share]:
    """Return how a payment of that day is split, municipal part last; raises `RateNotAvailable`."""
    shares = _shares(service, on, _minute())
    if sum(share.per_ten_thousand for share in shares) != 10_000:
        raise RateNotAvailable(what=f"revenue shares of {service} on {on}")
    return list(shares)


def forget_cached_rates() -> None:
    """Read the tables anew from now on."""
    for cached in (_utm, _due_on, _shares):
        cached.cache_clear()


def _minute() -> int:
    return int(time.monotonic() // _CACHE_SECONDS)


@functools.lru_cache(maxsize=256)
def _utm(year: int, month: int, _minute: int) -> int | None:
    with schema_context(get_public_schema_name()):
        return Utm.objects.filter(year=year, month=month).values_list("pesos", flat=True).first()


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
