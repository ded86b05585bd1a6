"""The `receipts` area as a Django application."""

from django.apps import AppConfig


class ReceiptsConfig(AppConfig):
    """Names the area for Django."""

    name = "backend.receipts"
    label = "receipts"
