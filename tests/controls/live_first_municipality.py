"""The worker process that stays in the first municipality that it worked for."""

from backend.config.worker import REACTIONS, broker

__all__ = ["REACTIONS", "broker"]

import dramatiq

from backend.outbox.schemas import enter_schema
from backend.tenants.worker import TenantOfMessage

_first: list[str] = []


def enter_the_first(self: TenantOfMessage, broker: dramatiq.Broker, message: dramatiq.MessageProxy) -> None:
    _first.append(message.options["tenant"])
    enter_schema(_first[0])


TenantOfMessage.before_process_message = enter_the_first  # type: ignore[method-assign] # that is the control
