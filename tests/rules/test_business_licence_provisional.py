"""The life of a provisional licence: DL 3.063 art. 26, Ley 20.494, Ley 21.755."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.services.business_licence import SERVICE
from backend.services.business_licence.licence import Licence
from backend.services.business_licence.provisional import (
    NEXT,
    NoSuchStep,
    Provisional,
    State,
    deadlines,
    last_possible_expiry,
    state_on,
    step,
)
from backend.shared.money import Money
from tests.rules.licences import OWN, SHOP, quote
from tests.rules.made_up_rates import OneUtm

GRANTED = date(2025, 8, 1)
EXPIRES = date(2027, 8, 1)
NEW = replace(
    SHOP,
    kind="PROVISORIA",
    capital_source="INICIAL",
    granted_on=GRANTED.isoformat(),
    state="PROVISORIA",
    expires_on=EXPIRES.isoformat(),
    remarks=True,
)


def provisional(*, sanitary: bool = False, remarks: bool = False) -> Provisional:
    return Provisional(State.PROVISIONAL, GRANTED, EXPIRES, sanitary, remarks)


@pytest.mark.parametrize(("state", "to"), list(product(State, State)))
def test_only_the_steps_of_the_law_exist(state: State, to: State) -> None:
    allowed = {
        (State.ASKED_FOR, State.PROVISIONAL),
        (State.PROVISIONAL, State.DEFINITIVE),
        (State.PROVISIONAL, State.LAPSED),
    }

    assert (to in NEXT[state]) is ((state, to) in allowed)
    if (state, to) in allowed:
        assert step(state, to) is to
    else:
        with pytest.raises(NoSuchStep):
            step(state, to)


def test_the_deadlines_follow_from_grant_and_expiry() -> None:
    terms = deadlines(GRANTED, EXPIRES)

    assert terms is not None
    assert (terms.inspection, terms.extension_request, terms.expiry) == (
        date(2025, 8, 31),
        date(2027, 6, 2),
        EXPIRES,
    )


@pytest.mark.parametrize(
    ("granted_on", "expires_on", "expiry"),
    [
        (date(2022, 9, 1), None, date(2025, 9, 1)),
        (date(2025, 7, 11), date(2026, 7, 11), date(2028, 7, 11)),
        (date(2025, 7, 12), None, None),
        (date(2019, 5, 5), date(2020, 5, 5), date(2025, 9, 30)),
        (date(2020, 5, 5), date(2021, 5, 5), date(2025, 12, 31)),
        (date(2021, 5, 5), date(2022, 5, 5), date(2026, 6, 30)),
        (date(2022, 5, 5), date(2023, 5, 5), date(2026, 12, 31)),
        (date(2018, 5, 5), date(2019, 5, 5), date(2019, 5, 5)),
    ],
)
def test_the_law_of_2025_prolongs_older_ones(granted_on: date, expires_on: date | None, expiry: date | None) -> None:
    terms = deadlines(granted_on, expires_on)

    assert (terms.expiry if terms else None) == expiry


def test_three_years_from_a_leap_day_end_on_the_last_of_february() -> None:
    assert last_possible_expiry(date(2024, 2, 29)) == date(2027, 2, 28)


def test_silence_of_the_works_department_makes_it_definitive() -> None:
    silent = provisional(sanitary=True)

    assert state_on(silent, date(2025, 8, 31)) is State.PROVISIONAL
    assert state_on(silent, date(2025, 9, 1)) is State.DEFINITIVE
    assert state_on(silent, date(2040, 1, 1)) is State.DEFINITIVE


@pytest.mark.parametrize("licence", [provisional(), provisional(sanitary=True, remarks=True)])
def test_without_papers_or_with_remarks_it_lapses_at_its_term(licence: Provisional) -> None:
    assert state_on(licence, EXPIRES) is State.PROVISIONAL
    assert state_on(licence, EXPIRES + timedelta(days=1)) is State.LAPSED


@given(st.booleans(), st.booleans(), st.integers(0, 2_000), st.integers(0, 2_000))
def test_a_state_once_reached_stays(sanitary: bool, remarks: bool, days: int, more: int) -> None:
    licence = provisional(sanitary=sanitary, remarks=remarks)
    earlier, later = (state_on(licence, GRANTED + timedelta(days=count)) for count in (days, days + more))

    assert later is earlier or later in NEXT[earlier]


def test_a_provisional_licence_pays_like_any_other() -> None:
    option = quote(NEW, date(2025, 8, 20))["single"]

    assert (option.available, option.total, option.due_on) == (True, Money(500_000), date(2025, 8, 31))


def test_the_quote_ends_when_the_licence_would_lapse() -> None:
    ending = replace(NEW, granted_on="2023-08-25", expires_on="")

    rates = OneUtm(own={**OWN, ("business_licence", "due_on.2026.first"): "2026-08-31"})

    option = quote(ending, date(2026, 8, 20), period="2026", rates=rates)["first"]

    assert option.changes_on == date(2026, 8, 26)
    assert not quote(ending, date(2026, 8, 26), period="2026", rates=rates)["single"].available


@pytest.mark.parametrize(
    ("licence", "today", "said"),
    [
        (replace(NEW, state="SOLICITADA", granted_on="", expires_on=""), date(2025, 8, 20), "todavía no se otorga"),
        (replace(NEW, state="CADUCADA"), date(2025, 8, 20), "caducó: la actividad no puede continuar"),
        (NEW, date(2027, 8, 2), "caducó (venció el 01-08-2027)"),
    ],
)
def test_one_that_is_not_in_force_is_not_payable(licence: Licence, today: date, said: str) -> None:
    (option,) = quote(licence, today).values()

    assert (option.available, option.total) == (False, Money(0))
    assert option.note is not None
    assert said in option.note.es


def test_the_receipt_of_a_provisional_licence_tells_its_deadlines() -> None:
    fields = SERVICE.document_fields(NEW.to_subject(), object_key="2-9", period="2025", option="single", evidence={})

    assert {key: fields[key] for key in ("granted_on", "inspection_until", "extension_until", "expires_on")} == {
        "granted_on": "01-08-2025",
        "inspection_until": "31-08-2025",
        "extension_until": "02-06-2027",
        "expires_on": "01-08-2027",
    }
