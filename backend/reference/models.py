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


class Ipc(models.Model):
    """Variation of the consumer price index (INE) in one month, in percent with one decimal."""

    year = models.PositiveSmallIntegerField()
    month = models.PositiveSmallIntegerField()
    percent = models.DecimalField(max_digits=5, decimal_places=2)
    source = models.CharField(max_length=200)
    certainty = models.CharField(max_length=12)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["year", "month"], name="one_ipc_per_month")]

    def __str__(self) -> str:
        return f"IPC {self.year}-{self.month:02}: {self.percent} %"


class PenalRate(models.Model):
    """Annual penal interest of one semester, in percent (Código Tributario art. 53, Ley 21.713)."""

    year = models.PositiveSmallIntegerField()
    semester = models.PositiveSmallIntegerField()
    percent = models.DecimalField(max_digits=6, decimal_places=3)
    source = models.CharField(max_length=200)
    certainty = models.CharField(max_length=12)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["year", "semester"], name="one_penal_rate_per_semester"),
            models.CheckConstraint(condition=models.Q(semester__in=[1, 2]), name="a_year_has_two_semesters"),
        ]

    def __str__(self) -> str:
        return f"{self.year}-S{self.semester}: {self.percent} %"


class Parameter(models.Model):
    """A value of the rules of a service with validity, source and certainty; a municipality's own overrides it.

    A null value must be set by each municipality. `schema` is a JSON Schema of what it may be.
    """

    service = models.CharField(max_length=40)
    key = models.CharField(max_length=60)
    value = models.JSONField(null=True)
    schema = models.JSONField(null=True)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)
    source = models.CharField(max_length=400)
    certainty = models.CharField(max_length=12)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["service", "key", "valid_from"], name="one_parameter_from_a_day"),
            models.CheckConstraint(
                condition=models.Q(valid_to=None) | models.Q(valid_to__gte=models.F("valid_from")),
                name="a_parameter_ends_after_it_begins",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.service} {self.key} from {self.valid_from}"


class VehicleValuation(models.Model):
    """The SII's valuation of a vehicle (code and model year) in the list of one year, in whole pesos."""

    list_year = models.PositiveSmallIntegerField()
    sii_code = models.CharField(max_length=9)
    model_year = models.PositiveSmallIntegerField()
    pesos = models.PositiveBigIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["list_year", "sii_code", "model_year"], name="one_valuation_per_list")
        ]

    def __str__(self) -> str:
        return f"{self.sii_code} {self.model_year} in {self.list_year}: {self.pesos}"


class DueDate(models.Model):
    """Last day on which an option of a period is paid without surcharge."""

    service = models.CharField(max_length=40)
    period = models.CharField(max_length=12)
    key = models.CharField(max_length=20)
    due_on = models.DateField()
    source = models.CharField(max_length=200)
    certainty = models.CharField(max_length=12, default="HIGH")

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
