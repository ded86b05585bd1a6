"""What goes with the mails: links to the documents, requests to have them again, the staff's digest of a day."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from backend.billing.models import Order
from backend.receipts.copy_rules import COPIES_A_DAY


class RetrievalLink(models.Model):
    """An address that opens an order's documents until it expires: 128 random bits, kept as a SHA-256."""

    append_only = True

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="+")
    token_sha256 = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(expires_at__gt=F("created_at")), name="a_link_holds_for_some_time"),
        ]

    def __str__(self) -> str:
        return f"link to the documents of {self.order_id}"


class CopyRequest(models.Model):
    """Somebody asked for an order's documents again. Who typed which address is nobody's business: its hash will do."""

    append_only = True

    number = models.CharField(max_length=20)
    address_sha256 = models.CharField(max_length=64)
    asked_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"request {self.id}"


class Copy(models.Model):
    """A request that named an order and its address: the documents go to that address once more.

    `nth` of the day (America/Santiago): the constraints say how many there can be.
    """

    append_only = True

    request = models.OneToOneField(CopyRequest, on_delete=models.PROTECT, related_name="copy")
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="+", db_index=False)
    asked_on = models.DateField()
    nth = models.PositiveSmallIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["order", "asked_on", "nth"], name="a_copy_of_a_day_is_sent_once"),
            models.CheckConstraint(condition=Q(nth__gte=1, nth__lte=COPIES_A_DAY), name="copies_of_a_day_are_few"),
        ]

    def __str__(self) -> str:
        return f"copy {self.nth} of {self.order_id} on {self.asked_on}"


class StaffDigest(models.Model):
    """A day (of the machine's clock in Chile) whose digest was made; `waiting` things were told, if any waited."""

    append_only = True

    day = models.DateField(unique=True)
    waiting = models.PositiveIntegerField()
    made_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"digest of {self.day}: {self.waiting}"
