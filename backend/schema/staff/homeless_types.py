"""Types of money without a home, and how rows become them."""

from datetime import datetime

import strawberry

from backend.billing.gateways import get_gateway
from backend.billing.homeless_queries import Homeless, PayableDebt
from backend.billing.homeless_texts import ACTIONS, REASONS
from backend.billing.models import HomelessDecision as DecisionRow
from backend.billing.rules import HomelessState
from backend.schema.nodes import Node, node_id
from backend.schema.scalars import CLP, clp
from backend.schema.staff.debts import DEBT
from backend.services import get_service
from backend.shared.money import Money

HOMELESS, DECISION = "HomelessMoney", "HomelessDecision"
HomelessAction = DecisionRow.Action
strawberry.enum(
    HomelessState,
    name="HomelessState",
    description="OPEN: nobody decided; CLAIMED: the gateway is asked to explain it; CLOSED: nothing of it is open.",
)
strawberry.enum(
    HomelessAction,
    name="HomelessAction",
    description="APPLY: it paid a debt; REFUND: a refund was requested; CLAIM: the gateway was asked to explain it.",
)


@strawberry.type(description="A way to pay, today, a debt of the same taxpayer with what is open.")
class HomelessPayable:
    """What `homelessApply` can be asked for. Registers may have to be asked before."""

    debt_id: strawberry.ID = strawberry.field(description="The debt.")
    service: str = strawberry.field(description="Code of the service.")
    title: str = strawberry.field(description="Service and period, for people.")
    object_key: str = strawberry.field(description="Plate or role.")
    option: str = strawberry.field(description="Code of the way to pay.")
    option_title: str = strawberry.field(description="The way to pay, for people.")
    total: CLP = strawberry.field(description="What it costs today, without fines.")


@strawberry.type(description="What somebody decided about money without a home, or about a part of it.")
class HomelessDecision(Node):
    """A decision; it never changes."""

    action: HomelessAction = strawberry.field(description="What was decided.")
    amount: CLP = strawberry.field(description="What it took; 0 of a claim.")
    note: str = strawberry.field(description="Why.")
    order_number: str | None = strawberry.field(description="The order that an application paid.")
    refund_state: str | None = strawberry.field(description="Where the refund that it requested is.")
    decided_by: str = strawberry.field(description="Who decided.")
    decided_at: datetime = strawberry.field(description="When (UTC).")


@strawberry.type(description="Money that was captured and belongs to no open debt.")
class HomelessMoney(Node):
    """A payment, or a part of one, that waits for a person."""

    state: HomelessState = strawberry.field(description="Where it is.")
    amount: CLP = strawberry.field(description="What came.")
    open_amount: CLP = strawberry.field(description="What no decision has taken: state it when you decide.")
    reason: str = strawberry.field(description="Code of why it has no home.")
    reason_text: str = strawberry.field(description="Why, for people.")
    proposed_action: str | None = strawberry.field(
        description="apply, refund or claim_at_gateway; null once all is decided."
    )
    proposed_action_text: str | None = strawberry.field(description="What is proposed, for people.")
    owner: str = strawberry.field(description="Who looks after it.")
    payer_rut: str = strawberry.field(description="RUT of the taxpayer, empty where nobody knows.")
    gateway: str = strawberry.field(description="Code of the gateway that captured it.")
    gateway_name: str = strawberry.field(description="The gateway, for people.")
    operation_id: str = strawberry.field(description="The gateway's operation.")
    order_number: str | None = strawberry.field(description="The order that was paid, where there is one.")
    since: datetime = strawberry.field(description="When it was paid (UTC).")
    age_days: int = strawberry.field(description="Whole days since then.")
    decisions: list[HomelessDecision] = strawberry.field(description="What was decided, in order.")
    payable: list[HomelessPayable] = strawberry.field(description="What it could pay today.")


def homeless(each: Homeless, language: str) -> HomelessMoney:
    """Shape a row with what is proposed."""
    row, text = each.row, ACTIONS.get(each.proposed)
    reason = REASONS.get(row.reason)
    return HomelessMoney(
        id=node_id(HOMELESS, row.id),
        state=each.state,
        amount=clp(Money(row.amount)),
        open_amount=clp(Money(row.open_amount)),
        reason=row.reason,
        reason_text=reason.in_language(language) if reason else row.reason,
        proposed_action=each.proposed or None,
        proposed_action_text=text.in_language(language) if text else None,
        owner=row.owner,
        payer_rut=row.payer_rut,
        gateway=row.reading.gateway,
        gateway_name=get_gateway(row.reading.gateway).name.in_language(language),
        operation_id=row.reading.operation_id,
        order_number=row.order.number if row.order else None,
        since=row.since,
        age_days=each.age.days,
        decisions=[decision(made) for made in row.decisions.all()],
        payable=[_payable(debt, language) for debt in each.payable],
    )


def decision(row: DecisionRow) -> HomelessDecision:
    """Shape a decision."""
    asked = getattr(row, "refund", None)
    return HomelessDecision(
        id=node_id(DECISION, row.id),
        action=HomelessAction(row.action),
        amount=clp(Money(row.amount)),
        note=row.note,
        order_number=row.order.number if row.order else None,
        refund_state=asked.state if asked else None,
        decided_by=row.account_name,
        decided_at=row.decided_at,
    )


def _payable(debt: PayableDebt, language: str) -> HomelessPayable:
    obligation = debt.obligation
    return HomelessPayable(
        debt_id=node_id(DEBT, obligation.id),
        service=obligation.service,
        title=f"{get_service(obligation.service).title.in_language(language)} {obligation.period}",
        object_key=obligation.object_key,
        option=debt.option.code,
        option_title=debt.option.title.in_language(language),
        total=clp(debt.option.total),
    )
