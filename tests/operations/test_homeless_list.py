"""The list of money without a home: oldest first, with what is proposed; what is decided leaves what waits."""

from datetime import timedelta

import pytest

from backend.billing import homeless_queries, rules
from backend.billing.homeless_queries import UNDECIDED, Homeless, HomelessNotFound, Wanted
from backend.billing.models import HomelessMoney
from backend.billing.rules import HomelessState
from backend.receipts.stuck import waiting_everywhere
from backend.shared import clock
from backend.shared.money import Money
from backend.shared.paging import CursorInvalid, cursor_of
from tests.operations.debts import ANNUAL, FIRST, car, in_town
from tests.operations.gateway import hear, notice
from tests.operations.homeless import Kept, another_car_of, apply, paid_twice, paid_twice_with_another_debt, refund
from tests.operations.orders import checked_order


def seen(kept: Kept) -> Homeless:
    with in_town(kept.town):
        return homeless_queries.get_one_homeless(kept.homeless_id, today=clock.today())


def listed(town: str, wanted: Wanted, *, first: int = 2) -> list[int]:
    """Ids of every page."""
    ids: list[int] = []
    after = None
    with in_town(town):
        while True:
            page = homeless_queries.get_homeless(wanted, first=first, after=after, today=clock.today())
            ids += [each.row.id for each in page.rows]
            if not page.has_next:
                return ids
            after = page.cursors[-1]


def test_pages_are_oldest_first_and_neither_repeat_nor_skip() -> None:
    kept = [paid_twice(car("valdivia")) for _ in range(3)]

    ids = listed("valdivia", Wanted())

    with in_town("valdivia"):
        in_order = list(HomelessMoney.objects.order_by("since", "id").values_list("id", flat=True))
    assert ids == in_order
    assert {each.homeless_id for each in kept} <= set(ids)


def test_filters_leave_out_what_is_not_asked_for() -> None:
    kept, closed = paid_twice(car("nunoa")), paid_twice(car("nunoa"))
    refund(closed, ANNUAL)
    with in_town("nunoa"):
        HomelessMoney.objects.filter(id=kept.homeless_id).update(since=clock.now() - timedelta(days=40))

    undecided = listed("nunoa", Wanted(states=UNDECIDED), first=50)
    old = listed("nunoa", Wanted(older_than=timedelta(days=30)), first=50)
    mine = listed("nunoa", Wanted(payer_rut=kept.car.rut))
    done = listed("nunoa", Wanted(states=[HomelessState.CLOSED]), first=50)

    assert (kept.homeless_id in undecided, closed.homeless_id in undecided) == (True, False)
    assert (kept.homeless_id in old, closed.homeless_id in old) == (True, False)
    assert mine == [kept.homeless_id]
    assert (kept.homeless_id in done, closed.homeless_id in done) == (False, True)
    assert kept.homeless_id not in listed("nunoa", Wanted(reason="late"), first=50)
    assert seen(kept).age.days == 40


@pytest.mark.parametrize("key", [("no date", 1), ("2025-01-01T00:00:00", 1), (1,)])
def test_a_made_up_cursor_is_refused(key: tuple[str | int, ...]) -> None:
    with in_town("nunoa"), pytest.raises(CursorInvalid):
        homeless_queries.get_homeless(Wanted(), first=10, after=cursor_of(key), today=clock.today())


def test_what_does_not_exist_is_not_found() -> None:
    with in_town("nunoa"), pytest.raises(HomelessNotFound):
        homeless_queries.get_one_homeless(10**15, today=clock.today())


def test_another_debt_of_the_same_person_is_proposed_with_its_ways_to_pay() -> None:
    alone = paid_twice(car("nunoa"))
    with_debt, other = paid_twice_with_another_debt("nunoa")

    assert (seen(alone).proposed, seen(alone).payable) == ("refund", [])
    found = seen(with_debt)
    assert found.proposed == "apply"
    assert {(debt.obligation.id, debt.option.code, debt.option.total) for debt in found.payable} == {
        (other.obligation_id, "single", Money(ANNUAL)),
        (other.obligation_id, "first", Money(FIRST)),
    }


def test_a_debt_that_costs_more_than_is_open_or_is_being_paid_is_not_proposed() -> None:
    dear, _car = paid_twice_with_another_debt("valdivia", Tasacion=30_000_000)
    busy, other = paid_twice_with_another_debt("valdivia")
    checked_order(other)

    assert (seen(dear).proposed, seen(dear).payable) == ("refund", [])
    assert (seen(busy).proposed, seen(busy).payable) == ("refund", [])


def test_once_applied_nothing_is_proposed() -> None:
    kept, other = paid_twice_with_another_debt("nunoa")

    apply(kept, other)

    assert (seen(kept).proposed, seen(kept).payable, seen(kept).state) == ("", (), "CLOSED")


@pytest.mark.parametrize(
    ("reason", "payable", "proposed"),
    [
        ("double", [], "refund"),
        ("double", [100], "apply"),
        ("late", [99], "apply"),
        ("withdrawn", [101], "refund"),
        ("other_amount", [100], "apply"),
        ("other_amount", [], "claim_at_gateway"),
        ("unknown_order", [99], "claim_at_gateway"),
        ("unknown_order", [99, 100], "apply"),
        ("contradictory", [100], "claim_at_gateway"),
    ],
)
def test_what_is_proposed_follows_from_the_reason_and_what_the_person_owes(
    reason: str, payable: list[int], proposed: str
) -> None:
    costs = [Money(cost) for cost in payable]

    assert rules.proposed_action(reason=reason, open_amount=Money(100), payable=costs) == proposed


def test_what_waits_shows_the_state_and_what_is_decided_leaves_it() -> None:
    sent = notice("nunoa", "1312066666666AAAA", 7_000)
    hear("nunoa", sent)
    with in_town("nunoa"):
        row = HomelessMoney.objects.select_related("reading__notice").get(reading__operation_id=sent.operation_id)
    kept = Kept("nunoa", row.id, car("nunoa"), sent)
    subjects = {f"operation {sent.operation_id}", f"notice {row.reading.notice_id}"}

    assert _waiting("nunoa", subjects) == {"homeless-money", "notice-unknown-order"}
    refund(kept, 7_000)

    assert _waiting("nunoa", subjects) == set()


def _waiting(town: str, subjects: set[str]) -> set[str]:
    with in_town("public"):
        return {row.kind for where, row in waiting_everywhere(only=town) if row.subject in subjects}


def test_the_number_of_queries_does_not_grow_with_the_list() -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def queries(first: int) -> int:
        with in_town("valdivia"), CaptureQueriesContext(connection) as captured:
            page = homeless_queries.get_homeless(Wanted(states=UNDECIDED), first=first, today=clock.today())
            assert len(page.rows) == first
        return len(captured)

    for _ in range(3):
        paid_twice(car("valdivia"))

    assert queries(3) == queries(2)


def test_the_debts_of_a_payer_are_her_own() -> None:
    kept, stranger = paid_twice(car("nunoa")), car("nunoa")
    mine = another_car_of(kept.car)

    debts = {debt.obligation.id for debt in seen(kept).payable}

    assert debts == {mine.obligation_id}
    assert stranger.obligation_id not in debts
