"""What the quote of every service keeps to, whichever the registry finds."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import pytest

from backend.reference.files import FileRates
from backend.services import services
from backend.services.base import JSON, PaymentOption, Service
from backend.shared.money import Money

TYPED: dict[str, Mapping[str, object]] = {
    "circulation_permit": {"valuation": 9_876_543},
    "business_licence": {"capital": 100_000_000, "rate_per_mil": "5"},
    "waste_fee": {"tariff": 74_071},
}
DAYS = [date(2025, 1, 2) + timedelta(days=step) for step in range(0, 700, 23)]

quotable = pytest.mark.parametrize(
    "service",
    [service for service in services().values() if hasattr(service, "QUOTE_FIELDS")],
    ids=lambda service: str(service.code),
)


def subject_of(service: Any) -> dict[str, JSON]:
    subject: dict[str, JSON] = service.subject_from(TYPED.get(service.code, {}), period="2025")
    return subject


def quoted(service: Service, today: date, paid: frozenset[int] = frozenset()) -> list[PaymentOption]:
    return service.options(subject_of(service), period="2025", rates=FileRates(), today=today, paid=paid)


@quotable
def test_typed_fields_have_distinct_names_kinds_and_help(service: Any) -> None:
    names = [field.name for field in service.QUOTE_FIELDS]

    assert len(names) == len(set(names)) > 0
    assert all(re.fullmatch(r"[a-z][a-z_0-9]*", name) for name in names)
    assert {field.type for field in service.QUOTE_FIELDS} <= {str, int, bool, date}
    assert all(field.help for field in service.QUOTE_FIELDS)
    assert json.loads(json.dumps(subject_of(service))) == subject_of(service)


@quotable
@pytest.mark.parametrize("today", DAYS, ids=str)
def test_lines_add_up_cite_the_law_and_speak_both_languages(service: Service, today: date) -> None:
    options = quoted(service, today)

    assert options
    for option in options:
        assert sum((line.amount for line in option.lines), Money(0)) == option.total >= Money(0)
        assert all(line.text.es and line.text.en and line.law and line.code for line in option.lines)
        assert option.note is None or (option.note.es and option.note.en)
        if option.available:
            assert option.total > Money(0)
            assert option.changes_on is None or option.changes_on > today
        else:
            assert option.note is not None


@quotable
@pytest.mark.parametrize("today", DAYS[::4], ids=str)
def test_the_same_day_costs_the_same(service: Service, today: date) -> None:
    assert quoted(service, today) == quoted(service, today)


@quotable
def test_an_amount_holds_until_the_day_it_says(service: Service) -> None:
    for today in DAYS[::3]:
        for option in quoted(service, today):
            if option.available and option.changes_on and option.changes_on > today + timedelta(days=1):
                last = {each.code: each for each in quoted(service, option.changes_on - timedelta(days=1))}
                assert (last[option.code].total, last[option.code].available) == (option.total, True)


@quotable
def test_options_have_distinct_codes_and_the_whole_takes_every_slot(service: Service) -> None:
    options = quoted(service, date(2025, 3, 20))
    slots = {slot for option in options for slot in option.slots}

    assert len({option.code for option in options}) == len(options)
    assert slots == set(range(1, len(slots) + 1))
    assert all(option.slots for option in options)


def test_kinds_of_documents_are_known() -> None:
    for service in services().values():
        assert service.document_kind in {"permit", "receipt"}
        assert isinstance(service.oldest_first, bool)
