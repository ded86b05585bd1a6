"""Random histories of orders, payments, notices and decisions: after every step every peso is where the books say."""

from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Count
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, multiple, precondition, rule

from backend.audit.actors import Actor
from backend.billing import debts, notices, operations, rules
from backend.billing.books import read_books
from backend.billing.models import HomelessMoney, LedgerEntry, Notice, Order, Refund, SlotClaim
from backend.billing.operations import OpenedOrder, OrderNotOpen, expire_stale_orders
from backend.billing.queries import DebtNotFound
from backend.billing.quoting import OptionNotAvailable
from backend.billing.rules import GRAPH, HomelessState, OrderState, RefundState, State
from backend.billing.slots import SlotTaken
from tests.operations.debts import Car, car, in_town
from tests.operations.gateway import SignedNotice, post
from tests.operations.machine_world import TOWN, Treasury, treasury
from tests.operations.orders import checked_order, start

CLERK = Actor(account_id=1, name="clerk@municipalidad.example", roles=("clerk",))


# What a payer does: actions at TGR's page, each with a fault of TGR and the number of notices that follow.
_ACTIONS: Mapping[str, Sequence[tuple[str, str, int]]] = {
    "pays": [("pay", "", 1)],
    "pays twice": [("pay", "", 1), ("pay", "double_capture", 1)],
    "pays another amount": [("pay", "wrong_amount", 1)],
    "pays and is not told of": [("pay", "no_notice", 0)],
    "pays and is told of three times": [("pay", "duplicate_notice", 3)],
    "is rejected": [("reject", "", 1)],
    "is rejected, then pays": [("reject", "", 1), ("pay", "", 1)],
}


@dataclass(frozen=True)
class Sent:
    """An order at TGR's portal."""

    car: Car
    opened: OpenedOrder
    portal: str


reached: set[object] = set()
"""States and reasons that some history came to."""


class Money(RuleBasedStateMachine):
    """What people, TGR and staff may do, in any order."""

    cars = Bundle("cars")
    sent = Bundle("sent")
    arrived = Bundle("arrived")

    def __init__(self) -> None:
        super().__init__()
        self._stack = ExitStack()
        self.tgr: Treasury = self._stack.enter_context(treasury())
        self.handed_out = 0
        self.states: dict[tuple[str, int], State] = {}
        self.states = self._states()

    def teardown(self) -> None:
        self.tgr.forget_faults()
        self._stack.close()

    @initialize(target=cars)
    def some_debts(self) -> object:
        return multiple(*[car(TOWN) for _ in range(3)])

    @rule(target=sent, whose=cars, option=st.sampled_from(["single", "first"]))
    def somebody_orders(self, whose: Car, option: str) -> object:
        try:
            opened = checked_order(whose, option=option)
        except (SlotTaken, DebtNotFound, OptionNotAvailable):
            return multiple()
        return multiple(Sent(whose, opened, start(whose, opened)))

    @rule(target=arrived, where=sent, action=st.sampled_from(sorted(_ACTIONS)))
    def the_payer_acts(self, where: Sent, action: str) -> object:
        """At TGR's page, which may be open in two windows, or still be open after the order was given up here."""
        known, number = len(self.tgr.inbox), where.opened.order.number
        for at_tgr, fault, copies in _ACTIONS[action]:
            if fault:
                self.tgr.order_fault(fault, number)
            if self.tgr.act(where.portal, at_tgr):
                known += copies
            self.tgr.forget_faults()
        told = self.tgr.inbox.wait_for(known)
        fresh, self.handed_out = told[self.handed_out :], len(told)
        return multiple(*fresh)

    @rule(notice=arrived)
    def tgr_s_notice_is_heard(self, notice: SignedNotice) -> None:
        """Perhaps again, perhaps late, perhaps before another that was sent earlier."""
        assert post(TOWN, notice).status_code == 200
        with in_town(TOWN):
            notices.read_notice(notice_id=Notice.objects.filter(is_authentic=True).latest("id").id)

    @rule(where=sent)
    def the_payer_cancels(self, where: Sent) -> None:
        with in_town(TOWN):
            try:
                operations.cancel_order(token=where.opened.token)
            except OrderNotOpen:
                assert Order.objects.get(id=where.opened.order.id).state not in rules.OPEN_STATES

    @rule(whose=cars)
    def half_an_hour_passes(self, whose: Car) -> None:
        with in_town(TOWN):
            open_until = Order.objects.filter(items__obligation_id=whose.obligation_id).order_by("-valid_until").first()
            if open_until is not None:
                with transaction.atomic():
                    expire_stale_orders([whose.obligation_id], now=open_until.valid_until)

    @precondition(lambda self: self.handed_out > 2)
    @rule(whose=cars)
    def staff_withdraw_a_debt(self, whose: Car) -> None:
        with in_town(TOWN):
            try:
                debts.withdraw_debt(obligation_id=whose.obligation_id, reason="Comprobante de caja 17", actor=CLERK)
            except debts.DebtIsPaid:
                assert Order.objects.filter(items__obligation_id=whose.obligation_id, state="PAID").exists()

    @invariant()
    def every_peso_is_where_the_books_say(self) -> None:
        captured = self.tgr.captured()
        with in_town(TOWN):
            heard = {cause.removeprefix("tgr:") for cause in LedgerEntry.objects.values_list("cause", flat=True)}
            books = read_books()
            open_homeless = sum(HomelessMoney.objects.values_list("open_amount", flat=True))
        unheard = sum(total for operation, total in captured.items() if operation not in heard)

        assert sum(captured.values()) == books.captured.pesos + unheard
        assert open_homeless <= books.homeless.pesos

    @invariant()
    def nothing_is_settled_twice(self) -> None:
        with in_town(TOWN):
            twice = (
                SlotClaim.objects.filter(released_at=None, order__state=OrderState.PAID)
                .values("obligation_id", "slot")
                .annotate(times=Count("id"))
                .filter(times__gt=1)
            )
            paid = Order.objects.filter(state=OrderState.PAID)
            without_slots = paid.exclude(claims__released_at=None)
            assert list(twice) == []
            assert [row.number for row in without_slots] == []

    @invariant()
    def states_move_along_the_graph(self) -> None:
        now = self._states()
        for key, state in now.items():
            before = self.states.get(key)
            assert before is None or before == state or (before, state) in GRAPH, (key, before, state)
        assert set(self.states) <= set(now)
        self.states = now

    @invariant()
    def what_was_reached_is_noted(self) -> None:
        with in_town(TOWN):
            reached.update(self.states.values())
            reached.update(HomelessMoney.objects.values_list("reason", flat=True))

    def _states(self) -> dict[tuple[str, int], State]:
        with in_town(TOWN):
            return {
                **{("order", row.id): OrderState(row.state) for row in Order.objects.all()},
                **{("homeless", row.id): HomelessState(row.state) for row in HomelessMoney.objects.all()},
                **{("refund", row.id): RefundState(row.state) for row in Refund.objects.all()},
            }


Money.TestCase.settings = settings(
    max_examples=20,
    stateful_step_count=30,
    deadline=None,
    derandomize=True,
    phases=(Phase.generate,),
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
test_every_history_keeps_the_books = Money.TestCase


def test_the_histories_came_where_money_can_go() -> None:
    """Of the test above: a machine that never got anywhere proves nothing."""
    assert {"PAID", "REJECTED", "EXPIRED", "CANCELLED", "double", "late", "other_amount", "withdrawn"} <= reached
