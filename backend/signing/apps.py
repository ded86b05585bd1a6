"""The `signing` area as a Django application."""

from django.apps import AppConfig


class SigningConfig(AppConfig):
    """Names the area for Django."""

    name = "backend.signing"
    label = "signing"
