"""Collection files, deposits, differences and the closing of days (in the municipality's schema)."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from backend.billing.reconciliation.rules import DayAct, DifferenceKind, Verdict


class CollectionFile(models.Model):
    """A gateway's collection file of one accounting date, kept byte for byte.

    `items_done` is how far it was read; `stopped_on` the closed day that it has a line of, where it cannot go on.
    """

    never_deleted = True

    gateway = models.CharField(max_length=20)
    form_number = models.PositiveBigIntegerField()
    accounting_on = models.DateField()
    filename = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64, unique=True)
    file_key = models.CharField(max_length=80)
    uploaded_by = models.CharField(max_length=254)
    uploaded_at = models.DateTimeField()
    items_done = models.PositiveIntegerField(default=0)
    stated_count = models.PositiveBigIntegerField(null=True)
    stated_total = models.PositiveBigIntegerField(null=True)
    stopped_on = models.DateField(null=True)
    read_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["accounting_on"], name="collection_file_of_day"),
            models.Index(fields=["id"], condition=Q(read_at=None), name="collection_file_unread"),
        ]

    def __str__(self) -> str:
        return f"{self.gateway} {self.accounting_on}"


class CollectionLine(models.Model):
    """An operation of a collection file. An operation has one line, whatever files repeat it."""

    never_deleted = True

    file = models.ForeignKey(CollectionFile, on_delete=models.PROTECT, related_name="lines")
    row = models.PositiveIntegerField()
    gateway = models.CharField(max_length=20)
    operation_id = models.CharField(max_length=40)
    order_number = models.CharField(max_length=20)
    payer = models.CharField(max_length=10, blank=True)
    amount = models.PositiveBigIntegerField()
    paid_at = models.DateTimeField()
    accounting_on = models.DateField()
    notice = models.OneToOneField("billing.Notice", on_delete=models.PROTECT, null=True)
    verdict = models.CharField(
        max_length=10,
        choices=[(each.value, each.value) for each in Verdict],
        blank=True,
        default=Verdict.WAITING,
    )

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["gateway", "operation_id"], name="an_operation_is_filed_once"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="a_line_has_an_amount"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["accounting_on"], name="collection_line_of_day"),
            models.Index(fields=["file"], condition=Q(verdict=""), name="collection_line_waiting"),
        ]

    def __str__(self) -> str:
        return f"{self.operation_id}: {self.amount}"


class Deposit(models.Model):
    """A transfer of a gateway to the municipality's bank account, as its advice tells it."""

    append_only = True

    gateway = models.CharField(max_length=20)
    form_number = models.PositiveBigIntegerField()
    reference = models.CharField(max_length=40)
    deposited_on = models.DateField()
    amount = models.PositiveBigIntegerField()
    withheld = models.PositiveBigIntegerField()
    filename = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64, unique=True)
    file_key = models.CharField(max_length=80)
    recorded_by = models.CharField(max_length=254)
    recorded_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["gateway", "reference"], name="a_deposit_is_recorded_once"),
        ]
        indexes: ClassVar = [models.Index(fields=["deposited_on"], name="deposit_of_day")]

    def __str__(self) -> str:
        return self.reference


class DepositLine(models.Model):
    """An operation that a deposit pays for; an operation is deposited once."""

    append_only = True

    deposit = models.ForeignKey(Deposit, on_delete=models.PROTECT, related_name="lines")
    row = models.PositiveIntegerField()
    gateway = models.CharField(max_length=20)
    operation_id = models.CharField(max_length=40)
    amount = models.PositiveBigIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["gateway", "operation_id"], name="an_operation_is_deposited_once"),
        ]

    def __str__(self) -> str:
        return f"{self.operation_id}: {self.amount}"


class Difference(models.Model):
    """Something in a file that does not add up; `key` is what a note about it refers to. Amounts in pesos."""

    append_only = True

    key = models.CharField(max_length=120, unique=True)
    day = models.DateField(db_index=True)
    kind = models.CharField(max_length=24, choices=[(each.value, each.value) for each in DifferenceKind])
    operation_id = models.CharField(max_length=40, blank=True)
    order_number = models.CharField(max_length=20, blank=True)
    expected = models.PositiveBigIntegerField(null=True)
    found = models.PositiveBigIntegerField(null=True)
    file = models.ForeignKey(CollectionFile, on_delete=models.PROTECT, null=True)
    deposit = models.ForeignKey(Deposit, on_delete=models.PROTECT, null=True)
    row = models.PositiveIntegerField(null=True)
    column = models.CharField(max_length=40, blank=True)
    message_es = models.CharField(max_length=500)
    message_en = models.CharField(max_length=500)
    found_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.key


class DifferenceNote(models.Model):
    """Somebody's explanation of a difference; the last one counts."""

    append_only = True

    key = models.CharField(max_length=120, db_index=True)
    day = models.DateField(db_index=True)
    text = models.CharField(max_length=1000)
    noted_by = models.CharField(max_length=254)
    noted_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.key}: {self.text}"


class AccountingDay(models.Model):
    """A day of the gateways' calendar: it accepts lines while it is not closed. Lines lock it, and so does closing."""

    never_deleted = True

    day = models.DateField(unique=True)
    closed_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.day}"


class AccountingDayAct(models.Model):
    """A day was closed with these figures, or reopened for this reason."""

    append_only = True

    day = models.ForeignKey(AccountingDay, on_delete=models.PROTECT, related_name="acts")
    act = models.CharField(max_length=8, choices=[(each.value, each.value) for each in DayAct])
    reason = models.CharField(max_length=400, blank=True)
    figures = models.JSONField(default=dict)
    account_name = models.CharField(max_length=254)
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(act="REOPENED") | ~Q(reason=""), name="a_day_is_reopened_for_a_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.act} {self.day_id}"
