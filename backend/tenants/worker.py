"""The municipality of a Dramatiq message travels in its options; outside a message there is none."""

from typing import Any

import dramatiq
from django.db import close_old_connections
from dramatiq.middleware import Middleware

from backend.outbox.schemas import enter_schema, leave_schema


class TenantOfMessage(Middleware):
    """Point the worker's connection at `message.options["tenant"]` while an actor runs."""

    def before_process_message(self, broker: dramatiq.Broker, message: dramatiq.MessageProxy) -> None:
        """Refuse a message that names no municipality: nothing may run in `public` by accident."""
        close_old_connections()
        schema = message.options.get("tenant")
        if not schema:
            raise RuntimeError(f"message {message.message_id} of {message.actor_name} names no tenant")
        enter_schema(schema)

    def after_process_message(
        self,
        broker: dramatiq.Broker,
        message: dramatiq.MessageProxy,
        *,
        result: Any = None,
        exception: BaseException | None = None,
    ) -> None:
        """Leave the municipality, whatever became of the message."""
        leave_schema()
        close_old_connections()
