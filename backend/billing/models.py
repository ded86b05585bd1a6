"""What is owed and how it is paid (in the municipality's schema). What must never be false is a constraint here."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from backend.billing import reconciliation_models
from backend.billing.homeless_models import HomelessDecision, HomelessMoney, Refund
from backend.billing.refund_models import RefundAttempt
from backend.billing.roll_models import RollBatch, RollChange, RollIssue, RollRename, StagedRow
from backend.billing.rules import OrderState, Source

__all__ = [
    "CheckEvidence",
    "FineClaim",
    "HomelessDecision",
    "HomelessMoney",
    "LedgerEntry",
    "Notice",
    "NoticeReading",
    "Obligation",
    "Order",
    "OrderItem",
    "OrderToken",
    "Refund",
    "RefundAttempt",
    "RollBatch",
    "RollChange",
    "RollIssue",
    "RollRename",
    "SlotClaim",
    "StagedRow",
    "Taxpayer",
    "reconciliation_models",
]


class Taxpayer(models.Model):
    """A person in the rolls. Kept apart from the debts, so that the law's deletion touches one row."""

    rut = models.CharField(max_length=10)
    name = models.CharField(max_length=120)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["rut"], name="one_taxpayer_per_rut")]

    def __str__(self) -> str:
        return self.rut


class Obligation(models.Model):
    """One service, one object (plate, licence role, property role), one period.

    A withdrawn one is no longer owed; `withdrawn_by` is the roll that left it out, empty where staff withdrew it.
    """

    service = models.CharField(max_length=40)
    object_key = models.CharField(max_length=20)
    period = models.CharField(max_length=12)
    taxpayer = models.ForeignKey(Taxpayer, on_delete=models.PROTECT)
    batch = models.ForeignKey(RollBatch, on_delete=models.PROTECT, db_constraint=False)  # RollBatch says why
    subject = models.JSONField()
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_because = models.CharField(max_length=200, blank=True)
    withdrawn_by = models.ForeignKey(RollBatch, on_delete=models.PROTECT, related_name="+", null=True, db_index=False)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["object_key", "period", "service"], name="one_obligation_per_period"),
        ]

    def __str__(self) -> str:
        return f"{self.service} {self.object_key} {self.period}"


class CheckEvidence(models.Model):
    """What a register answered about an obligation's object; OK holds for the (domain) day."""

    append_only = True

    obligation = models.ForeignKey(Obligation, on_delete=models.PROTECT)
    check_code = models.CharField(max_length=20)
    outcome = models.CharField(max_length=12)
    reason = models.CharField(max_length=60, blank=True)
    references = models.JSONField(default=dict)
    payable = models.JSONField(default=list)
    raw_sha256 = models.CharField(max_length=64, blank=True)
    asked_on = models.DateField()
    asked_at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["obligation", "asked_on"], name="evidence_of_the_day")]

    def __str__(self) -> str:
        return f"{self.check_code} {self.outcome}"


class Order(models.Model):
    """A quote that somebody decided to pay; frozen when made."""

    number = models.CharField(max_length=20, unique=True)
    state = models.CharField(
        max_length=10, choices=[(state.value, state.value) for state in OrderState], default=OrderState.CREATED
    )
    email = models.EmailField()
    language = models.CharField(max_length=5)
    total = models.PositiveBigIntegerField()
    return_url = models.CharField(max_length=500)
    idempotency_key = models.CharField(max_length=80, unique=True)
    fingerprint = models.CharField(max_length=64)
    created_at = models.DateTimeField()
    valid_until = models.DateTimeField()
    gateway = models.CharField(max_length=20)
    gateway_reference = models.CharField(max_length=80, blank=True)
    redirect_url = models.CharField(max_length=500, blank=True)
    paid_at = models.DateTimeField(null=True)
    means = models.CharField(max_length=60, blank=True)
    operation_id = models.CharField(max_length=40, blank=True)
    ask_attempts = models.PositiveSmallIntegerField(default=0)
    ask_due_at = models.DateTimeField(null=True)
    mail_written_at = models.DateTimeField(null=True)  # with all its documents; till then the completeness clock runs

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(total__gt=0), name="an_order_has_an_amount"),
            models.CheckConstraint(
                condition=~Q(state__in=["PAID", "REFUNDED"]) | Q(paid_at__isnull=False), name="a_paid_order_says_when"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["valid_until"], condition=Q(state__in=["CREATED", "SENT"]), name="order_open"),
            models.Index(fields=["ask_due_at"], condition=Q(ask_due_at__isnull=False), name="order_to_ask"),
            models.Index(fields=["paid_at"], condition=Q(state="PAID", mail_written_at=None), name="order_to_mail"),
        ]

    def __str__(self) -> str:
        return self.number


