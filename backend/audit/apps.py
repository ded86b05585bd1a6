"""The `audit` area as a Django application."""

from django.apps import AppConfig


class AuditConfig(AppConfig):
    """Names the area for Django."""

    name = "backend.audit"
    label = "audit"
