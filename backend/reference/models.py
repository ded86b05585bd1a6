"""National data with validity and source, shared by every municipality (public schema)."""

from typing import ClassVar

from django.db import models


class Utm(models.Model):
    """Unidad Tributaria Mensual of one month, in whole pesos."""

    year = models.PositiveSmallIntegerField()
    month = models.PositiveSmallIntegerField()
    pesos = models.PositiveIntegerField()
    source = models.CharField(max_length=200)
    certainty = models.CharField(max_length=12)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["year", "month"], name="one_utm_per_month")]

    def __str__(self) -> str:
        return f"UTM {self.year}-{self.month:02}: {self.pesos}"


class DueDate(models.Model):
    """Last day on which an option of a period is paid without surcharge."""

    service = models.CharField(max_length=40)
    period = models.CharField(max_length=12)
    key = models.CharField(max_length=20)
    due_on = models.DateField()
    source = models.CharField(max_length=200)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["service", "period", "key"], name="one_due_date_per_key")
        ]

    def __str__(self) -> str:
        return f"{self.service} {self.period} {self.key}: {self.due_on}"


class RevenueShare(models.Model):
    """Which part of a payment goes to which budget account, and for whose benefit."""

    service = models.CharField(max_length=40)
    account = models.CharField(max_length=24)
    name = models.CharField(max_length=120)
    beneficiary = models.CharField(max_length=20)
    per_ten_thousand = models.PositiveIntegerField()
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)
    source = models.CharField(max_length=200)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["service", "account", "valid_from"], name="one_share_per_account"),
            models.CheckConstraint(condition=models.Q(per_ten_thousand__lte=10_000), name="share_is_a_part"),
        ]

    def __str__(self) -> str:
        return f"{self.account} {self.name}"


class Commune(models.Model):
    """One of the 346 communes, with the codes that other bodies give it."""

    cut = models.CharField(max_length=5, primary_key=True)
    name = models.CharField(max_length=60)
    province = models.CharField(max_length=60)
    region = models.CharField(max_length=80)
    sii_code = models.CharField(max_length=6, blank=True)
    treasury_code = models.CharField(max_length=6, blank=True)

    def __str__(self) -> str:
        return self.name
