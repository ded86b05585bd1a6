"""The `billing` area as a Django application."""

from django.apps import AppConfig


class BillingConfig(AppConfig):
    """Names the area for Django."""

    name = "backend.billing"
    label = "billing"
