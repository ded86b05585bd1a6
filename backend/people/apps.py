"""The `people` area as a Django application."""

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    """Names the area for Django."""

    name = "backend.people"
    label = "people"
