"""Refunds: requested, approved by somebody else, made by the gateway or recorded as a transfer."""

from datetime import date, datetime
from typing import Annotated

import strawberry

from backend.billing import refund_execution, refund_queries, refunds
from backend.billing.models import OrderItem
from backend.billing.models import Refund as RefundRow
from backend.billing.refund_queries import Wanted
from backend.billing.rules import RefundState
from backend.schema.connections import After, Connection, First, connection_of
from backend.schema.errors import UserError, as_payload
from backend.schema.nodes import Node, node_id, row_id
from backend.schema.scalars import CLP, clp
from backend.schema.staff import types
from backend.schema.staff.context import Info
from backend.shared.money import Money

REFUND, ITEM = "Refund", "PaidItem"
RefundMethod = RefundRow.Method
strawberry.enum(RefundState, name="RefundState", description="Where a refund is.")
strawberry.enum(
    RefundMethod, name="RefundMethod", description="GATEWAY: where it can give back; TRANSFER: by the bank."
)


@strawberry.type(description="Money to be given back, or that was. No account of any bank is kept.")
class Refund(Node):
    """A refund of an item of a paid order, or of money without a home."""

    state: RefundState = strawberry.field(description="Where it is.")
    method: RefundMethod = strawberry.field(description="Who gives the money back.")
    amount: CLP = strawberry.field(description="How much.")
    reason: str = strawberry.field(description="Why it was requested.")
    gateway: str = strawberry.field(description="Code of the gateway that captured the money.")
    operation_id: str = strawberry.field(description="The gateway's operation that captured it.")
    order_number: str | None = strawberry.field(description="The order, where there is one.")
    debt: str | None = strawberry.field(
        description="Service, object and period that were paid; null of homeless money."
    )
    requested_by: str = strawberry.field(description="Who requested it.")
    requested_at: datetime = strawberry.field(description="When (UTC).")
    approved_by: str = strawberry.field(description="Who approved it.")
    approved_at: datetime | None = strawberry.field(description="When (UTC).")
    executed_at: datetime | None = strawberry.field(description="When the money was given back (UTC).")
    decree: str = strawberry.field(description="Decree that orders the transfer.")
    bank_reference: str = strawberry.field(description="The bank's reference of the transfer.")
    gateway_reference: str = strawberry.field(description="The gateway's reference of what it gave back.")
    denied_because: str = strawberry.field(description="Why it was denied.")
    last_error: str = strawberry.field(description="What the gateway said last, while it waits.")


@strawberry.type(description="What an order paid for one debt: it is given back whole or not at all.")
class PaidItem(Node):
    """An item of an order."""

    service: str = strawberry.field(description="Code of the service.")
    object_key: str = strawberry.field(description="Plate or role.")
    period: str = strawberry.field(description="Period.")
    amount: CLP = strawberry.field(description="What was paid for it.")


@strawberry.input(description="Which refunds: what is left out is not asked for.")
class RefundFilter:
    """Every value given must match."""

    state: RefundState | None = strawberry.field(default=None, description="Where it is.")
    order_number: str | None = strawberry.field(default=None, description="Of this order.")


@strawberry.input(description="Request that an item is given back.")
class RefundRequestInput:
    """Which, how much, why."""

    item_id: strawberry.ID = strawberry.field(description="The item, of `paidItems`.")
    stated_amount: CLP = strawberry.field(description="What you believe it is; another amount is refused.")
    reason: str = strawberry.field(description="Why.")
    idempotency_key: str = strawberry.field(description=types.IDEMPOTENCY_KEY)


@strawberry.input(description="A refund.")
class RefundInput:
    """Which."""

    id: strawberry.ID = strawberry.field(description="The refund.")


@strawberry.input(description="A refund that will not be made.")
class RefundDenyInput:
    """Which, and why."""

    id: strawberry.ID = strawberry.field(description="The refund.")
    reason: str = strawberry.field(description="Why.")


@strawberry.input(description="A transfer that the municipality's bank made.")
class RefundTransferInput:
    """Which, and by what."""

    id: strawberry.ID = strawberry.field(description="The refund.")
    decree: str = strawberry.field(description="Number and date of the decree that orders it.")
    bank_reference: str = strawberry.field(description="The bank's reference. Never an account.")
    transferred_on: date = strawberry.field(description="Day of the transfer.")


@strawberry.type(description="A refund.")
class RefundPayload:
    """Refund, or errors."""

    refund: Refund | None = strawberry.field(description="The refund.")
    errors: list[UserError] = strawberry.field(description="What went wrong.")


@strawberry.type(description="What an order paid.")
class PaidItemsPayload:
    """Items, or errors."""

    items: list[PaidItem] = strawberry.field(description="The order's items.")
    errors: list[UserError] = strawberry.field(description="What went wrong.")


