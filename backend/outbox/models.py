"""Events and their deliveries, in the schema of the municipality where they happened."""

from typing import ClassVar

from django.db import models
from django.db.models import Q


class Event(models.Model):
    """Something that happened; `payload` carries ids only."""

    name = models.CharField(max_length=60)
    payload = models.JSONField()
    occurred_at = models.DateTimeField()
    expanded_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["id"], condition=Q(expanded_at=None), name="event_not_expanded")]

    def __str__(self) -> str:
        return f"{self.name} {self.payload}"


class Delivery(models.Model):
    """One reaction to one event; the consumer closes it after its effect, until then it is sent again."""

    class State(models.TextChoices):
        """DEAD ones are shown to staff and can be driven again."""

        WAITING = "WAITING"
        SENT = "SENT"
        DONE = "DONE"
        DEAD = "DEAD"

    event = models.ForeignKey(Event, on_delete=models.PROTECT)
    reaction = models.CharField(max_length=80)
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    due_at = models.DateTimeField()
    attempts = models.PositiveIntegerField(default=0)
    last_error = models.TextField(blank=True)
    done_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["event", "reaction"], name="one_delivery_per_reaction"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["due_at"], condition=Q(state__in=["WAITING", "SENT"]), name="delivery_open"),
        ]

    def __str__(self) -> str:
        return f"{self.reaction} of event {self.event_id}"
