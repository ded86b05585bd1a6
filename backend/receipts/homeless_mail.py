"""The mail that tells a citizen what was decided about money of hers that belonged to no open debt."""

from collections.abc import Mapping
from types import MappingProxyType

from backend.billing.gateways import get_gateway
from backend.billing.models import HomelessDecision, HomelessMoney
from backend.messaging.operations import Letter, queue_message
from backend.profile.queries import get_profile
from backend.receipts.documents_mail import MAIL_ADDRESS
from backend.services import get_service
from backend.shared import clock
from backend.shared.money import Money
from backend.tenants.queries import current_tenant
from theming.templates import render

_WHY: Mapping[str, str] = MappingProxyType(
    {
        "double": "usted ya había pagado esa misma orden",
        "late": "cuando llegó, esa deuda ya tenía otro pago",
        "withdrawn": "la municipalidad ya no cobra esa deuda",
        "other_amount": "el monto no era el de la orden de pago",
        "contradictory": "los datos que recibimos sobre él no calzan entre sí",
        "unknown_order": "no corresponde a ninguna orden de pago nuestra",
    }
)


def tell_decision(*, decision_id: int) -> None:
    """Queue the mail about a decision; safe to repeat. Where no address is known nobody can be told."""
    rows = HomelessDecision.objects.select_related("homeless__reading", "homeless__order", "order", "refund")
    decision = rows.get(id=decision_id)
    address = _address(decision)
    if not address:
        return
    theme, context = get_profile().theme, _words(decision)
    letter = Letter(
        to_address=address,
        from_name=theme.mail_sender,
        from_address=MAIL_ADDRESS.format(host=current_tenant().host),
        subject=render("mail/homeless_decided.subject.txt", context, theme),
        text=render("mail/homeless_decided.txt", context, theme),
        html=render("mail/homeless_decided.html", context, theme),
    )
    queue_message(cause=f"homeless:{decision.id}", letter=letter)


def _address(decision: HomelessDecision) -> str:
    """Where her documents go, else where she is told of the refund, else where the order that she paid told her."""
    if decision.order is not None:
        return str(decision.order.email)
    asked = getattr(decision, "refund", None)
    if asked is not None and asked.email:
        return str(asked.email)
    paid = decision.homeless.order
    return str(paid.email) if paid is not None else ""


def _words(decision: HomelessDecision) -> dict[str, object]:
    money = decision.homeless
    return {
        "action": decision.action,
        "received": str(Money(money.amount)),
        "received_on": f"{clock.domain_date(money.since):%d-%m-%Y}",
        "taken": str(Money(decision.amount)),
        "rest": str(Money(money.open_amount)) if money.open_amount and decision.amount else "",
        "why": _WHY.get(money.reason, ""),
        "gateway": get_gateway(money.reading.gateway).name.es,
        "operation_id": money.reading.operation_id,
        "order_number": _order_number(money),
        "debts": _debts(decision),
    }


def _order_number(money: HomelessMoney) -> str:
    return str(money.order.number) if money.order is not None else ""


def _debts(decision: HomelessDecision) -> list[dict[str, str]]:
    """What the money paid, as the documents name it."""
    if decision.order is None:
        return []
    items = decision.order.items.select_related("obligation").order_by("id")
    return [
        {
            "title": f"{get_service(item.obligation.service).title.es} {item.obligation.period}",
            "object_label": get_service(item.obligation.service).lookup_fields[0].label.es,
            "object_key": item.obligation.object_key,
            "amount": str(Money(item.amount)),
        }
        for item in items
    ]
