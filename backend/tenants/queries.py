"""Who is asked: host name → municipality, and the lists that workers and commands go through."""

import time
from dataclasses import dataclass

from django_tenants.utils import get_public_schema_name, schema_context

from backend.outbox.schemas import current_schema
from backend.shared.errors import DomainError
from backend.shared.text import Text
from backend.tenants.models import Domain, Municipality

_CACHE_SECONDS = 30.0
_CACHE_LIMIT = 4096


class MunicipalityNotFound(DomainError):
    """No active municipality has that slug."""

    code = "tenants.municipality_not_found"
    message = Text(es="No existe esa municipalidad.", en="There is no such municipality.")


@dataclass(frozen=True)
class Tenant:
    """What every request and every actor needs to know of a municipality."""

    id: int
    schema_name: str
    name: str
    commune_code: str
    tax_rut: str
    host: str
    origin: str
    domain_url: str | None = None


_by_host: dict[str, tuple[float, Tenant | None]] = {}
_by_schema: dict[str, tuple[float, Tenant | None]] = {}


def tenant_of_host(host: str) -> Tenant | None:
    """Return the active municipality behind a host name (no port); cached for 30 s, unknown hosts too."""
    known = _by_host.get(host)
    if known and known[0] > time.monotonic():
        return known[1]
    tenant = _read(domain=host)
    if len(_by_host) >= _CACHE_LIMIT:
        _by_host.clear()
    _by_host[host] = (time.monotonic() + _CACHE_SECONDS, tenant)
    return tenant


def tenant_of_schema(schema_name: str) -> Tenant:
    """Return an active municipality by schema name; raises `MunicipalityNotFound`. Cached for 30 s."""
    known = _by_schema.get(schema_name)
    if not known or known[0] <= time.monotonic():
        known = (time.monotonic() + _CACHE_SECONDS, _read(tenant__schema_name=schema_name, is_primary=True))
        _by_schema[schema_name] = known
    if known[1] is None:
        raise MunicipalityNotFound(slug=schema_name)
    return known[1]


def current_tenant() -> Tenant:
    """Return the municipality that this request or actor works for; raises `MunicipalityNotFound` outside one."""
    return tenant_of_schema(current_schema())


def active_schemas() -> list[str]:
    """Return the schema names of all active municipalities, in order of creation."""
    with schema_context(get_public_schema_name()):
        rows = Municipality.objects.filter(state=Municipality.State.ACTIVE).order_by("id")
        return list(rows.values_list("schema_name", flat=True))


def schema_of_commune(commune_code: str) -> str | None:
    """Return the schema of the active municipality of a commune (Código Único Territorial, 5 digits)."""
    with schema_context(get_public_schema_name()):
        rows = Municipality.objects.filter(state=Municipality.State.ACTIVE, commune_code=commune_code)
        found = rows.values_list("schema_name", flat=True).first()
    return None if found is None else str(found)


def forget_cached_tenants() -> None:
    """Make this process read municipalities anew; called after one was made or changed."""
    _by_host.clear()
    _by_schema.clear()


def _read(**filters: object) -> Tenant | None:
    with schema_context(get_public_schema_name()):
        row = Domain.objects.select_related("tenant").filter(tenant__state=Municipality.State.ACTIVE, **filters).first()
        if row is None:
            return None
        primary = row if row.is_primary else Domain.objects.get(tenant=row.tenant, is_primary=True)
    town = row.tenant
    return Tenant(
        id=town.id,
        schema_name=town.schema_name,
        name=town.name,
        commune_code=town.commune_code,
        tax_rut=town.tax_rut,
        host=str(primary.domain),
        origin=primary.origin,
    )