class OrderItem(models.Model):
    """An option of an obligation inside an order, with its quote lines and the evidence used."""

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="items")
    obligation = models.ForeignKey(Obligation, on_delete=models.PROTECT)
    option = models.CharField(max_length=20)
    amount = models.PositiveBigIntegerField()
    lines = models.JSONField()
    evidence = models.JSONField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["order", "obligation"], name="an_obligation_stands_once_in_an_order"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="an_item_has_an_amount"),
        ]

    def __str__(self) -> str:
        return f"{self.obligation_id} {self.option}"


class SlotClaim(models.Model):
    """An open or paid order's hold on a part of an obligation: a single payment takes every slot of it."""

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="claims")
    obligation = models.ForeignKey(Obligation, on_delete=models.PROTECT)
    slot = models.PositiveSmallIntegerField()
    released_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["obligation", "slot"], condition=Q(released_at=None), name="one_claim_per_slot"
            ),
        ]

    def __str__(self) -> str:
        return f"slot {self.slot} of {self.obligation_id}"


class FineClaim(models.Model):
    """A traffic fine that an open or paid order pays with a permit: no other order may pay it too.

    Of a paid order it is money of third parties, to be reported to Registro Civil until it acknowledges; from
    `report_begun_at` on it may know, and the item is not given back.
    """

    item = models.ForeignKey(OrderItem, on_delete=models.PROTECT, related_name="fines")
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="fines")
    fine_id = models.CharField(max_length=40)
    court = models.CharField(max_length=200)
    commune = models.CharField(max_length=200)
    roll = models.CharField(max_length=40)
    year = models.PositiveSmallIntegerField()
    amount = models.PositiveBigIntegerField()
    fee = models.PositiveBigIntegerField()
    released_at = models.DateTimeField(null=True)
    report_begun_at = models.DateTimeField(null=True)
    reported_at = models.DateTimeField(null=True)
    acknowledgement = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["fine_id"], condition=Q(released_at=None), name="a_fine_is_paid_by_one_order"
            ),
        ]

    def __str__(self) -> str:
        return f"fine {self.fine_id}"


class OrderToken(models.Model):
    """A bearer's key to an order's state: 128 random bits, kept as a SHA-256."""

    order = models.ForeignKey(Order, on_delete=models.PROTECT)
    token_sha256 = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"token of {self.order_id}"


class Notice(models.Model):
    """The inbox: what a gateway said, byte for byte. No unique key on anything that a sender chooses.

    `source` tells how it came: the gateway called us, it answered our question, or it is a line of its collection file.
    """

    append_only = True

    gateway = models.CharField(max_length=20)
    source = models.CharField(
        max_length=8, choices=[(each.value, each.value) for each in Source], default=Source.NOTICE
    )
    raw = models.BinaryField()
    is_authentic = models.BooleanField()
    received_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"notice {self.pk} of {self.gateway}"


class NoticeReading(models.Model):
    """What we made of a notice. `is_first` is true once for each operation of a gateway and what became of it."""

    append_only = True

    notice = models.OneToOneField(Notice, on_delete=models.PROTECT)
    gateway = models.CharField(max_length=20)
    outcome = models.CharField(max_length=20)
    operation_id = models.CharField(max_length=40, blank=True)
    content_sha256 = models.CharField(max_length=64, blank=True)
    order_number = models.CharField(max_length=20, blank=True)
    succeeded = models.BooleanField(null=True)
    amount = models.PositiveBigIntegerField(null=True)
    is_first = models.BooleanField()
    order = models.ForeignKey(Order, on_delete=models.PROTECT, null=True)
    read_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["gateway", "operation_id", "succeeded"],
                condition=Q(is_first=True),
                name="an_operation_is_read_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.outcome} {self.operation_id}"


class LedgerEntry(models.Model):
    """One line of a posting: `amount` pesos from `credit` to `debit`. A posting is unique per cause.

    `item` is what earned it, where a debt was paid: giving it back reverses these lines.
    """

    append_only = True

    cause = models.CharField(max_length=80)
    line = models.PositiveSmallIntegerField()
    debit = models.CharField(max_length=40)
    credit = models.CharField(max_length=40)
    amount = models.PositiveBigIntegerField()
    order = models.ForeignKey(Order, on_delete=models.PROTECT, null=True)
    item = models.ForeignKey(OrderItem, on_delete=models.PROTECT, null=True, db_index=False)
    posted_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["cause", "line"], name="a_cause_is_posted_once"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="a_posting_moves_money"),
            models.CheckConstraint(condition=~Q(debit=F("credit")), name="a_posting_has_two_sides"),
        ]

    def __str__(self) -> str:
        return f"{self.debit} ← {self.credit}: {self.amount}"
