"""The `tenants` area as a Django application."""

from django.apps import AppConfig


class TenantsConfig(AppConfig):
    """Names the area for Django."""

    name = "backend.tenants"
    label = "tenants"

    def ready(self) -> None:
        """Let the processes hear from each other which institutions do not answer."""
        from backend.tenants.institutions import tell_other_processes

        tell_other_processes()
