"""The worker process that computes the price again when the payment is settled."""

from backend.config.worker import REACTIONS, broker

__all__ = ["REACTIONS", "broker"]

from backend.billing import payments
from backend.billing.gateways.base import GatewayNotice
from backend.billing.models import Order
from backend.billing.rates import rate_book
from backend.services import get_service
from backend.shared import clock

_can_take_slots = payments._can_take_slots


def _costs_the_same_today(order: Order) -> bool:
    for item in order.items.select_related("obligation"):
        debt = item.obligation
        options = get_service(debt.service).options(
            debt.subject, period=debt.period, rates=rate_book(), today=clock.today(), paid=frozenset()
        )
        if [option.total.pesos for option in options if option.code == item.option] != [item.amount]:
            return False
    return True


def at_todays_price(order: Order, notice: GatewayNotice, *, is_withdrawn: bool) -> bool:
    return _costs_the_same_today(order) and _can_take_slots(order, notice, is_withdrawn=is_withdrawn)


payments._can_take_slots = at_todays_price
