"""The `outbox` area as a Django application."""

from django.apps import AppConfig


class OutboxConfig(AppConfig):
    """Names the area for Django."""

    name = "backend.outbox"
    label = "outbox"
