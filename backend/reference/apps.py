"""The `reference` area as a Django application."""

from django.apps import AppConfig


class ReferenceConfig(AppConfig):
    """Names the area for Django."""

    name = "backend.reference"
    label = "reference"
