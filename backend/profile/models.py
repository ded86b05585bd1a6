"""What a municipality chose for itself: look, page origins, services, gateways (in its schema)."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q


class ThemeVersion(models.Model):
    """One version of the look, never changed: the highest is in force, documents keep the one they were issued with.

    `tokens` are those of `theming/tokens.schema.json`; `logo` is a PNG, empty where there is none.
    """

    append_only = True

    version = models.PositiveIntegerField(unique=True)
    tokens = models.JSONField()
    logo = models.BinaryField()
    saved_by = models.CharField(max_length=254)
    restored_from = models.PositiveIntegerField(null=True)
    """The version that it repeats, where somebody went back to it."""
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"theme {self.version}"


class PageOrigin(models.Model):
    """An origin whose pages may embed the widget, e.g. ``https://www.valdivia.cl``."""

    origin = models.CharField(max_length=200, unique=True)

    def __str__(self) -> str:
        return self.origin


class ServiceSetting(models.Model):
    """A municipal service that this municipality has switched on."""

    service = models.CharField(max_length=40, unique=True)
    is_enabled = models.BooleanField(default=True)

    def __str__(self) -> str:
        return self.service


class GatewayAgreement(models.Model):
    """The convenio with a gateway. Its key lies in a file of the secrets directory, never in the database.

    `form_number` is the gateway's number for it (TGR's FORMULARIO, Webpay's commerce code). New orders go to the one
    that is in use; those already sent stay with theirs.
    """

    gateway = models.CharField(max_length=20, unique=True)
    form_number = models.PositiveBigIntegerField()
    is_in_use = models.BooleanField(default=False)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["is_in_use"], condition=Q(is_in_use=True), name="one_gateway_in_use"),
        ]

    def __str__(self) -> str:
        return f"{self.gateway} {self.form_number}"


class TimeStamps(models.TextChoices):
    """When a signed document gets its time stamp."""

    AFTERWARDS = "AFTERWARDS"
    AT_ONCE = "AT_ONCE"


class SignatureSetting(models.Model):
    """How documents are signed here; one row at most, none before the first choice."""

    is_the_one = models.BooleanField(default=True, unique=True)
    time_stamps = models.CharField(max_length=10, choices=TimeStamps.choices)
    chosen_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(is_the_one=True), name="one_signature_setting"),
            models.CheckConstraint(condition=Q(time_stamps__in=TimeStamps.values), name="time_stamps_come_some_time"),
        ]

    def __str__(self) -> str:
        return self.time_stamps


class LocalParameter(models.Model):
    """A value of the rules that this municipality has set itself; it overrides the national one while it is valid."""

    service = models.CharField(max_length=40)
    key = models.CharField(max_length=60)
    value = models.JSONField()
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)
    source = models.CharField(max_length=400)
    set_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["service", "key", "valid_from"], name="one_local_parameter_from_a_day"),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")),
                name="a_local_parameter_ends_after_it_begins",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.service} {self.key} from {self.valid_from}"
