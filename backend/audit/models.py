"""The log of acts, in the schema where they happened. The application's role can add to it and nothing else."""

from typing import ClassVar

from django.db import models


class AuditEntry(models.Model):
    """One act, or one that was denied. Accounts are named by id and by what they were called then: no foreign key.

    `changes` maps the name of a field to what it was and what it became; secrets are never in it.
    """

    append_only = True

    class Outcome(models.TextChoices):
        """DENIED: it was attempted and nothing happened."""

        DONE = "DONE"
        DENIED = "DENIED"

    at = models.DateTimeField()
    domain_date = models.DateField()
    account_id = models.BigIntegerField(null=True)
    account_name = models.CharField(max_length=254)
    roles = models.CharField(max_length=200)
    network = models.CharField(max_length=64)
    act = models.CharField(max_length=80)
    outcome = models.CharField(max_length=8, choices=Outcome.choices)
    object_kind = models.CharField(max_length=40)
    object_key = models.CharField(max_length=120)
    changes = models.JSONField(default=dict)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["account_id", "id"], name="audit_by_account"),
            models.Index(fields=["object_kind", "object_key", "id"], name="audit_by_object"),
        ]

    def __str__(self) -> str:
        return f"{self.act} {self.object_kind} {self.object_key} {self.outcome}"
