"""Uploaded rolls (in the municipality's schema): the batch, its rows while it waits, what it said, what it changed."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from backend.billing.rolls.rules import BY_HAND, BatchState, ChangeKind, Severity

_WAITING = [BatchState.UPLOADED.value, BatchState.READING.value, BatchState.READY.value]


class RollBatch(models.Model):
    """One roll file of a service and year, from upload to use.

    Debts that staff accept by hand have a batch of their own: its `sha256` is `BY_HAND`. No constraint ties a debt to
    its batch, for 100,000 debts of one roll would look the same row up: that the application cannot delete a batch
    guards the same.
    """

    never_deleted = True

    service = models.CharField(max_length=40)
    year = models.PositiveSmallIntegerField()
    filename = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    file_key = models.CharField(max_length=80, blank=True)
    is_complete = models.BooleanField(default=False)
    state = models.CharField(max_length=10, choices=[(state.value, state.value) for state in BatchState])
    uploaded_by = models.CharField(max_length=254, blank=True)
    uploaded_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    reading_until = models.DateTimeField(null=True)
    rows_read = models.PositiveIntegerField(default=0)
    rows_total = models.PositiveIntegerField(null=True)
    row_count = models.PositiveIntegerField(default=0)
    error_count = models.PositiveIntegerField(default=0)
    warning_count = models.PositiveIntegerField(default=0)
    refusal_es = models.TextField(blank=True)
    refusal_en = models.TextField(blank=True)
    corrections_key = models.CharField(max_length=80, blank=True)
    reading_cost = models.JSONField(default=dict)
    read_at = models.DateTimeField(null=True)
    applied_at = models.DateTimeField(null=True)
    result = models.JSONField(default=dict)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["service", "year", "sha256", "is_complete"],
                condition=Q(state__in=_WAITING),
                name="a_file_waits_once",
            ),
            models.UniqueConstraint(
                fields=["service", "year"], condition=Q(sha256=BY_HAND), name="one_batch_by_hand_a_year"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.service} {self.year}: {self.filename}"


class StagedRow(models.Model):
    """A valid row of a batch that waits to be applied. Scratch: the table is not logged, and read again when lost."""

    pk = models.CompositePrimaryKey("batch_id", "number")
    batch = models.ForeignKey(
        RollBatch, on_delete=models.PROTECT, db_constraint=False, db_index=False, related_name="staged"
    )
    number = models.PositiveIntegerField()
    object_key = models.CharField(max_length=20)
    period = models.CharField(max_length=12)
    rut = models.CharField(max_length=10)
    name = models.CharField(max_length=120)
    subject = models.JSONField()

    def __str__(self) -> str:
        return f"row {self.number} of batch {self.batch_id}: {self.object_key}"


class RollIssue(models.Model):
    """What is wrong, or strange, in a cell of an uploaded file; `row` is the number that a spreadsheet shows."""

    batch = models.ForeignKey(RollBatch, on_delete=models.PROTECT, related_name="issues")
    severity = models.CharField(max_length=8, choices=[(each.value, each.value) for each in Severity])
    row = models.PositiveIntegerField()
    column = models.CharField(max_length=80)
    message_es = models.CharField(max_length=300)
    message_en = models.CharField(max_length=300)

    def __str__(self) -> str:
        return f"{self.severity} in row {self.row}, {self.column}"


class RollChange(models.Model):
    """What an obligation was before a batch changed it, so that undoing restores it; or that the batch let it be.

    What a batch made new has no row here.
    """

    batch = models.ForeignKey(RollBatch, on_delete=models.PROTECT, related_name="changes")
    obligation = models.ForeignKey("billing.Obligation", on_delete=models.PROTECT, related_name="roll_changes")
    kind = models.CharField(max_length=10, choices=[(kind.value, kind.value) for kind in ChangeKind])
    row = models.PositiveIntegerField(null=True)
    taxpayer = models.ForeignKey("billing.Taxpayer", on_delete=models.PROTECT, related_name="+")
    subject = models.JSONField()
    previous_batch = models.ForeignKey(RollBatch, on_delete=models.PROTECT, related_name="+", db_index=False)
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_because = models.CharField(max_length=200, blank=True)
    withdrawn_by = models.ForeignKey(RollBatch, on_delete=models.PROTECT, related_name="+", null=True, db_index=False)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["batch", "obligation"], name="a_batch_changes_a_debt_once"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.obligation_id}"


class RollRename(models.Model):
    """The name of a taxpayer before a batch gave another one."""

    batch = models.ForeignKey(RollBatch, on_delete=models.PROTECT, related_name="renames")
    taxpayer = models.ForeignKey("billing.Taxpayer", on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=120)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["batch", "taxpayer"], name="a_batch_renames_a_person_once"),
        ]

    def __str__(self) -> str:
        return f"{self.taxpayer_id} was {self.name}"
