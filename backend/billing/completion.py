"""Whether a paid order got everything: written down on the order, so that an index knows those that wait."""

from datetime import datetime

from django.db import transaction

from backend.billing.models import Order


@transaction.atomic(durable=True)
def note_mail_written(*, order_id: int, now: datetime) -> None:
    """Write down that the mail with an order's documents is queued; the first time counts, so safe to repeat."""
    Order.objects.filter(id=order_id, mail_written_at=None).update(mail_written_at=now)
