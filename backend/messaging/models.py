"""Mail: one row per message, unique per cause and address, written before SMTP is asked."""

from typing import ClassVar

from django.db import models


class Message(models.Model):
    """A mail to one address. Attachments are keys of the file store, opaque here."""

    class State(models.TextChoices):
        """REFUSED: the server said no for good (SMTP 5xx)."""

        QUEUED = "QUEUED"
        SENT = "SENT"
        REFUSED = "REFUSED"

    cause = models.CharField(max_length=80)
    to_address = models.EmailField()
    from_name = models.CharField(max_length=120)
    from_address = models.EmailField()
    subject = models.CharField(max_length=200)
    text = models.TextField()
    html = models.TextField()
    attachments = models.JSONField(default=list)
    message_id = models.CharField(max_length=120, unique=True)
    state = models.CharField(max_length=8, choices=State.choices, default=State.QUEUED)
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    last_error = models.TextField(blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["cause", "to_address"], name="one_message_per_cause_and_address"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["created_at"], condition=models.Q(state="QUEUED"), name="message_queued"),
        ]

    def __str__(self) -> str:
        return f"{self.cause} → {self.state}"
