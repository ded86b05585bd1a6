"""What a resolver knows of the request."""

from dataclasses import dataclass
from typing import TypeAlias

import strawberry
from django.http import HttpRequest

from backend.shared.errors import DomainError
from backend.shared.text import Text
from backend.tenants.limits import Limit, are_over
from backend.tenants.networks import client_network
from backend.tenants.queries import Tenant


class TooManyRequests(DomainError):
    """A rate limit was reached."""

    code = "schema.too_many_requests"
    message = Text(
        es="Demasiadas consultas seguidas. Espere un minuto e inténtelo de nuevo.",
        en="Too many requests. Wait a minute and try again.",
    )


@dataclass(frozen=True)
class Context:
    """Municipality, language, and where the request comes from."""

    tenant: Tenant
    language: str
    network: str

    def require_under(self, *uses: tuple[Limit, str]) -> None:
        """Count uses of limits, in order, and raise `TooManyRequests` at the first that is one too many."""
        if are_over(uses):
            raise TooManyRequests


Info: TypeAlias = "strawberry.Info[Context, None]"


def context_of(request: HttpRequest, tenant: Tenant) -> Context:
    """Return the context; English only for who asks for it first."""
    first = request.headers.get("Accept-Language", "").split(",")[0].strip().lower()
    return Context(tenant=tenant, language="en" if first.startswith("en") else "es", network=client_network(request))
