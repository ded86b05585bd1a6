"""How a command enters the platform: its environment, its database role, its municipality."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

import django

from backend.cli.environment import join_environment
from backend.cli.problems import Problem


def enter(*, owner: bool = False) -> None:
    """Load Django for this command; `owner` asks for the role that may create and alter tables."""
    join_environment()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "backend.config.settings")
    os.environ["SEM_DATABASE_ROLE"] = "owner" if owner else "application"
    django.setup()


@contextmanager
def municipality(slug: str) -> Iterator[None]:
    """Work in the schema of an active municipality; raises `Problem` for one that does not exist."""
    from django_tenants.utils import schema_context

    from backend.tenants.queries import MunicipalityNotFound, tenant_of_schema

    try:
        tenant_of_schema(slug)
    except MunicipalityNotFound as error:
        raise Problem(
            f"There is no municipality '{slug}'.", "./sem municipality list shows those that exist."
        ) from error
    with schema_context(slug):
        yield
