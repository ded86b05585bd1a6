"""Types of the public schema: the domain as a citizen sees it."""

from collections.abc import Callable
from datetime import date, datetime
from enum import Enum

import strawberry

from backend.schema.errors import UserError
from backend.schema.scalars import CLP


@strawberry.enum(description="What a register answered.")
class CheckOutcome(Enum):
    """UNAVAILABLE can be asked again; it never lets a permit through."""

    OK = "OK"
    NOT_OK = "NOT_OK"
    UNAVAILABLE = "UNAVAILABLE"


@strawberry.type(description="Colours and texts that dress the widget.")
class WidgetTheme:
    """Tokens of the municipality's look."""

    primary: str = strawberry.field(description="Colour of actions, #rrggbb.")
    on_primary: str = strawberry.field(description="Colour of text on the primary one.")
    accent: str = strawberry.field(description="Colour of marks and lines.")
    text: str = strawberry.field(description="Colour of text.")
    background: str = strawberry.field(description="Colour behind the text.")
    error: str = strawberry.field(description="Colour of errors.")
    radius: str = strawberry.field(description="Radius of corners, a CSS length.")
    font: str = strawberry.field(description="CSS font stack.")
    title: str = strawberry.field(description="Heading.")
    intro: str = strawberry.field(description="Sentence below the heading.")
    help: str = strawberry.field(description="Where to get help.")


@strawberry.type(description="Something to type in order to find a debt.")
class LookupField:
    """A field of the look-up form."""

    name: str = strawberry.field(description="Name to send the value under.")
    label: str = strawberry.field(description="Label for people.")
    kind: str = strawberry.field(description="plate, rut or text: which check digits apply.")


@strawberry.type(description="A municipal service that can be paid here.")
class ServiceInfo:
    """A service that is switched on."""

    code: str = strawberry.field(description="Code of the service.")
    title: str = strawberry.field(description="Name for people.")
    lookup_fields: list[LookupField] = strawberry.field(description="What the look-up asks for.")


@strawberry.type(description="The municipality whose host was asked.")
class Municipality:
    """Name, look and services."""

    name: str = strawberry.field(description="Name of the commune.")
    host: str = strawberry.field(description="Host of the platform for this municipality.")
    domain_date: date = strawberry.field(description="Today in the calendar of America/Santiago.")
    date_is_shifted: bool = strawberry.field(description="True in a demonstration whose calendar was moved.")
    logo_url: str | None = strawberry.field(description="Address of the logo (PNG).")
    theme: WidgetTheme = strawberry.field(description="Look of the widget.")
    services: list[ServiceInfo] = strawberry.field(description="Services that can be paid.")
    portal_hint: str = strawberry.field(description="Where the payer is sent to pay, as a sentence for her.")


@strawberry.type(description="Something by which the citizen recognises her object.")
class Trait:
    """A label and a value."""

    label: str = strawberry.field(description="Label for people.")
    value: str = strawberry.field(description="Value for people.")


@strawberry.type(description="One line of how an amount comes about.")
class QuoteLine:
    """The lines of an option add up to its total."""

    text: str = strawberry.field(description="What it is.")
    base: CLP | None = strawberry.field(description="What the rate applies to.")
    rate: str = strawberry.field(description="The rate as printed.")
    law: str = strawberry.field(description="The article.")
    amount: CLP = strawberry.field(description="Amount of the line.")


@strawberry.type(description="One way to pay a debt.")
class PaymentOption:
    """Single payment or instalment."""

    code: str = strawberry.field(description="Code to order with.")
    title: str = strawberry.field(description="Name for people.")
    due_on: date = strawberry.field(description="Last day without surcharge.")
    total: CLP = strawberry.field(description="Amount to pay.")
    available: bool = strawberry.field(description="Whether it can be ordered now.")
    note: str | None = strawberry.field(description="Why not, or what to know.")
    lines: list[QuoteLine] = strawberry.field(description="How the amount comes about.")


@strawberry.type(description="A check that the law asks for before paying.")
class CheckKind:
    """A register to be asked."""

    code: str = strawberry.field(description="Code of the register.")
    name: str = strawberry.field(description="Name for people.")


