"""The life of a provisional licence: asked for, granted for a time, then definitive or lapsed by law.

Source: DL 3.063 art. 26 as changed by Ley 20.494 art. 1 no. 1 and Ley 21.755 arts. 9 and 10 (in force 11-7-2025).
"""

from __future__ import annotations

import calendar
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import ClassVar

from backend.shared.errors import DomainError
from backend.shared.text import Text

LAW = "DL 3.063 art. 26"


class State(StrEnum):
    """The words of the roll's column Estado_provisoria."""

    ASKED_FOR = "SOLICITADA"
    PROVISIONAL = "PROVISORIA"
    DEFINITIVE = "DEFINITIVA"
    LAPSED = "CADUCADA"


NEXT: Mapping[State, frozenset[State]] = MappingProxyType(
    {
        State.ASKED_FOR: frozenset({State.PROVISIONAL}),
        State.PROVISIONAL: frozenset({State.DEFINITIVE, State.LAPSED}),
        State.DEFINITIVE: frozenset(),
        State.LAPSED: frozenset(),
    }
)
"""To which states each may go."""


class NoSuchStep(DomainError):
    """Raised by `step`: the law knows no way from the one state to the other."""

    code: ClassVar[str] = "business_licence.no_such_step"
    message: Text = Text(
        es="Una patente en estado {state} no puede pasar a {to}.", en="A licence that is {state} cannot become {to}."
    )


def step(state: State, to: State) -> State:
    """Go from a state to the next. Raises `NoSuchStep`."""
    if to not in NEXT[state]:
        raise NoSuchStep(state=state.value, to=to.value)
    return to


@dataclass(frozen=True)
class Terms:
    """How long a provisional licence lasts by the day of its grant. Months; days are calendar days."""

    inspection_days: int
    extension_request_days: int
    longest_months: int
    law: str


TERMS = Terms(
    inspection_days=30,  # the works department inspects, or keeps silent
    extension_request_days=60,  # a work plan is filed so long before expiry
    longest_months=36,
    law="DL 3.063 art. 26; Ley 21.755 art. 10",
)

# Ley 21.755 art. 9: those granted in these days last three years, whatever was written.
_THREE_YEARS = (date(2022, 9, 1), date(2025, 7, 11))
# Ley 21.755 art. 9: those that first expired in the year run to the day.
_PROLONGED = MappingProxyType(
    {2020: date(2025, 9, 30), 2021: date(2025, 12, 31), 2022: date(2026, 6, 30), 2023: date(2026, 12, 31)}
)


@dataclass(frozen=True)
class Provisional:
    """What the roll says. `expires_on` is the first expiry as granted; `remarks` are those of the works department."""

    state: State
    granted_on: date | None
    expires_on: date | None
    sanitary: bool
    remarks: bool


@dataclass(frozen=True)
class Deadlines:
    """The last days: of the works department's inspection, of asking for an extension, of the licence."""

    inspection: date
    extension_request: date
    expiry: date


def term_is_given_by_law(granted_on: date) -> bool:
    """Whether the law fixes the expiry, so that the roll need not say it."""
    return _THREE_YEARS[0] <= granted_on <= _THREE_YEARS[1]


def last_possible_expiry(granted_on: date) -> date:
    return _months_after(granted_on, TERMS.longest_months)


def deadlines(granted_on: date, expires_on: date | None) -> Deadlines | None:
    """Give the deadlines of a granted licence; None when its expiry is known neither by the roll nor by law."""
    expiry = _expiry(granted_on, expires_on)
    if expiry is None:
        return None
    return Deadlines(
        inspection=granted_on + timedelta(days=TERMS.inspection_days),
        extension_request=expiry - timedelta(days=TERMS.extension_request_days),
        expiry=expiry,
    )


def state_on(licence: Provisional, day: date) -> State:
    """Tell the state on a day: silence makes it definitive, the end of its term makes it lapse, both by law.

    Definitive the day after the inspection's term, where there are no remarks and the sanitary authorisation exists;
    lapsed the day after expiry.
    """
    if licence.state is not State.PROVISIONAL or licence.granted_on is None:
        return licence.state
    terms = deadlines(licence.granted_on, licence.expires_on)
    if terms is None:
        return licence.state
    if licence.sanitary and not licence.remarks and day > terms.inspection:
        return step(licence.state, State.DEFINITIVE)
    return step(licence.state, State.LAPSED) if day > terms.expiry else licence.state


def lapses_on(licence: Provisional, day: date) -> date | None:
    """Tell the first day on which a licence that is provisional on `day` would have lapsed; None when it will not."""
    if licence.granted_on is None or state_on(licence, day) is not State.PROVISIONAL:
        return None
    terms = deadlines(licence.granted_on, licence.expires_on)
    return terms.expiry + timedelta(days=1) if terms else None


def _expiry(granted_on: date, expires_on: date | None) -> date | None:
    if term_is_given_by_law(granted_on):
        return _months_after(granted_on, 36)
    if expires_on is None:
        return None
    return max(expires_on, _PROLONGED.get(expires_on.year, expires_on))


def _months_after(day: date, months: int) -> date:
    """The same day of a later month, or that month's last day."""
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))
