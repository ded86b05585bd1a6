"""The graph of an order's states: every step that a notice can cause is one of its edges."""

from datetime import UTC, datetime, timedelta
from itertools import product

import pytest

from backend.billing import events, rules
from backend.billing.rules import CAPTURED_STATES, GRAPH, OPEN_STATES, HomelessState, OrderState, RefundState
from backend.shared.money import Money

TOTAL = Money(59_543)
AMOUNTS = {"nothing": Money(0), "less": Money(59_542), "exact": TOTAL, "more": Money(59_544)}


@pytest.mark.parametrize(
    ("state", "succeeded", "amount", "is_slot_free"),
    list(product(OrderState, (True, False), AMOUNTS, (True, False))),
)
def test_every_state_and_notice_has_a_step_of_the_graph(
    state: OrderState, succeeded: bool, amount: str, is_slot_free: bool
) -> None:
    step = rules.next_step(
        state=state, total=TOTAL, succeeded=succeeded, amount=AMOUNTS[amount], is_slot_free=is_slot_free
    )

    match step:
        case rules.Capture():
            assert rules.require_edge(state, OrderState.PAID) == "PaymentSettled"
            assert (succeeded, step.amount, is_slot_free) == (True, TOTAL, True)
        case rules.Reject():
            assert rules.require_edge(state, OrderState.REJECTED) == "PaymentRejected"
            assert not succeeded
        case rules.Hold():
            assert succeeded
            assert (step.amount, step.reason in rules.PROPOSED_ACTIONS) == (AMOUNTS[amount], True)
        case rules.Nothing():
            assert not succeeded or not AMOUNTS[amount]


@pytest.mark.parametrize("state", OrderState)
def test_captured_money_is_always_settled_or_kept(state: OrderState) -> None:
    for name, is_slot_free in product(("less", "exact", "more"), (True, False)):
        step = rules.next_step(
            state=state, total=TOTAL, succeeded=True, amount=AMOUNTS[name], is_slot_free=is_slot_free
        )

        assert isinstance(step, rules.Capture | rules.Hold)
        assert step.amount == AMOUNTS[name]


def test_nothing_leaves_paid_but_a_refund() -> None:
    assert [edge for edge in GRAPH if edge[0] == OrderState.PAID] == [(OrderState.PAID, OrderState.REFUNDED)]
    assert [edge for edge in GRAPH if edge[0] == OrderState.REFUNDED] == []


def test_paid_is_reached_from_wherever_money_was_not_captured_yet() -> None:
    assert {source for source, target in GRAPH if target == OrderState.PAID} == set(OrderState) - set(CAPTURED_STATES)


def test_only_open_orders_are_rejected_cancelled_or_expire() -> None:
    ends = {OrderState.REJECTED, OrderState.CANCELLED, OrderState.EXPIRED}

    assert {source for source, target in GRAPH if target in ends} == set(OPEN_STATES)


def test_a_refund_is_approved_before_it_is_executed() -> None:
    assert {source for source, target in GRAPH if target == RefundState.EXECUTED} == {RefundState.APPROVED}
    assert [edge for edge in GRAPH if edge[0] in (RefundState.EXECUTED, RefundState.DENIED)] == []


def test_an_edge_joins_states_of_one_kind_and_no_two_states_share_a_name() -> None:
    kinds = (OrderState, HomelessState, RefundState)
    names = [state.value for kind in kinds for state in kind]

    assert all(type(source) is type(target) for source, target in GRAPH)
    assert len(names) == len(set(names))
    assert {state for edge in GRAPH for state in edge} == {state for kind in kinds for state in kind}


def test_every_event_of_an_edge_exists() -> None:
    assert all(hasattr(events, name) for name in GRAPH.values() if name)


def test_what_the_graph_does_not_have_is_a_mistake_of_ours() -> None:
    for edge in set(product(OrderState, OrderState)) - set(GRAPH):
        with pytest.raises(rules.IllegalStep):
            rules.require_edge(*edge)


def test_a_quote_ends_at_the_earlier_of_half_an_hour_and_the_change() -> None:
    now = datetime(2025, 3, 31, 23, 50, tzinfo=UTC)

    assert rules.quote_valid_until(now=now, changes_at=None) == now + timedelta(minutes=30)
    assert rules.quote_valid_until(now=now, changes_at=now + timedelta(minutes=10)) == now + timedelta(minutes=10)
    assert rules.quote_valid_until(now=now, changes_at=now + timedelta(days=1)) == now + timedelta(minutes=30)
