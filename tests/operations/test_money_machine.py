"""Random histories of payments, reports, files, decisions and refunds: after every step the books agree to the peso.

What was captured is read from the gateways' own books.
"""

from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from random import Random

from django.db.models import Count
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, multiple, precondition, rule

from backend.billing import asking, debts, notices, operations, payments, refund_execution, refund_gateway, refunds
from backend.billing import homeless as decisions
from backend.billing.books import read_books
from backend.billing.models import HomelessMoney, LedgerEntry, Notice, Order, OrderItem, Refund, SlotClaim
from backend.billing.operations import OpenedOrder, OrderNotOpen, expire_overdue_orders
from backend.billing.queries import DebtNotFound
from backend.billing.quoting import OptionNotAvailable
from backend.billing.reconciliation import intake, reading
from backend.billing.rules import GRAPH, OPEN_STATES, HomelessState, OrderState, RefundState, State
from backend.billing.slots import SlotTaken
from backend.profile import operations as profile
from backend.shared import clock
from backend.shared.errors import DomainError
from backend.shared.money import Money
from tests.operations.debts import Car, car, in_town
from tests.operations.gateway import SignedNotice, post
from tests.operations.homeless import another_car_of
from tests.operations.machine_world import TOWN, Gateways, both_gateways
from tests.operations.orders import checked_order, start
from tests.operations.refunding import CLERK, DECREE, DIRECTOR, REFERENCE, WHY

# What a payer does at TGR: actions at its page, each with a fault of TGR and the number of notices that follow.
_AT_TGR: Mapping[str, Sequence[tuple[str, str, int]]] = {
    "pays": [("pay", "", 1)],
    "pays twice": [("pay", "", 1), ("pay", "double_capture", 1)],
    "pays another amount": [("pay", "wrong_amount", 1)],
    "pays and nobody is told": [("pay", "no_notice", 0)],
    "pays and we are told three times": [("pay", "duplicate_notice", 3)],
    "is rejected, then pays": [("reject", "", 1), ("pay", "", 1)],
    "is rejected": [("reject", "", 1)],
}
_TGR = st.sampled_from(sorted(_AT_TGR))
_WEBPAY = st.sampled_from(["pay", "pay", "reject", "cancel"])
_OPTIONS = st.sampled_from(["single", "first"])
reached: set[object] = set()
"""States, and reasons of homeless money, that some history came to."""


@dataclass(frozen=True)
class Sent:
    """An order at its gateway's page."""

    car: Car
    opened: OpenedOrder
    portal: str


