"""Mail: one row per message, unique per cause and address, written before SMTP is asked."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from backend.messaging.rules import MessageState

_STATES = [state.value for state in MessageState]
_TRIED_IN_VAIN = [MessageState.RETRYING.value, MessageState.FAILED.value, MessageState.REFUSED.value]


class Message(models.Model):
    """A mail to one address. Attachments are keys of the file store, opaque here.

    `attempts` counts those since `queued_at`, when it was queued first or by a person again. `secrets` are words of its
    text (addresses that open something) which are taken out of the row once it is sent.
    """

    cause = models.CharField(max_length=80)
    to_address = models.EmailField()
    from_name = models.CharField(max_length=120)
    from_address = models.EmailField()
    subject = models.CharField(max_length=200)
    text = models.TextField()
    html = models.TextField()
    attachments = models.JSONField(default=list)
    secrets = models.JSONField(default=list)
    message_id = models.CharField(max_length=120, unique=True)
    state = models.CharField(max_length=8, choices=[(state, state) for state in _STATES], default=MessageState.QUEUED)
    attempts = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField()
    queued_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    last_error = models.TextField(blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["cause", "to_address"], name="one_message_per_cause_and_address"),
            models.CheckConstraint(condition=Q(state__in=_STATES), name="a_message_has_a_known_state"),
            models.CheckConstraint(
                condition=Q(state=MessageState.SENT.value, sent_at__isnull=False, secrets=[])
                | (~Q(state=MessageState.SENT.value) & Q(sent_at=None)),
                name="a_sent_message_says_when_and_keeps_no_secret",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=_TRIED_IN_VAIN) | (Q(attempts__gt=0) & ~Q(last_error="")),
                name="what_was_tried_in_vain_says_why",
            ),
            models.CheckConstraint(
                condition=~Q(state=MessageState.QUEUED.value) | Q(attempts=0), name="a_queued_message_was_not_tried"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["created_at"], condition=~Q(state=MessageState.SENT.value), name="message_not_sent"),
        ]

    def __str__(self) -> str:
        return f"{self.cause} → {self.state}"
