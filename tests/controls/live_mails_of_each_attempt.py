"""The worker process that queues another mail whenever it is asked for one."""

from secrets import token_hex

from backend.config.worker import REACTIONS, broker

__all__ = ["REACTIONS", "broker"]

from backend.messaging.operations import Letter, queue_message
from backend.receipts import documents_mail


def queue_another(*, cause: str, letter: Letter) -> int:
    return queue_message(cause=f"{cause}:{token_hex(4)}", letter=letter)


documents_mail.queue_message = queue_another  # type: ignore[attr-defined] # that is the control
