"""Inputs of the public schema."""

import strawberry


@strawberry.input(description="One value of a look-up.")
class LookupValue:
    """A field's name and what was typed."""

    name: str = strawberry.field(description="Name of the look-up field.")
    value: str = strawberry.field(description="What the person typed.")


@strawberry.input(description="What to look for.")
class DebtSearchInput:
    """A service and the values of its look-up fields."""

    service: str = strawberry.field(description="Code of the service.")
    fields: list[LookupValue] = strawberry.field(description="One value for each look-up field.")


@strawberry.input(description="Which debt to check.")
class CheckRunInput:
    """A debt that a look-up found."""

    debt_id: strawberry.ID = strawberry.field(description="Id of the debt.")


@strawberry.input(description="One debt to pay and how.")
class OrderItemInput:
    """Debt and option; the amount is never taken from here."""

    debt_id: strawberry.ID = strawberry.field(description="Id of the debt.")
    option: str = strawberry.field(description="Code of the option.")
    with_fines: bool = strawberry.field(default=False, description="Pay the unpaid traffic fines of the object too.")


@strawberry.input(description="What to order.")
class OrderCreateInput:
    """Items, address for the documents, key of the request, page to return to."""

    items: list[OrderItemInput] = strawberry.field(description="What is paid together.")
    email: str = strawberry.field(description="Where the documents go.")
    idempotency_key: str = strawberry.field(description="The same key and request give the same order.")
    return_url: str | None = strawberry.field(
        default=None, description="Page to return to; its origin must be registered."
    )


@strawberry.input(description="An order that the caller holds.")
class OrderTokenInput:
    """A token."""

    token: str = strawberry.field(description="Token of the order.")


@strawberry.input(description="Whose documents to send again.")
class DocumentsSendAgainInput:
    """Number and address, as the payer knows them."""

    order_number: str = strawberry.field(description="Number of the order, as in the mail.")
    email: str = strawberry.field(description="The address that the order was paid with; nothing goes elsewhere.")


@strawberry.input(description="The debt whose order goes on.")
class OrderResumeInput:
    """A debt that a look-up found."""

    debt_id: strawberry.ID = strawberry.field(description="Id of the debt.")