@strawberry.type
class Query:
    """Reading."""

    @strawberry.field(description="Refunds, newest first.")
    def refunds(
        self,
        info: Info,
        first: First = 50,
        after: After = None,
        filter: Annotated[RefundFilter | None, strawberry.argument(description="Which refunds.")] = None,
    ) -> Connection[Refund]:
        """List refunds."""
        wanted = filter or RefundFilter()
        page = refund_queries.get_refunds(
            Wanted(state=wanted.state, order_number=wanted.order_number), first=first, after=after
        )
        return connection_of(page, _shape, after=after)

    @strawberry.field(description="What an order paid, to request a refund of.")
    def paid_items(
        self, info: Info, order_number: Annotated[str, strawberry.argument(description="Number of the order.")]
    ) -> PaidItemsPayload:
        """List an order's items."""
        return as_payload(
            language=info.context.language,
            empty=lambda errors: PaidItemsPayload(items=[], errors=errors),
            call=lambda: PaidItemsPayload(
                items=[_item(row) for row in refund_queries.get_items(order_number)], errors=[]
            ),
        )


@strawberry.type
class Mutation:
    """Changing."""

    @strawberry.mutation(description="Request that an item of a paid order is given back whole.")
    def refund_request(self, info: Info, input: RefundRequestInput) -> RefundPayload:
        """Request a refund."""
        return as_payload(
            language=info.context.language,
            empty=_nothing,
            call=lambda: _payload(
                refunds.request_refund(
                    item_id=row_id(ITEM, input.item_id, field="itemId"),
                    stated_amount=Money(input.stated_amount),
                    reason=input.reason,
                    actor=info.context.actor,
                    request_key=input.idempotency_key,
                )
            ),
        )

    @strawberry.mutation(description="Approve a refund that somebody else requested.")
    def refund_approve(self, info: Info, input: RefundInput) -> RefundPayload:
        """Approve a refund."""
        return as_payload(
            language=info.context.language,
            empty=_nothing,
            call=lambda: _payload(refunds.approve_refund(refund_id=row_id(REFUND, input.id), actor=info.context.actor)),
        )

    @strawberry.mutation(description="Deny a refund that was not made; homeless money is open again.")
    def refund_deny(self, info: Info, input: RefundDenyInput) -> RefundPayload:
        """Deny a refund."""
        return as_payload(
            language=info.context.language,
            empty=_nothing,
            call=lambda: _payload(
                refunds.deny_refund(refund_id=row_id(REFUND, input.id), reason=input.reason, actor=info.context.actor)
            ),
        )

    @strawberry.mutation(description="Let the bank give back what the gateway refused to.")
    def refund_change_to_transfer(self, info: Info, input: RefundInput) -> RefundPayload:
        """Change who gives back."""
        return as_payload(
            language=info.context.language,
            empty=_nothing,
            call=lambda: _payload(
                refund_execution.change_to_transfer(refund_id=row_id(REFUND, input.id), actor=info.context.actor)
            ),
        )

    @strawberry.mutation(description="Record the transfer that gave an approved refund back.")
    def refund_record_transfer(self, info: Info, input: RefundTransferInput) -> RefundPayload:
        """Record a transfer."""
        return as_payload(
            language=info.context.language,
            empty=_nothing,
            call=lambda: _payload(
                refund_execution.record_transfer(
                    refund_id=row_id(REFUND, input.id),
                    decree=input.decree,
                    bank_reference=input.bank_reference,
                    transferred_on=input.transferred_on,
                    actor=info.context.actor,
                )
            ),
        )


def _nothing(errors: list[UserError]) -> RefundPayload:
    return RefundPayload(refund=None, errors=errors)


def _payload(refund_id: int) -> RefundPayload:
    return RefundPayload(refund=_shape(refund_queries.get_refund(refund_id)), errors=[])


def _shape(row: RefundRow) -> Refund:
    return Refund(
        id=node_id(REFUND, row.id),
        state=RefundState(row.state),
        method=RefundMethod(row.method),
        amount=clp(Money(row.amount)),
        reason=row.reason,
        gateway=row.gateway,
        operation_id=row.operation_id,
        order_number=row.order.number if row.order else None,
        debt=str(row.item.obligation) if row.item else None,
        requested_by=row.requested_by_name,
        requested_at=row.requested_at,
        approved_by=row.approved_by_name,
        approved_at=row.approved_at,
        executed_at=row.executed_at,
        decree=row.decree,
        bank_reference=row.bank_reference,
        gateway_reference=row.gateway_reference,
        denied_because=row.denied_because,
        last_error=row.last_error,
    )


def _item(row: OrderItem) -> PaidItem:
    return PaidItem(
        id=node_id(ITEM, row.id),
        service=row.obligation.service,
        object_key=row.obligation.object_key,
        period=row.obligation.period,
        amount=clp(Money(row.amount)),
    )
