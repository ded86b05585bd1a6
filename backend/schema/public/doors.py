"""The public queries and mutations. Each parses, makes one call of the domain, and shapes the answer."""

import strawberry

from backend.billing import evidence, operations, payments, queries
from backend.billing.order_input import WantedItem
from backend.profile.queries import get_profile
from backend.receipts import copies
from backend.schema.context import Context, Info
from backend.schema.errors import as_payload
from backend.schema.public import inputs, shapes, types
from backend.shared import clock
from backend.tenants import limits


@strawberry.type(description="What anybody may ask.")
class Query:
    """Reading."""

    @strawberry.field(description="The municipality behind this host.")
    def municipality(self, info: Info) -> types.Municipality:
        """Give name, look and services."""
        return shapes.municipality(info.context.tenant, get_profile(), info.context.language)

    @strawberry.field(description="What is owed for an object, to the person who knows it and its owner's RUT.")
    def debt_search(self, info: Info, input: inputs.DebtSearchInput) -> types.DebtSearchPayload:
        """Find debts."""
        return as_payload(
            language=info.context.language,
            empty=lambda errors: types.DebtSearchPayload(debts=[], errors=errors),
            call=lambda: _search(info.context, input),
        )


@strawberry.type(description="What anybody may do.")
class Mutation:
    """Checking, ordering, paying."""

    @strawberry.mutation(description="Ask the registers about a debt's object.")
    def check_run(self, info: Info, input: inputs.CheckRunInput) -> types.CheckRunPayload:
        """Run the checks."""
        return as_payload(
            language=info.context.language,
            empty=lambda errors: types.CheckRunPayload(checks=[], errors=errors),
            call=lambda: _check(info.context, input),
        )

    @strawberry.mutation(description="Order what is to be paid: amounts and checks are the server's own.")
    def order_create(self, info: Info, input: inputs.OrderCreateInput) -> types.OrderCreatePayload:
        """Create an order."""
        return as_payload(
            language=info.context.language,
            empty=lambda errors: types.OrderCreatePayload(order=None, errors=errors),
            call=lambda: _create(info.context, input),
        )

    @strawberry.mutation(description="Hand the payer over to the gateway; again gives the same address.")
    def order_pay(self, info: Info, input: inputs.OrderTokenInput) -> types.OrderPayPayload:
        """Start the payment."""
        return as_payload(
            language=info.context.language,
            empty=lambda errors: types.OrderPayPayload(redirect_url=None, errors=errors),
            call=lambda: types.OrderPayPayload(
                redirect_url=payments.start_payment(token=input.token, now=clock.now()), errors=[]
            ),
        )

    @strawberry.mutation(description="A fresh token for the open order of a debt.")
    def order_resume(self, info: Info, input: inputs.OrderResumeInput) -> types.OrderResumePayload:
        """Resume an order."""
        return as_payload(
            language=info.context.language,
            empty=lambda errors: types.OrderResumePayload(order=None, errors=errors),
            call=lambda: _resume(input),
        )

    @strawberry.mutation(description="Give an open order up, so that another can be made.")
    def order_cancel(self, info: Info, input: inputs.OrderTokenInput) -> types.OrderCancelPayload:
        """Cancel an order."""
        return as_payload(
            language=info.context.language,
            empty=lambda errors: types.OrderCancelPayload(order=None, errors=errors),
            call=lambda: types.OrderCancelPayload(
                order=shapes.order(operations.cancel_order(token=input.token), input.token), errors=[]
            ),
        )

    @strawberry.mutation(
        description=(
            "Ask for an order's documents again. They go to its own address only, three times a day at most; the "
            "answer is the same whether or not number and address belong together."
        )
    )
    def documents_send_again(
        self, info: Info, input: inputs.DocumentsSendAgainInput
    ) -> types.DocumentsSendAgainPayload:
        """Keep the request."""
        return as_payload(
            language=info.context.language,
            empty=lambda errors: types.DocumentsSendAgainPayload(errors=errors),
            call=lambda: _send_again(info.context, input),
        )


def _search(context: Context, input: inputs.DebtSearchInput) -> types.DebtSearchPayload:
    fields = {field.name: field.value for field in input.fields}
    _count_lookup(context, input.service, fields)
    found = queries.find_debts(service=input.service, fields=fields, today=clock.today())
    return types.DebtSearchPayload(debts=[shapes.debt(debt, context.language) for debt in found], errors=[])


def _count_lookup(context: Context, service: str, fields: dict[str, str]) -> None:
    """Count a look-up, also one that names no object: its check digits may be wrong on purpose."""
    uses = [(limits.LOOKUPS_PER_NETWORK, context.network), (limits.LOOKUPS_PER_MUNICIPALITY, "all")]
    try:
        uses.append((limits.LOOKUPS_PER_OBJECT, queries.object_of(service=service, fields=fields)))
    finally:
        context.require_under(*uses)


def _check(context: Context, input: inputs.CheckRunInput) -> types.CheckRunPayload:
    context.require_under((limits.CHECKS_PER_OBJECT, str(queries.obligation_of(input.debt_id))))
    answers = evidence.run_checks(debt=input.debt_id, today=clock.today())
    return types.CheckRunPayload(
        checks=[shapes.check(code, answer, context.language) for code, answer in answers.items()], errors=[]
    )


def _create(context: Context, input: inputs.OrderCreateInput) -> types.OrderCreatePayload:
    context.require_under((limits.ORDERS_PER_NETWORK, context.network))
    opened = operations.create_order(
        items=[WantedItem(debt=item.debt_id, option=item.option, with_fines=item.with_fines) for item in input.items],
        email=input.email,
        key=input.idempotency_key,
        return_url=input.return_url,
        language=context.language,
        now=clock.now(),
    )
    return types.OrderCreatePayload(order=shapes.order(opened.order, opened.token), errors=[])


def _resume(input: inputs.OrderResumeInput) -> types.OrderResumePayload:
    opened = operations.resume_order(debt=input.debt_id, now=clock.now())
    return types.OrderResumePayload(order=shapes.order(opened.order, opened.token), errors=[])


def _send_again(context: Context, input: inputs.DocumentsSendAgainInput) -> types.DocumentsSendAgainPayload:
    context.require_under((limits.COPIES_PER_NETWORK, context.network), (limits.COPIES_PER_MUNICIPALITY, "all"))
    copies.ask_for_copy(number=input.order_number, email=input.email)
    return types.DocumentsSendAgainPayload(errors=[])
