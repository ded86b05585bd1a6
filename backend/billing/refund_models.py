"""What was asked of gateways that give money back themselves (in the municipality's schema)."""

from typing import ClassVar

from django.db import models
from django.db.models import Q


class RefundAttempt(models.Model):
    """One time that a gateway was asked to give back; the row is there before the call.

    One at a time for each operation: a gateway tells how much of it was given back, not to which of our refunds it
    belongs. UNKNOWN ones had no answer; the next attempt of the same refund asks what became of them.
    """

    class Outcome(models.TextChoices):
        """How it ended; empty while it runs."""

        DONE = "DONE"
        REFUSED = "REFUSED"
        UNKNOWN = "UNKNOWN"

    refund = models.ForeignKey("billing.Refund", on_delete=models.PROTECT, related_name="attempts")
    gateway = models.CharField(max_length=20)
    operation_id = models.CharField(max_length=40)
    began_at = models.DateTimeField()
    lease_until = models.DateTimeField()
    outcome = models.CharField(max_length=8, choices=Outcome.choices, blank=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["gateway", "operation_id"], condition=Q(outcome=""), name="one_refund_attempt_at_a_time"
            ),
            models.CheckConstraint(
                condition=Q(outcome="", ended_at=None) | (~Q(outcome="") & Q(ended_at__isnull=False)),
                name="an_ended_attempt_has_an_outcome",
            ),
        ]

    def __str__(self) -> str:
        return f"attempt {self.pk} of refund {self.refund_id}: {self.outcome or 'running'}"
