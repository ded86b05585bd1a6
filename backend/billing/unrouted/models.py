"""Notices that belong to no inbox of a municipality (public schema): kept for SUBDERE to look after."""

from typing import ClassVar

from django.db import models


class UnroutedNotice(models.Model):
    """A notice for an unknown host, or for another municipality than the one that received it."""

    append_only = True

    gateway = models.CharField(max_length=20)
    host = models.CharField(max_length=255)
    reason = models.CharField(max_length=30)
    raw = models.BinaryField()
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
