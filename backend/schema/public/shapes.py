"""From what operations and queries return to the types of the schema. No decisions."""

from datetime import date

import strawberry

from backend.billing.gateways import get_gateway
from backend.billing.models import Order as OrderRow
from backend.billing.queries import Debt as FoundDebt
from backend.checks import get_register
from backend.checks.base import CheckAnswer
from backend.profile.queries import Profile
from backend.schema.public import types
from backend.schema.scalars import CLP, clp
from backend.services import get_service
from backend.services.base import PaymentOption
from backend.shared import clock
from backend.shared.money import Money
from backend.tenants.queries import Tenant

_THEME_FIELDS = (
    "primary",
    "on_primary",
    "accent",
    "text",
    "background",
    "error",
    "radius",
    "font",
    "title",
    "intro",
    "help",
)


def municipality(tenant: Tenant, profile: Profile, language: str) -> types.Municipality:
    """Shape the municipality with its look and services."""
    theme = profile.theme
    return types.Municipality(
        name=tenant.name,
        host=tenant.host,
        domain_date=clock.today(),
        date_is_shifted=clock.shift_days() != 0,
        logo_url=f"{tenant.origin}/logo.png?v={theme.version}" if theme.logo else None,
        theme=types.WidgetTheme(**{name: getattr(theme, name) for name in _THEME_FIELDS}),
        services=[_service(code, language) for code in profile.services],
        portal_hint=get_gateway(profile.gateway).hint.in_language(language) if profile.gateway else "",
    )


def _service(code: str, language: str) -> types.ServiceInfo:
    service = get_service(code)
    fields = [
        types.LookupField(name=field.name, label=field.label.in_language(language), kind=field.kind)
        for field in service.lookup_fields
    ]
    return types.ServiceInfo(code=code, title=service.title.in_language(language), lookup_fields=fields)


def debt(found: FoundDebt, language: str) -> types.Debt:
    """Shape a debt with its options and checks."""
    obligation, service = found.obligation, found.service
    return types.Debt(
        id=strawberry.ID(found.id),
        service=service.code,
        period=obligation.period,
        title=f"{service.title.in_language(language)} {obligation.period}",
        traits=[
            types.Trait(label=label.in_language(language), value=value)
            for label, value in service.traits(obligation.subject)
        ],
        options=[option(each, language) for each in found.options],
        checks=[
            types.CheckKind(code=code, name=get_register(code).name.in_language(language)) for code in service.checks
        ],
        open_order=_open_order(found.open_order),
        paid=found.is_paid,
    )


def option(offered: PaymentOption, language: str) -> types.PaymentOption:
    """Shape a way to pay."""
    return types.PaymentOption(
        code=offered.code,
        title=offered.title.in_language(language),
        due_on=offered.due_on,
        total=clp(offered.total),
        available=offered.available,
        note=offered.note.in_language(language) if offered.note else None,
        lines=[
            types.QuoteLine(
                text=line.text.in_language(language),
                base=clp(line.base) if line.base is not None else None,
                rate=line.rate,
                law=line.law,
                amount=clp(line.amount),
            )
            for line in offered.lines
        ],
    )


def _open_order(row: OrderRow | None) -> types.OpenOrder | None:
    if row is None:
        return None
    return types.OpenOrder(
        number=row.number,
        valid_until=row.valid_until,
        read_option=lambda: ", ".join(row.items.order_by("id").values_list("option", flat=True)),
        total=CLP(row.total),
    )


def check(code: str, answer: CheckAnswer, language: str) -> types.Check:
    """Shape what a register answered."""
    valid_to = answer.references.get("valid_to")
    return types.Check(
        code=code,
        name=get_register(code).name.in_language(language),
        outcome=types.CheckOutcome(answer.outcome.value),
        message=answer.message.in_language(language),
        valid_to=date.fromisoformat(valid_to) if valid_to else None,
        payable=clp(sum((fine.total for fine in answer.payable), Money(0))) if answer.payable else None,
    )


def order(row: OrderRow, token: str) -> types.Order:
    """Shape an order for its bearer."""
    return types.Order(
        token=token, number=row.number, state=row.state, total=CLP(row.total), valid_until=row.valid_until
    )
