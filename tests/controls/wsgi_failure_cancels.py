"""The web process that cancels an order when its gateway fails."""

from datetime import datetime

from backend.config.wsgi import application

__all__ = ["application"]

from backend.billing import operations, payments
from backend.billing.gateways.base import GatewayUnavailable

_start_payment = payments.start_payment


def start_or_cancel(*, token: str, now: datetime) -> str:
    try:
        return _start_payment(token=token, now=now)
    except GatewayUnavailable:
        operations.cancel_order(token=token)
        raise


payments.start_payment = start_or_cancel
