"""Money without a home: listed by age, looked into, decided. Who decides states the amount that she believes open."""

from collections.abc import Callable
from datetime import timedelta
from typing import Annotated

import strawberry

from backend.billing import homeless, homeless_queries
from backend.billing.homeless_queries import Wanted
from backend.billing.models import HomelessDecision
from backend.billing.rules import HomelessState
from backend.schema.connections import After, Connection, First, connection_of
from backend.schema.errors import UserError, as_payload
from backend.schema.nodes import row_id
from backend.schema.public import shapes
from backend.schema.public import types as public
from backend.schema.scalars import CLP
from backend.schema.staff import homeless_types as types
from backend.schema.staff.context import Info
from backend.schema.staff.debts import DEBT
from backend.schema.staff.types import IDEMPOTENCY_KEY
from backend.shared import clock
from backend.shared.money import Money
from backend.shared.rut import parse_rut

_OLDEST = 36_500
_STATED = "What you believe is open; another amount is refused and the real one told."


@strawberry.input(description="Which money: what is left out is not asked for.")
class HomelessFilter:
    """Every value given must match."""

    states: list[HomelessState] | None = strawberry.field(default=None, description="In one of these states.")
    reason: str | None = strawberry.field(default=None, description="Code of the reason.")
    payer_rut: str | None = strawberry.field(default=None, description="RUT of the payer, as 12345678-5.")
    older_than_days: int | None = strawberry.field(default=None, description="At least so many days old.")


@strawberry.input(description="Use the money for a debt of the same taxpayer.")
class HomelessApplyInput:
    """Which money, which debt, how."""

    id: strawberry.ID = strawberry.field(description="The money.")
    debt_id: strawberry.ID = strawberry.field(description="The debt, of `payable` or `debts`.")
    option: str = strawberry.field(description="Code of the way to pay.")
    stated_open: CLP = strawberry.field(description=_STATED)
    with_fines: bool = strawberry.field(default=False, description="Whether unpaid traffic fines are paid with it.")
    email: str | None = strawberry.field(
        default=None, description="Where the documents go; without it, where the order that was paid sends them."
    )
    note: str = strawberry.field(default="", description="Why.")
    idempotency_key: str = strawberry.field(description=IDEMPOTENCY_KEY)


@strawberry.input(description="Request that the money, or a part of it, is given back.")
class HomelessRefundInput:
    """Which money, how much, why."""

    id: strawberry.ID = strawberry.field(description="The money.")
    stated_open: CLP = strawberry.field(description=_STATED)
    amount: CLP = strawberry.field(description="How much is to be given back.")
    reason: str = strawberry.field(description="Why.")
    email: str = strawberry.field(
        default="", description="Where she is told; without it, the address of the order that was paid."
    )
    idempotency_key: str = strawberry.field(description=IDEMPOTENCY_KEY)


@strawberry.input(description="Record that the gateway was asked to explain the money.")
class HomelessClaimInput:
    """Which money, and by what letter."""

    id: strawberry.ID = strawberry.field(description="The money.")
    stated_open: CLP = strawberry.field(description=_STATED)
    note: str = strawberry.field(description="E.g. number and date of the letter.")
    idempotency_key: str = strawberry.field(description=IDEMPOTENCY_KEY)


@strawberry.input(description="A debt that the money may pay.")
class HomelessDebtCheckInput:
    """Which."""

    id: strawberry.ID = strawberry.field(description="The money.")
    debt_id: strawberry.ID = strawberry.field(description="The debt.")


@strawberry.type(description="Money without a home.")
class HomelessPayload:
    """Money, or errors."""

    homeless: types.HomelessMoney | None = strawberry.field(description="The money.")
    errors: list[UserError] = strawberry.field(description="What went wrong.")


@strawberry.type(description="A decision, and the money as it is now.")
class HomelessDecisionPayload:
    """Decision, or errors."""

    decision: types.HomelessDecision | None = strawberry.field(description="The decision.")
    homeless: types.HomelessMoney | None = strawberry.field(description="The money.")
    errors: list[UserError] = strawberry.field(description="What went wrong.")


@strawberry.type(description="What the registers answered about a debt.")
class HomelessDebtCheckPayload:
    """Answers, or errors."""

    checks: list[public.Check] = strawberry.field(description="One answer for each register.")
    errors: list[UserError] = strawberry.field(description="What went wrong.")


