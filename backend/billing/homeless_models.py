"""Money without a home, what staff decide about it, and refunds (in the municipality's schema)."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from backend.billing.rules import HomelessState, RefundState


class HomelessMoney(models.Model):
    """Money that was captured and belongs to no open debt: kept until a person decides.

    `open_amount` is what no decision has taken yet, in pesos.
    """

    reading = models.OneToOneField("billing.NoticeReading", on_delete=models.PROTECT)
    order = models.ForeignKey("billing.Order", on_delete=models.PROTECT, null=True)
    amount = models.PositiveBigIntegerField()
    open_amount = models.PositiveBigIntegerField()
    state = models.CharField(
        max_length=8, choices=[(state.value, state.value) for state in HomelessState], default=HomelessState.OPEN
    )
    payer_rut = models.CharField(max_length=10, blank=True)
    reason = models.CharField(max_length=30)
    proposed_action = models.CharField(max_length=30)
    owner = models.CharField(max_length=60, default="tesorería")
    since = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="homeless_money_is_money"),
            models.CheckConstraint(condition=Q(open_amount__lte=F("amount")), name="no_more_is_open_than_came"),
            models.CheckConstraint(
                condition=Q(state="CLOSED", open_amount=0) | (~Q(state="CLOSED") & Q(open_amount__gt=0)),
                name="closed_is_what_has_nothing_open",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["since"], condition=~Q(state="CLOSED"), name="homeless_open"),
        ]

    def __str__(self) -> str:
        return f"{self.amount} {self.reason}"


class HomelessDecision(models.Model):
    """What somebody decided about homeless money, or about a part of it.

    `amount` is what the decision takes (0 of a claim); `order` is the one that an application paid.
    """

    append_only = True

    class Action(models.TextChoices):
        """APPLY: to a debt of the same taxpayer; REFUND: a refund is requested; CLAIM: the gateway is to explain it."""

        APPLY = "APPLY"
        REFUND = "REFUND"
        CLAIM = "CLAIM"

    homeless = models.ForeignKey(HomelessMoney, on_delete=models.PROTECT, related_name="decisions")
    action = models.CharField(max_length=6, choices=Action.choices)
    amount = models.PositiveBigIntegerField()
    note = models.CharField(max_length=400)
    order = models.OneToOneField("billing.Order", on_delete=models.PROTECT, null=True, related_name="paid_by_decision")
    account_id = models.BigIntegerField(null=True)
    account_name = models.CharField(max_length=254)
    decided_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(action="CLAIM", amount=0) | (~Q(action="CLAIM") & Q(amount__gt=0)),
                name="a_decision_takes_money_or_claims_it",
            ),
            models.CheckConstraint(
                condition=Q(action="APPLY", order__isnull=False) | (~Q(action="APPLY") & Q(order=None)),
                name="what_is_applied_pays_an_order",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.action} {self.amount} of {self.homeless_id}"


class Refund(models.Model):
    """Money to be given back: of an item of a paid order, or of homeless money by a decision. No account data.

    `gateway` and `operation_id` name the operation that captured it. A transfer is recorded with the decree that
    orders it and the bank's reference.
    """

    class Method(models.TextChoices):
        """GATEWAY: where it can give back; TRANSFER: by the municipality's bank."""

        GATEWAY = "GATEWAY"
        TRANSFER = "TRANSFER"

    item = models.ForeignKey("billing.OrderItem", on_delete=models.PROTECT, null=True, related_name="refunds")
    decision = models.OneToOneField(HomelessDecision, on_delete=models.PROTECT, null=True, related_name="refund")
    order = models.ForeignKey("billing.Order", on_delete=models.PROTECT, null=True)
    gateway = models.CharField(max_length=20)
    operation_id = models.CharField(max_length=40)
    amount = models.PositiveBigIntegerField()
    reason = models.CharField(max_length=400)
    method = models.CharField(max_length=8, choices=Method.choices)
    email = models.EmailField(blank=True)
    state = models.CharField(
        max_length=9, choices=[(state.value, state.value) for state in RefundState], default=RefundState.REQUESTED
    )
    requested_by_id = models.BigIntegerField(null=True)
    requested_by_name = models.CharField(max_length=254)
    requested_at = models.DateTimeField()
    approved_by_id = models.BigIntegerField(null=True)
    approved_by_name = models.CharField(max_length=254, blank=True)
    approved_at = models.DateTimeField(null=True)
    executed_at = models.DateTimeField(null=True)
    decree = models.CharField(max_length=60, blank=True)
    bank_reference = models.CharField(max_length=60, blank=True)
    gateway_reference = models.CharField(max_length=80, blank=True)
    denied_because = models.CharField(max_length=400, blank=True)
    last_error = models.TextField(blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="a_refund_has_an_amount"),
            models.CheckConstraint(
                condition=Q(item__isnull=False, decision=None) | Q(item=None, decision__isnull=False),
                name="a_refund_is_of_an_item_or_of_homeless_money",
            ),
            models.CheckConstraint(
                condition=Q(approved_by_name="") | ~Q(approved_by_name=F("requested_by_name")),
                name="a_second_person_approves",
            ),
            models.CheckConstraint(
                condition=~Q(state="EXECUTED") | Q(executed_at__isnull=False), name="an_executed_refund_says_when"
            ),
            models.CheckConstraint(
                condition=~Q(state="EXECUTED", method="TRANSFER") | (~Q(decree="") & ~Q(bank_reference="")),
                name="a_transfer_names_decree_and_reference",
            ),
            models.UniqueConstraint(
                fields=["item"], condition=Q(item__isnull=False) & ~Q(state="DENIED"), name="an_item_is_refunded_once"
            ),
        ]

    def __str__(self) -> str:
        return f"refund {self.pk}: {self.amount} {self.state}"
