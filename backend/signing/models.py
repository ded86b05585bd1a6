"""Officials whose certificate may sign, and when (in the municipality's schema). Keys lie in files outside."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q


class SigningOfficial(models.Model):
    """An official's certificate and term of office. `key_file` is a name inside the municipality's secrets folder."""

    role = models.CharField(max_length=30)
    holder_name = models.CharField(max_length=120)
    holder_rut = models.CharField(max_length=12)
    key_file = models.CharField(max_length=80)
    fingerprint = models.CharField(max_length=64, unique=True)
    not_before = models.DateTimeField()
    not_after = models.DateTimeField()
    in_office_from = models.DateTimeField()
    in_office_to = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(not_after__gt=F("not_before")), name="certificate_ends_after_it_begins"),
        ]

    def __str__(self) -> str:
        return f"{self.role}: {self.holder_name}"
