"""Documents: data frozen with a folio without gaps, then the hash of each signed file (in the town's schema)."""

from typing import ClassVar

from django.db import models

from backend.billing.models import Order, OrderItem, Refund
from backend.receipts import mail_models

__all__ = ["Annulment", "DailyManifest", "Document", "FolioCounter", "IssuedFile", "StampedFile", "mail_models"]


class FolioCounter(models.Model):
    """The last folio of a year; its row is locked by the transaction that freezes a document."""

    year = models.PositiveSmallIntegerField(unique=True)
    last = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.year}: {self.last}"


class Document(models.Model):
    """A document as it will be printed, frozen before it is drawn. Never changed, never deleted."""

    append_only = True

    item = models.OneToOneField(OrderItem, on_delete=models.PROTECT, related_name="document")
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="documents")
    kind = models.CharField(max_length=20)
    year = models.PositiveSmallIntegerField()
    folio = models.PositiveIntegerField()
    code_sha256 = models.CharField(max_length=64)
    content = models.JSONField()
    theme_version = models.PositiveIntegerField()
    frozen_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["year", "folio"], name="a_folio_is_given_once")]

    def __str__(self) -> str:
        return f"{self.year}-{self.folio}"


class IssuedFile(models.Model):
    """The signed file of a document: its hash is what "authentic" means."""

    append_only = True

    document = models.OneToOneField(Document, on_delete=models.PROTECT, related_name="issued")
    sha256 = models.CharField(max_length=64, unique=True)
    file_key = models.CharField(max_length=120)
    signer_fingerprint = models.CharField(max_length=64)
    issued_at = models.DateTimeField()
    stamped_at = models.DateTimeField(null=True)
    """Instant of its time stamp (PAdES B-LT); None where it was issued without one (B-B)."""

    def __str__(self) -> str:
        return self.sha256


class StampedFile(models.Model):
    """The same document with the time stamp that came afterwards (B-LT): another file, as authentic as the first."""

    append_only = True

    issued = models.OneToOneField(IssuedFile, on_delete=models.PROTECT, related_name="stamped")
    sha256 = models.CharField(max_length=64, unique=True)
    file_key = models.CharField(max_length=120)
    stamped_at = models.DateTimeField()
    added_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.sha256


class Annulment(models.Model):
    """A document that no longer holds, because what it says was paid was given back. Its file stays as it is."""

    append_only = True

    document = models.OneToOneField(Document, on_delete=models.PROTECT, related_name="annulment")
    refund = models.OneToOneField(Refund, on_delete=models.PROTECT, related_name="annulment")
    annulled_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"annulment of {self.document_id}"


class DailyManifest(models.Model):
    """The list of a day's files (stored as text) with its signature; each names the hash of the one before."""

    append_only = True

    day = models.DateField(unique=True)
    previous = models.OneToOneField("self", on_delete=models.PROTECT, null=True, related_name="following")
    sha256 = models.CharField(max_length=64, unique=True)
    file_key = models.CharField(max_length=120)
    signature_key = models.CharField(max_length=120)
    files = models.PositiveIntegerField()
    ends_at = models.DateTimeField()
    stamped_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                models.Value(1), condition=models.Q(previous=None), name="one_manifest_is_the_first"
            )
        ]

    def __str__(self) -> str:
        return f"manifest of {self.day}"
