"""The `tenants` area as a Django application."""

from django.apps import AppConfig


class TenantsConfig(AppConfig):
    """Names the area for Django."""

    name = "backend.tenants"
    label = "tenants"
