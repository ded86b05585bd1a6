"""The `unrouted` area as a Django application."""

from django.apps import AppConfig


class UnroutedConfig(AppConfig):
    """Names the area for Django."""

    name = "backend.billing.unrouted"
    label = "unrouted"
