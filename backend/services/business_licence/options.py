"""The ways to pay a licence on a given day."""

from __future__ import annotations

from datetime import date

from backend.services.base import PaymentOption, Rates
from backend.services.business_licence import texts
from backend.services.business_licence.licence import Kind, Licence
from backend.services.business_licence.offers import Offers, closed
from backend.services.business_licence.period import Period, calendar_of
from backend.services.business_licence.provisional import State, deadlines, state_on
from backend.services.business_licence.tariff import Parameters
from backend.services.wording import day
from backend.shared.text import Text


def payment_options(
    licence: Licence, *, period: str, rates: Rates, today: date, paid: frozenset[int]
) -> list[PaymentOption]:
    """Quote a licence. What is not paid online, or not yet, is told in a note.

    Raises `RateNotAvailable` when the municipality's rate or tariffs are missing, `RateOutsideLaw`.
    """
    when = Period(int(period))
    parameters = Parameters(rates, when.begins_on)
    calendar = calendar_of(licence, when, parameters=parameters, rates=rates)
    note = _why_not_online(licence, today)
    if note is not None:
        options = [closed("single", calendar.first, note)]
    else:
        options = Offers(licence, when, calendar, parameters, rates, today).options(paid)
    return [option for option in options if not paid.intersection(option.slots)]


def _why_not_online(licence: Licence, today: date) -> Text | None:
    """Say why the licence is not paid here at all: alcohol, or provisional and not in force."""
    if licence.kind == Kind.ALCOHOL:
        return texts.ALCOHOL
    provisional = licence.provisional
    if provisional is None:
        return None
    match state_on(provisional, today):
        case State.ASKED_FOR:
            return texts.ASKED_FOR
        case State.LAPSED:
            terms = deadlines(provisional.granted_on, provisional.expires_on) if provisional.granted_on else None
            ended = terms is not None and terms.expiry < today
            since = texts.SINCE.format(day=day(terms.expiry)) if terms and ended else Text(es="", en="")
            return texts.LAPSED.format(since=since)
        case State.PROVISIONAL | State.DEFINITIVE:
            return None
