"""What is owed, as staff see it: by object or by RUT, with the same lines as the citizen; accepting and withdrawing."""

from datetime import datetime
from typing import Annotated

import strawberry

from backend.billing import debts, staff_queries
from backend.billing.models import Obligation
from backend.schema.errors import UserError, as_payload
from backend.schema.nodes import Node, node_id, row_id
from backend.schema.public import shapes
from backend.schema.public import types as public
from backend.schema.staff import types
from backend.schema.staff.context import Info
from backend.shared import clock

DEBT = "StaffDebt"


@strawberry.type(description="A debt with its taxpayer.")
class StaffDebt(Node):
    """A debt of the municipality."""

    service: str = strawberry.field(description="Code of the service.")
    object_key: str = strawberry.field(description="Plate, role of the licence or of the property.")
    period: str = strawberry.field(description="Period, e.g. a year.")
    taxpayer_rut: str = strawberry.field(description="RUT of who owes it.")
    taxpayer_name: str = strawberry.field(description="Name of who owes it.")
    options: list[public.PaymentOption] = strawberry.field(description="Ways to pay today, line by line.")
    paid_slots: list[int] = strawberry.field(description="Parts that are paid.")
    withdrawn_at: datetime | None = strawberry.field(description="When it was withdrawn (UTC).")
    withdrawn_because: str = strawberry.field(description="Why it was withdrawn.")


@strawberry.input(description="A cell of a roll's row.")
class CellInput:
    """A column and its value."""

    column: str = strawberry.field(description="Column, as in the roll's template.")
    value: str = strawberry.field(description="Value, as it would stand in the file.")


@strawberry.input(description="A debt of an object that is in no roll.")
class DebtAcceptInput:
    """What a row of the roll would say."""

    service: str = strawberry.field(description="Code of the service.")
    year: int = strawberry.field(description="Year of the roll that it would stand in.")
    cells: list[CellInput] = strawberry.field(description="The row's cells.")
    idempotency_key: str = strawberry.field(description=types.IDEMPOTENCY_KEY)


@strawberry.input(description="A debt that is no longer owed.")
class DebtWithdrawInput:
    """Which, and why."""

    id: strawberry.ID = strawberry.field(description="The debt.")
    reason: str = strawberry.field(description="E.g. number and date of the counter's receipt.")


@strawberry.type(description="A debt.")
class StaffDebtPayload:
    """Debt, or errors."""

    debt: StaffDebt | None = strawberry.field(description="The debt.")
    errors: list[UserError] = strawberry.field(description="What went wrong.")


@strawberry.type(description="Debts that were looked for.")
class StaffDebtsPayload:
    """Debts, or errors."""

    debts: list[StaffDebt] = strawberry.field(description="A hundred at most.")
    errors: list[UserError] = strawberry.field(description="What went wrong.")


@strawberry.type
class Query:
    """Reading."""

    @strawberry.field(description="Debts of an object or of a person, oldest period first; withdrawn ones too.")
    def debts(
        self,
        info: Info,
        service: Annotated[str | None, strawberry.argument(description="Only of this service.")] = None,
        object_key: Annotated[str | None, strawberry.argument(description="Plate or role.")] = None,
        rut: Annotated[str | None, strawberry.argument(description="RUT of the taxpayer.")] = None,
    ) -> StaffDebtsPayload:
        """Find debts."""
        return as_payload(
            language=info.context.language,
            empty=lambda errors: StaffDebtsPayload(debts=[], errors=errors),
            call=lambda: StaffDebtsPayload(
                debts=[
                    _shape(row, info.context.language)
                    for row in staff_queries.find_obligations(service=service, object_key=object_key, rut=rut)
                ],
                errors=[],
            ),
        )


@strawberry.type
class Mutation:
    """Changing."""

    @strawberry.mutation(description="Accept a debt of an object that is in no roll: moved here, or new.")
    def debt_accept(self, info: Info, input: DebtAcceptInput) -> StaffDebtPayload:
        """Accept a debt."""
        return as_payload(
            language=info.context.language,
            empty=lambda errors: StaffDebtPayload(debt=None, errors=errors),
            call=lambda: _payload(
                debts.accept_debt(
                    service=input.service,
                    year=input.year,
                    entry={cell.column: cell.value for cell in input.cells},
                    actor=info.context.actor,
                    request_key=input.idempotency_key,
                ),
                info.context.language,
            ),
        )

    @strawberry.mutation(description="Withdraw a debt of which nothing is paid, with a reason.")
    def debt_withdraw(self, info: Info, input: DebtWithdrawInput) -> StaffDebtPayload:
        """Withdraw a debt."""
        return as_payload(
            language=info.context.language,
            empty=lambda errors: StaffDebtPayload(debt=None, errors=errors),
            call=lambda: _payload(
                debts.withdraw_debt(
                    obligation_id=row_id(DEBT, input.id), reason=input.reason, actor=info.context.actor
                ),
                info.context.language,
            ),
        )


def _payload(obligation_id: int, language: str) -> StaffDebtPayload:
    return StaffDebtPayload(debt=_shape(staff_queries.get_obligation(obligation_id), language), errors=[])


def _shape(row: Obligation, language: str) -> StaffDebt:
    return StaffDebt(
        id=node_id(DEBT, row.id),
        service=row.service,
        object_key=row.object_key,
        period=row.period,
        taxpayer_rut=row.taxpayer.rut,
        taxpayer_name=row.taxpayer.name,
        options=[shapes.option(option, language) for option in staff_queries.options_today(row, today=clock.today())],
        paid_slots=sorted(staff_queries.paid_slots(row.id)),
        withdrawn_at=row.withdrawn_at,
        withdrawn_because=row.withdrawn_because,
    )
