"""Host name → municipality, for every request. Hosts that are nobody's get nothing."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.http.request import split_domain_port

from backend.outbox.schemas import enter_schema, leave_schema
from backend.tenants.queries import tenant_of_host

# A notice about money is kept even when it comes to a host that is nobody's (HOUSE "Money").
HOSTLESS_PATHS = ("/callbacks/", "/healthz")


class TenantMiddleware:
    """Point the connection at the municipality's schema; `request.tenant` is None only for `HOSTLESS_PATHS`."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        leave_schema()
        host, _port = split_domain_port(request.META.get("HTTP_HOST", ""))
        tenant = tenant_of_host(host) if host else None
        if tenant is None and not request.path.startswith(HOSTLESS_PATHS):
            return HttpResponse(
                "Esta dirección no pertenece a ninguna municipalidad.",
                status=404,
                content_type="text/plain; charset=utf-8",
            )
        request.tenant = tenant  # type: ignore[attr-defined] # Django's request is open for middleware
        if tenant is not None:
            enter_schema(tenant.schema_name)
        try:
            return self.get_response(request)
        finally:
            leave_schema()
