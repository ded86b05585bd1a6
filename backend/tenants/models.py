"""Municipalities and the host names that lead to them (public schema)."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django_tenants.models import DomainMixin, TenantMixin


class Municipality(TenantMixin):
    """One tenant: a municipality and its PostgreSQL schema."""

    class State(models.TextChoices):
        """CREATING until the schema is complete: such a municipality answers nobody."""

        CREATING = "CREATING"
        ACTIVE = "ACTIVE"

    auto_create_schema = False
    auto_drop_schema = False

    name = models.CharField(max_length=60)
    commune_code = models.CharField(max_length=5, unique=True)
    tax_rut = models.CharField(max_length=10, blank=True, default="")
    state = models.CharField(max_length=10, choices=State.choices, default=State.CREATING)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(commune_code__regex=r"^\d{5}$"), name="commune_code_has_5_digits"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def slug(self) -> str:
        """The name in addresses, commands and files: that of the schema."""
        return str(self.schema_name)


class Domain(DomainMixin):
    """A host name of a municipality; its primary one stands in every absolute address.

    QR codes that were printed with it lead to it for ever: a trigger refuses to delete it, to rename it or to give it
    to somebody else. Another one can become the primary.
    """

    def __str__(self) -> str:
        return str(self.domain)

    @property
    def origin(self) -> str:
        """Scheme, host and port as a browser sends them, e.g. ``https://pagos.valdivia.cl``."""
        return str(settings.SEM_PUBLIC_ORIGIN).format(host=self.domain)
