"""The municipality of a Dramatiq message travels in its options; outside a message there is none."""

from typing import Any

import dramatiq
from django.db import close_old_connections
from dramatiq.middleware import Middleware, SkipMessage

from backend.outbox.schemas import enter_schema, leave_schema


class TenantOfMessage(Middleware):
    """Point the worker's connection at `message.options["tenant"]` while an actor runs."""

    def before_process_message(self, broker: dramatiq.Broker, message: dramatiq.MessageProxy) -> None:
        """Skip a message that names no municipality: nothing may run in `public` by accident.

        Dramatiq logs any other exception of a middleware and runs the actor all the same.
        """
        close_old_connections()
        schema = message.options.get("tenant")
        if not schema:
            raise SkipMessage(f"message {message.message_id} of {message.actor_name} names no tenant")
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