def _option_of(root: strawberry.Parent["OpenOrder"]) -> str:
    """Ask the database only when somebody asks for it."""
    return root.read_option()


@strawberry.type(description="An order that is already under way for a debt.")
class OpenOrder:
    """It can be continued, or cancelled to start again."""

    number: str = strawberry.field(description="Number of the order.")
    valid_until: datetime = strawberry.field(description="When its quote ends (UTC).")
    option: str = strawberry.field(resolver=_option_of, description="Option that it pays.")
    total: CLP = strawberry.field(description="Amount of the order.")
    read_option: strawberry.Private[Callable[[], str]]


@strawberry.type(description="What is owed for one object and period.")
class Debt:
    """A debt that the look-up found."""

    id: strawberry.ID = strawberry.field(description="Capability that opens this debt here for two hours.")
    service: str = strawberry.field(description="Code of the service.")
    period: str = strawberry.field(description="Period, e.g. a year.")
    title: str = strawberry.field(description="Name for people.")
    traits: list[Trait] = strawberry.field(description="Just enough to recognise the object.")
    options: list[PaymentOption] = strawberry.field(description="Ways to pay.")
    checks: list[CheckKind] = strawberry.field(description="Checks that must be OK today before paying.")
    open_order: OpenOrder | None = strawberry.field(description="An order under way.")
    paid: bool = strawberry.field(description="Nothing is left to pay.")


@strawberry.type(description="Answer of a look-up.")
class DebtSearchPayload:
    """Debts, or one error."""

    debts: list[Debt] = strawberry.field(description="Empty where nothing matches.")
    errors: list[UserError] = strawberry.field(description="What went wrong.")


@strawberry.type(description="What a register answered about the object.")
class Check:
    """One answer."""

    code: str = strawberry.field(description="Code of the register.")
    name: str = strawberry.field(description="Name for people.")
    outcome: CheckOutcome = strawberry.field(description="The answer.")
    message: str = strawberry.field(description="What is so and what to do.")
    valid_to: date | None = strawberry.field(description="Until when it holds, where the register says so.")
    payable: CLP | None = strawberry.field(
        description="What could be paid with the order to make it OK, e.g. traffic fines with their fees."
    )


@strawberry.type(description="Answers of the registers.")
class CheckRunPayload:
    """Checks, or an error."""

    checks: list[Check] = strawberry.field(description="One for each register, in the debt's order.")
    errors: list[UserError] = strawberry.field(description="What went wrong.")


@strawberry.type(description="An order and the token that opens it.")
class Order:
    """What the payer holds."""

    token: str = strawberry.field(description="Opens this order; shown once.")
    number: str = strawberry.field(description="Number of the order.")
    state: str = strawberry.field(description="CREATED, SENT, PAID, REJECTED, EXPIRED or CANCELLED.")
    total: CLP = strawberry.field(description="Amount of the order.")
    valid_until: datetime = strawberry.field(description="When its quote ends (UTC).")


@strawberry.type(description="A new order.")
class OrderCreatePayload:
    """Order, or errors."""

    order: Order | None = strawberry.field(description="The order.")
    errors: list[UserError] = strawberry.field(description="What went wrong.")


@strawberry.type(description="The open order of a debt.")
class OrderResumePayload:
    """Order, or errors."""

    order: Order | None = strawberry.field(description="The order with a fresh token.")
    errors: list[UserError] = strawberry.field(description="What went wrong.")


@strawberry.type(description="Whether the request was kept: the same whatever it names.")
class DocumentsSendAgainPayload:
    """Errors, if the request could not be kept."""

    errors: list[UserError] = strawberry.field(description="What went wrong.")


@strawberry.type(description="A cancelled order.")
class OrderCancelPayload:
    """Order, or errors."""

    order: Order | None = strawberry.field(description="The order.")
    errors: list[UserError] = strawberry.field(description="What went wrong.")


@strawberry.type(description="Where the payment goes on.")
class OrderPayPayload:
    """Address, or errors."""

    redirect_url: str | None = strawberry.field(description="Page of the gateway, to be opened in the same tab.")
    errors: list[UserError] = strawberry.field(description="What went wrong.")
