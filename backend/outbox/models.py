"""Events, their deliveries, and requests under a key, in the schema of the municipality where they happened."""

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
            models.Index(fields=["reaction"], condition=~Q(state="DONE"), name="delivery_not_done"),
        ]

    def __str__(self) -> str:
        return f"{self.reaction} of event {self.event_id}"


class Request(models.Model):
    """A request to make something, under a key that its client chose (`backend.outbox.requests`).

    Until it is finished somebody holds it, no longer than `lease_until`; `attempt` tells a holder from the one who took
    over. `outcome` is what it gave, or the refusal that is final.
    """

    key = models.CharField(max_length=80)
    operation = models.CharField(max_length=60)
    fingerprint = models.CharField(max_length=64)
    attempt = models.PositiveIntegerField(default=0)
    taken_at = models.DateTimeField()
    lease_until = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    outcome = models.JSONField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["key"], name="one_request_per_key"),
            models.CheckConstraint(
                condition=Q(finished_at__isnull=True, outcome__isnull=True)
                | Q(finished_at__isnull=False, outcome__isnull=False),
                name="a_finished_request_has_an_outcome",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["taken_at"], name="request_taken")]

    def __str__(self) -> str:
        return f"{self.operation} {self.key}"