class MoneyMoves(RuleBasedStateMachine):
    """What people, gateways, the clock and staff may do, in any order."""

    cars = Bundle("cars")
    sent = Bundle("sent")

    def __init__(self) -> None:
        super().__init__()
        self._stack = ExitStack()
        self.gateways: Gateways = self._stack.enter_context(both_gateways())
        self.states = self._states()

    def teardown(self) -> None:
        self._stack.close()

    @initialize(target=cars, gateway=st.sampled_from(["tgr", "webpay"]))
    def a_municipality_of(self, gateway: str) -> object:
        with in_town(TOWN):
            profile.choose_gateway(gateway=gateway)
        one = car(TOWN)
        return multiple(one, another_car_of(one), car(TOWN))

    @rule(target=sent, whose=cars, option=_OPTIONS, at_tgr=_TGR, at_webpay=_WEBPAY, is_heard=st.booleans())
    def somebody_orders(self, whose: Car, option: str, at_tgr: str, at_webpay: str, is_heard: bool) -> object:
        """And goes to the gateway's page straight away, and perhaps we are told of it at once."""
        try:
            opened = checked_order(whose, option=option)
        except (SlotTaken, DebtNotFound, OptionNotAvailable):
            return multiple()
        order = Sent(whose, opened, start(whose, opened))
        self._act(order, at_tgr, at_webpay)
        if is_heard:
            self._hear(self.gateways.inbox.wait_for(0))
        return multiple(order)

    @rule(where=sent, gives_up_first=st.booleans(), at_tgr=_TGR, at_webpay=_WEBPAY)
    def the_payer_acts_again(self, where: Sent, gives_up_first: bool, at_tgr: str, at_webpay: str) -> None:
        """The page may be open in two windows, or still be open after the order was given up here."""
        if gives_up_first:
            self._cancel(where)
        self._act(where, at_tgr, at_webpay)

    def _act(self, where: Sent, at_tgr: str, at_webpay: str) -> None:
        known, number = len(self.gateways.inbox), where.opened.order.number
        if where.opened.order.gateway == "webpay":
            self.gateways.at_webpay(where.portal, at_webpay)
            return
        for action, kind, copies in _AT_TGR[at_tgr]:
            with self.gateways.fault("tgr", kind, number):
                if self.gateways.at_tgr(where.portal, action):
                    known += copies
        self.gateways.inbox.wait_for(known)

    @rule(shuffle=st.randoms(use_true_random=False), share=st.sampled_from([0.5, 1.0]))
    def tgr_s_notices_are_heard(self, shuffle: Random, share: float) -> None:
        """Some or all, again, late, or before others that were sent earlier."""
        arrived = self.gateways.inbox.wait_for(0)
        self._hear(shuffle.sample(arrived, k=int(len(arrived) * share)))

    def _hear(self, arrived: Sequence[SignedNotice]) -> None:
        for notice in arrived:
            assert post(TOWN, notice).status_code == 200
        self._read_notices()

    @rule(where=sent, is_lost=st.booleans())
    def the_gateway_is_asked(self, where: Sent, is_lost: bool) -> None:
        """Of TGR nothing is asked. The answer of Webpay may be lost after the money was captured."""
        number = where.opened.order.number
        with in_town(TOWN), self.gateways.fault("webpay", "timeout" if is_lost else "", f"commit {number}", seconds=0):
            asking.ask_order(order_id=where.opened.order.id, now=clock.now())
        self._read_notices()

    @rule(where=sent)
    def the_payer_comes_back(self, where: Sent) -> None:
        with in_town(TOWN):
            signed = payments.return_address(Order.objects.get(id=where.opened.order.id)).rpartition("/")[2]
            payments.come_back(signed=signed)

    @rule()
    def tgr_files_the_day(self) -> None:
        with in_town(TOWN):
            file = intake.upload_collection(
                filename="recaudacion.txt", data=self.gateways.collection_file(), actor=DIRECTOR
            )
            reading.read_collection(file_id=file.id)
        self._read_notices()
        assert [cause for cause in self._unheard() if cause.startswith("tgr:")] == []

    def _cancel(self, where: Sent) -> None:
        with in_town(TOWN):
            try:
                operations.cancel_order(token=where.opened.token)
            except OrderNotOpen:
                assert Order.objects.get(id=where.opened.order.id).state not in OPEN_STATES

    @rule()
    def an_hour_passes(self) -> None:
        with in_town(TOWN):
            newest = Order.objects.filter(state__in=OPEN_STATES).order_by("-valid_until").first()
            if newest is not None:
                expire_overdue_orders(now=newest.valid_until + operations.REPORT_MAY_TAKE)

    @precondition(lambda self: len(self.states) > 6)
    @rule(whose=cars)
    def staff_withdraw_a_debt(self, whose: Car) -> None:
        with in_town(TOWN):
            try:
                debts.withdraw_debt(obligation_id=whose.obligation_id, reason="Comprobante de caja 17", actor=CLERK)
            except debts.DebtIsPaid:
                assert Order.objects.filter(items__obligation_id=whose.obligation_id, state="PAID").exists()

    @rule(action=st.sampled_from(["refund", "apply", "claim"]), whose=cars)
    def a_clerk_decides(self, action: str, whose: Car) -> None:
        """About the newest money without a home."""
        with in_town(TOWN):
            money = HomelessMoney.objects.exclude(state=HomelessState.CLOSED).order_by("-id").first()
            if money is None:
                return
            try:
                self._decide(money, action, whose)
            except DomainError as refusal:
                reached.add(refusal.code)

    def _decide(self, money: HomelessMoney, action: str, whose: Car) -> None:
        believed, now = Money(money.open_amount), clock.now()
        if action == "claim":
            decisions.claim_at_gateway(homeless_id=money.id, stated_open=believed, note=WHY, actor=CLERK)
        elif action == "refund":
            decisions.refund(homeless_id=money.id, stated_open=believed, amount=believed, reason=WHY, actor=CLERK)
        else:
            debt = whose.obligation_id
            decisions.check_debt(homeless_id=money.id, obligation_id=debt, actor=CLERK, now=now)
            decisions.apply_to_debt(
                homeless_id=money.id, obligation_id=debt, option="first", stated_open=believed, actor=CLERK, now=now
            )

    @rule(where=sent, answer=st.sampled_from(["approved", "approved", "denied", "none"]))
    def a_refund_is_requested(self, where: Sent, answer: str) -> None:
        """Of what an order paid; then the director answers, of this request or an earlier one."""
        with in_town(TOWN):
            item = OrderItem.objects.get(order_id=where.opened.order.id)
            try:
                refunds.request_refund(item_id=item.id, stated_amount=Money(item.amount), reason=WHY, actor=CLERK)
            except DomainError as refusal:
                reached.add(refusal.code)
            waiting = Refund.objects.filter(state=RefundState.REQUESTED).order_by("-id").first()
            if waiting is not None and answer == "denied":
                refunds.deny_refund(refund_id=waiting.id, reason=WHY, actor=DIRECTOR)
            elif waiting is not None and answer == "approved":
                refunds.approve_refund(refund_id=waiting.id, actor=DIRECTOR)

    @rule()
    def money_is_given_back(self) -> None:
        with in_town(TOWN):
            for refund in Refund.objects.filter(state=RefundState.APPROVED):
                if refund.method == Refund.Method.GATEWAY:
                    refund_gateway.execute_at_gateway(refund_id=refund.id)
                else:
                    _transfer(refund)

    @invariant()
    def every_peso_is_where_the_books_say(self) -> None:
        captured = self.gateways.captured()
        unheard = self._unheard()
        with in_town(TOWN):
            books = read_books()
            still_open = sum(HomelessMoney.objects.values_list("open_amount", flat=True))
            by_gateway = LedgerEntry.objects.filter(credit="refunded.gateway").values_list("amount", flat=True)

            assert sum(captured.values()) == books.captured.pesos + sum(captured[cause] for cause in unheard)
            assert still_open <= books.homeless.pesos
            assert sum(by_gateway) == self.gateways.given_back()

    @invariant()
    def nothing_is_settled_twice(self) -> None:
        with in_town(TOWN):
            paid = Order.objects.filter(state=OrderState.PAID)
            held = SlotClaim.objects.filter(released_at=None, order__in=paid).values("obligation_id", "slot")
            assert list(held.annotate(times=Count("id")).filter(times__gt=1)) == []
            assert list(paid.exclude(claims__released_at=None).values_list("number", flat=True)) == []

    @invariant()
    def states_move_along_the_graph(self) -> None:
        now = self._states()
        for key, state in now.items():
            before = self.states.get(key)
            assert before in (None, state) or (before, state) in GRAPH, (key, before, state)
        assert set(self.states) <= set(now)
        self.states = now
        reached.update(now.values())
        with in_town(TOWN):
            reached.update(HomelessMoney.objects.values_list("reason", flat=True))

    def _read_notices(self) -> None:
        with in_town(TOWN):
            for notice in Notice.objects.filter(is_authentic=True, noticereading=None).order_by("id"):
                notices.read_notice(notice_id=notice.id)

    def _unheard(self) -> list[str]:
        with in_town(TOWN):
            heard = set(LedgerEntry.objects.values_list("cause", flat=True))
        return [cause for cause in self.gateways.captured() if cause not in heard]

    def _states(self) -> dict[tuple[str, int], State]:
        with in_town(TOWN):
            return {
                **{("order", pk): OrderState(state) for pk, state in Order.objects.values_list("id", "state")},
                **{("homeless", pk): HomelessState(at) for pk, at in HomelessMoney.objects.values_list("id", "state")},
                **{("refund", pk): RefundState(state) for pk, state in Refund.objects.values_list("id", "state")},
            }


def _transfer(refund: Refund) -> None:
    refund_execution.record_transfer(
        refund_id=refund.id, decree=DECREE, bank_reference=REFERENCE, transferred_on=clock.today(), actor=DIRECTOR
    )


MoneyMoves.TestCase.settings = settings(
    max_examples=16,
    stateful_step_count=30,
    deadline=None,
    phases=(Phase.generate,),
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
test_every_history_keeps_the_books = seed(1)(MoneyMoves.TestCase)  # one that comes far; any must pass


def test_the_histories_came_where_money_can_go() -> None:
    """Of the test above: a machine that never got anywhere proves nothing."""
    ways = {str(state) for kind in (OrderState, HomelessState, RefundState) for state in kind}
    ways |= {"double", "late", "other_amount"}

    assert "PAID" in reached
    assert len(ways & {str(each) for each in reached}) > len(ways) / 2
