"""From TGR's own book, by its own files, to a closed day: every fault named, every peso somewhere."""

import json
from collections.abc import Iterator
from datetime import date

import httpx
import pytest

from backend.billing.books import read_books
from backend.billing.reconciliation import closing
from backend.billing.reconciliation.matching import lines_in_transit
from backend.shared import clock
from tests.operations.debts import ANNUAL, Car, car, in_town
from tests.operations.gateway import agreement_key, hear, signed
from tests.operations.orders import checked_order, start, state
from tests.operations.platform import environment
from tests.operations.world import World
from tests.reconciliation.collected import (
    CODE,
    FORM,
    TOWN,
    TREASURER,
    deposit,
    differences,
    figures,
    kinds,
    load,
    next_day,
    verdicts,
)

FAULTS = (
    "file_missing_lines",
    "file_late_lines",
    "file_repeated_lines",
    "file_extra_lines",
    "file_foreign_lines",
    "file_dirty_rows",
    "file_wrong_amount",
)
Tgr = httpx.Client


@pytest.fixture
def world() -> Iterator[World]:
    with World() as world:
        world.control(
            "agreements",
            formulario=FORM,
            municipality="Paihuano",
            key=agreement_key(TOWN).decode(),
            notice_url="http://127.0.0.1:9/",
        )
        world.fault("tgr", "no_notice", match=CODE)
        yield world


@pytest.fixture
def tgr() -> Iterator[Tgr]:
    with httpx.Client(base_url=f"http://127.0.0.1:{environment()['SANDBOX_PORT']}", trust_env=False) as client:
        yield client


def pay(vehicle: Car) -> str:
    """Order and pay at TGR's portal, which notifies nobody; the order's number."""
    opened = checked_order(vehicle)
    httpx.post(start(vehicle, opened), data={"action": "pay", "means": "D"}, trust_env=False)
    return opened.order.number


def notify(tgr: Tgr, number: str) -> None:
    """Deliver TGR's own notice of an order by hand."""
    operations = tgr.get("/_control/state").raise_for_status().json()["operations"]
    (told,) = [each["notice"] for each in operations if each["idext"] == number]
    hear(TOWN, signed(json.dumps(told).encode(), town=TOWN))


def captured(tgr: Tgr) -> int:
    lines = tgr.get("/tgr/book").raise_for_status().json()["captured"]
    return sum(line["total"] for line in lines if line["formulario"] == FORM)


def file_of(tgr: Tgr, day: date) -> bytes:
    return tgr.get(f"/tgr/files/{FORM}/{day}").raise_for_status().content


def deposit_of(tgr: Tgr, day: date) -> bytes:
    return tgr.get(f"/tgr/deposits/{FORM}/{day}").raise_for_status().content


def close_with_notes(day: date) -> None:
    with in_town(TOWN):
        for found in differences(day):
            closing.explain_difference(day=day, key=found.key, text="Consultado a TGR", actor=TREASURER)
        closing.close_day(day=day, actor=TREASURER)


def test_from_the_gateway_s_own_book_to_a_closed_day(world: World, tgr: Tgr) -> None:
    today = clock.today()
    numbers = {fault: pay(car(TOWN)) for fault in FAULTS}
    unheard_car = car(TOWN)
    unheard = pay(unheard_car)
    for number in numbers.values():
        notify(tgr, number)
    for fault, number in numbers.items():
        world.fault("tgr", fault, match=number, amount=ANNUAL - 1_000)
    with in_town(TOWN):
        books = read_books().captured.pesos
    total = captured(tgr)

    file = load(file_of(tgr, today))

    assert sorted(verdicts(file)) == ["FOREIGN", "FOUND", "FOUND", "LESS", "MATCHED", "MATCHED", "MATCHED"]
    assert sorted(kinds(today)) == [
        "DIRTY_ROW",
        "DIRTY_ROW",
        "FOREIGN",
        "LESS",
        "NOT_FILED",
        "NOT_FILED",
        "NOT_FILED",
        "REPEATED",
    ]
    not_filed = {found.order_number for found in differences(today) if found.kind == "NOT_FILED"}
    assert not_filed == {numbers[fault] for fault in ("file_missing_lines", "file_late_lines", "file_dirty_rows")}
    seen = figures(today)
    assert seen.in_the_books == seen.filed.amount
    assert (seen.disputed.pesos, seen.unplaced.amount.pesos) == (1_000, ANNUAL)
    assert seen.homeless.pesos == ANNUAL  # the operation that never was

    world.no_faults()
    world.fault("tgr", "file_late_lines", match=numbers["file_late_lines"])
    load(file_of(tgr, today))
    late = differences(today)
    assert [found.order_number for found in late if found.kind == "NOT_FILED"] == [numbers["file_late_lines"]]
    assert [found.found for found in late if found.kind == "FILED_TWICE"] == [ANNUAL]
    load(file_of(tgr, next_day(today)))

    assert "NOT_FILED" not in kinds(today)
    seen = figures(today)
    assert seen.in_the_books == seen.filed.amount
    assert state(unheard_car, _Opened(unheard)) == "PAID"  # type: ignore[arg-type]  # its number is all that is asked
    with in_town(TOWN):
        heard = read_books().captured.pesos - books
    assert heard == ANNUAL + ANNUAL - 1_000, "heard by file: the silent payment, the one that never was, the dispute"
    assert seen.filed.amount.pesos == total + 2 * ANNUAL - 1_000

    world.fault("tgr", "deposit_withholds", match=numbers["file_repeated_lines"], amount=700)
    world.fault("tgr", "deposit_leaves_out", match=unheard)
    row = deposit(deposit_of(tgr, today))
    assert row.withheld == 700
    assert in_transit() >= {unheard}
    assert [found.found for found in differences(row.deposited_on) if found.kind == "WITHHELD"] == [700]
    deposit(deposit_of(tgr, next_day(today)))
    assert not in_transit() & {unheard, *numbers.values()}

    close_with_notes(today)
    with in_town(TOWN):
        assert closing.close_day(day=today, actor=TREASURER).closed_at is not None


def in_transit() -> set[str]:
    with in_town(TOWN):
        return set(lines_in_transit().filter(accounting_on=clock.today()).values_list("order_number", flat=True))


class _Opened:
    """An order by its number."""

    def __init__(self, number: str) -> None:
        from backend.billing.models import Order

        with in_town(TOWN):
            self.order = Order.objects.get(number=number)