@strawberry.type
class Query:
    """Reading."""

    @strawberry.field(description="Money without a home, oldest first. As a file: /staff/homeless.csv and .xlsx.")
    def homeless(
        self,
        info: Info,
        first: First = 50,
        after: After = None,
        filter: Annotated[HomelessFilter | None, strawberry.argument(description="Which money.")] = None,
    ) -> Connection[types.HomelessMoney]:
        """List it."""
        page = homeless_queries.get_homeless(_wanted(filter), first=first, after=after, today=clock.today())
        return connection_of(page, lambda each: types.homeless(each, info.context.language), after=after)

    @strawberry.field(description="One sum without a home, with its decisions and what it could pay.")
    def homeless_money(
        self, info: Info, id: Annotated[strawberry.ID, strawberry.argument(description="The money.")]
    ) -> HomelessPayload:
        """Look into one."""
        return as_payload(
            language=info.context.language,
            empty=lambda errors: HomelessPayload(homeless=None, errors=errors),
            call=lambda: HomelessPayload(homeless=_shape(info, row_id(types.HOMELESS, id)), errors=[]),
        )


@strawberry.type
class Mutation:
    """Changing."""

    @strawberry.mutation(description="Ask the registers about a debt that the money may pay; OK holds for the day.")
    def homeless_debt_check(self, info: Info, input: HomelessDebtCheckInput) -> HomelessDebtCheckPayload:
        """Check a debt."""
        language = info.context.language

        def checked() -> HomelessDebtCheckPayload:
            answers = homeless.check_debt(
                homeless_id=row_id(types.HOMELESS, input.id),
                obligation_id=row_id(DEBT, input.debt_id, field="debtId"),
                actor=info.context.actor,
                now=clock.now(),
            )
            checks = [shapes.check(code, answer, language) for code, answer in answers.items()]
            return HomelessDebtCheckPayload(checks=checks, errors=[])

        return as_payload(
            language=language,
            empty=lambda errors: HomelessDebtCheckPayload(checks=[], errors=errors),
            call=checked,
        )

    @strawberry.mutation(description="Pay a debt of the same taxpayer with it, at today's quote; the rest stays open.")
    def homeless_apply(self, info: Info, input: HomelessApplyInput) -> HomelessDecisionPayload:
        """Apply it."""
        return _decided(
            info,
            lambda: homeless.apply_to_debt(
                homeless_id=row_id(types.HOMELESS, input.id),
                obligation_id=row_id(DEBT, input.debt_id, field="debtId"),
                option=input.option,
                stated_open=Money(input.stated_open),
                with_fines=input.with_fines,
                email=input.email,
                note=input.note,
                actor=info.context.actor,
                now=clock.now(),
                request_key=input.idempotency_key,
            ),
        )

    @strawberry.mutation(description="Request that it, or a part of it, is given back; somebody else approves.")
    def homeless_refund(self, info: Info, input: HomelessRefundInput) -> HomelessDecisionPayload:
        """Give it back."""
        return _decided(
            info,
            lambda: homeless.refund(
                homeless_id=row_id(types.HOMELESS, input.id),
                stated_open=Money(input.stated_open),
                amount=Money(input.amount),
                reason=input.reason,
                email=input.email,
                actor=info.context.actor,
                request_key=input.idempotency_key,
            ),
        )

    @strawberry.mutation(description="Record that the gateway is asked to explain it; it stays open.")
    def homeless_claim(self, info: Info, input: HomelessClaimInput) -> HomelessDecisionPayload:
        """Claim it."""
        return _decided(
            info,
            lambda: homeless.claim_at_gateway(
                homeless_id=row_id(types.HOMELESS, input.id),
                stated_open=Money(input.stated_open),
                note=input.note,
                actor=info.context.actor,
                request_key=input.idempotency_key,
            ),
        )


def _decided(info: Info, decide: Callable[[], HomelessDecision]) -> HomelessDecisionPayload:
    def payload() -> HomelessDecisionPayload:
        row = decide()
        shown = _shape(info, row.homeless_id)
        return HomelessDecisionPayload(decision=types.decision(row), homeless=shown, errors=[])

    return as_payload(
        language=info.context.language,
        empty=lambda errors: HomelessDecisionPayload(decision=None, homeless=None, errors=errors),
        call=payload,
    )


def _shape(info: Info, homeless_id: int) -> types.HomelessMoney:
    found = homeless_queries.get_one_homeless(homeless_id, today=clock.today())
    return types.homeless(found, info.context.language)


def _wanted(given: HomelessFilter | None) -> Wanted:
    """Raises `InvalidRut`."""
    if given is None:
        return Wanted()
    return Wanted(
        states=given.states,
        reason=given.reason,
        payer_rut=str(parse_rut(given.payer_rut)) if given.payer_rut else None,
        older_than=None if given.older_than_days is None else timedelta(days=min(given.older_than_days, _OLDEST)),
    )
