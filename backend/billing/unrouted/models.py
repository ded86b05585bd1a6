"""Notices that belong to no inbox of a municipality (public schema): kept for SUBDERE to look after."""

from typing import ClassVar

from django.db import models


class UnroutedNotice(models.Model):
    """A notice for an unknown host, or for another municipality than the one that received it.

    `headers` are those that carry a signature, so that it can be judged later by the key of whom it names.
    """

    append_only = True

    gateway = models.CharField(max_length=20)
    host = models.CharField(max_length=255)
    reason = models.CharField(max_length=30)
    raw = models.BinaryField()
    headers = models.JSONField(default=dict)
    from_schema = models.CharField(max_length=63, blank=True)
    from_notice = models.BigIntegerField(null=True)
    received_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["from_schema", "from_notice"],
                condition=~models.Q(from_schema=""),
                name="a_notice_is_passed_on_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reason} at {self.host}"


class UnroutedOutcome(models.Model):
    """What an operator did about such a notice: delivered to a municipality's inbox, or set aside with a note."""

    append_only = True

    notice = models.OneToOneField(UnroutedNotice, on_delete=models.PROTECT, related_name="outcome")
    to_schema = models.CharField(max_length=63, blank=True)
    to_notice = models.BigIntegerField(null=True)
    note = models.CharField(max_length=400, blank=True)
    account_name = models.CharField(max_length=254)
    decided_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(to_schema="", to_notice=None) & ~models.Q(note="")
                | ~models.Q(to_schema="") & models.Q(to_notice__isnull=False),
                name="it_was_delivered_or_set_aside_with_a_note",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.notice_id} → {self.to_schema or 'set aside'}"
