"""The `profile` area as a Django application."""

from django.apps import AppConfig


class ProfileConfig(AppConfig):
    """Names the area for Django."""

    name = "backend.profile"
    label = "profile"
