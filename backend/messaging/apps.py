"""The `messaging` area as a Django application."""

from django.apps import AppConfig


class MessagingConfig(AppConfig):
    """Names the area for Django."""

    name = "backend.messaging"
    label = "messaging"
