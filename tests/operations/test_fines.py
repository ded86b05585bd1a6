"""Traffic fines paid with the permit: claimed once, credited to third parties, reported until acknowledged."""

import uuid

import pytest

from backend.billing import evidence, fines, operations, queries
from backend.billing.ledger import COURT, REGISTER_FEE
from backend.billing.models import FineClaim, LedgerEntry, Order
from backend.billing.operations import OpenedOrder
from backend.billing.order_input import WantedItem
from backend.billing.quoting import ChecksMissing
from backend.billing.slots import SlotTaken
from backend.checks.fines import ReportNotAcknowledged
from backend.shared import clock
from tests.operations.debts import ANNUAL, Car, car, in_town
from tests.operations.gateway import hear, notice_of
from tests.operations.orders import EMAIL
from tests.operations.world import World

AMOUNTS = (60_000, 45_000)
FEE = 1_850
FINES_TOTAL = sum(AMOUNTS) + 2 * FEE


def car_with_fines(world: World, town: str = "nunoa") -> Car:
    """A vehicle that is in order but for two fines."""
    fined = car(town)
    world.vehicle(fined.plate, fines=list(AMOUNTS))
    return fined


def check(fined: Car) -> dict[str, str]:
    with in_town(fined.town):
        answers = evidence.run_checks(debt=fined.debt, today=clock.today())
    return {code: answer.outcome.value for code, answer in answers.items()}


def order(fined: Car, *, with_fines: bool) -> OpenedOrder:
    with in_town(fined.town):
        return operations.create_order(
            items=[WantedItem(debt=fined.debt, option="single", with_fines=with_fines)],
            email=EMAIL,
            key=uuid.uuid4().hex,
            return_url=None,
            language="es",
            now=clock.now(),
        )


def test_with_fines_the_permit_is_not_sold_alone(world: World) -> None:
    fined = car_with_fines(world)

    assert check(fined)["fines"] == "NOT_OK"
    with pytest.raises(ChecksMissing):
        order(fined, with_fines=False)

    with in_town(fined.town):
        assert not Order.objects.filter(items__obligation_id=fined.obligation_id).exists()


def test_fines_are_paid_with_the_permit_line_by_line(world: World) -> None:
    fined = car_with_fines(world)
    check(fined)

    opened = order(fined, with_fines=True)

    with in_town(fined.town):
        item = opened.order.items.get()
        assert opened.order.total == item.amount == ANNUAL + FINES_TOTAL
        assert sum(line["amount"] for line in item.lines) == item.amount
        assert [line["amount"] for line in item.lines if line["code"] in ("fine", "fine_fee")] == [
            AMOUNTS[0],
            FEE,
            AMOUNTS[1],
            FEE,
        ]
        assert item.evidence["fines"]["references"]["paid_here"] == "2"


def test_a_paid_fine_goes_to_third_parties_and_stops_blocking_at_once(world: World) -> None:
    fined = car_with_fines(world)
    check(fined)
    opened = order(fined, with_fines=True)

    hear(fined.town, notice_of(fined, opened))

    with in_town(fined.town):
        entries = list(LedgerEntry.objects.filter(order=opened.order).values_list("credit", "amount"))
        assert sum(amount for account, amount in entries if account.startswith("115.03.02.001")) == ANNUAL
        assert sorted(amount for account, amount in entries if account.startswith(COURT)) == sorted(AMOUNTS)
        assert [amount for account, amount in entries if account == REGISTER_FEE] == [FEE, FEE]
        assert sum(amount for _account, amount in entries) == ANNUAL + FINES_TOTAL
    assert check(fined)["fines"] == "OK"


def test_registro_civil_is_told_until_it_acknowledges(world: World) -> None:
    fined = car_with_fines(world)
    check(fined)
    opened = order(fined, with_fines=True)
    hear(fined.town, notice_of(fined, opened))
    world.fault("fines", "error_500", match=fined.plate)

    with in_town(fined.town):
        with pytest.raises(ReportNotAcknowledged):
            fines.report_fines(order_id=opened.order.id)
        assert FineClaim.objects.filter(order=opened.order, reported_at=None).count() == 2
        world.no_faults()
        for _ in range(2):
            fines.report_fines(order_id=opened.order.id)
        reported = FineClaim.objects.filter(order=opened.order).exclude(reported_at=None)
        assert {claim.acknowledgement for claim in reported} == {f"{fined.plate}-{opened.order.number}"}
    assert world.fines(fined.plate) == []


def test_two_orders_never_pay_one_fine(world: World) -> None:
    fined = car_with_fines(world)
    check(fined)
    first = order(fined, with_fines=True)
    with in_town(fined.town):
        claimed = set(FineClaim.objects.filter(order=first.order).values_list("fine_id", flat=True))

    with pytest.raises(SlotTaken):
        order(fined, with_fines=True)

    with in_town(fined.town):
        held = FineClaim.objects.filter(fine_id__in=claimed, released_at=None)
        assert {claim.order_id for claim in held} == {first.order.id}
        operations.cancel_order(token=first.token)
        assert not FineClaim.objects.filter(fine_id__in=claimed, released_at=None).exists()
    assert order(fined, with_fines=True).order.total == ANNUAL + FINES_TOTAL
    with in_town(fined.town):
        assert queries.unpaid_fines(fined.obligation_id, today=clock.today()) is not None
