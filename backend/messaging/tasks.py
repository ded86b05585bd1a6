"""Messaging's actors."""

from backend.messaging import operations
from backend.outbox.consumer import reaction
from backend.tenants.files import tenant_files


@reaction(queue="mail")
def send_message(message_id: int) -> None:
    """Send a queued mail."""
    operations.send_message(message_id=message_id, files=tenant_files())
