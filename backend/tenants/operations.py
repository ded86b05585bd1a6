"""Making a municipality: three transactions that can each be resumed (one transaction writes one schema)."""

from django.db import connection, transaction
from django_tenants.utils import get_public_schema_name, schema_context

from backend.shared.errors import DomainError
from backend.shared.rut import parse_rut
from backend.shared.text import Text
from backend.tenants import grants, schema_template
from backend.tenants.models import Domain, Municipality
from backend.tenants.queries import forget_cached_tenants


class MunicipalityConflict(DomainError):
    """Slug, commune or host already belong to another municipality."""

    code = "tenants.conflict"
    message = Text(
        es="La comuna, el nombre corto o la dirección ya pertenecen a otra municipalidad.",
        en="The commune, the slug or the host already belong to another municipality.",
    )


class SchemaNameNotUsable(DomainError):
    """The slug cannot name a PostgreSQL schema."""

    code = "tenants.schema_name"
    message = Text(
        es="El nombre corto debe empezar con una letra y tener solo minúsculas sin acento, dígitos y guion bajo.",
        en="The slug must start with a letter and have only unaccented lower-case letters, digits and underscores.",
    )


def create_municipality(*, slug: str, name: str, commune_code: str, host: str, tax_rut: str = "") -> None:
    """Create a municipality with its schema and host name.

    Safe to repeat: a creation that was interrupted goes on where it stopped, and `tax_rut` (the municipality's own
    RUT, printed on comprobantes) is corrected. Run as the owner of the database.
    Raises `MunicipalityConflict`, `SchemaNameNotUsable`, `InvalidRut`.
    """
    if not schema_template.SCHEMA_NAME.fullmatch(slug) or slug in (
        get_public_schema_name(),
        schema_template.CANARY_SCHEMA,
    ):
        raise SchemaNameNotUsable(field="slug")
    rut = str(parse_rut(tax_rut)) if tax_rut else ""
    with schema_context(get_public_schema_name()):
        _announce(slug=slug, name=name, commune_code=commune_code, host=host)
        if rut:
            Municipality.objects.filter(schema_name=slug).update(tax_rut=rut)
        _make_schema(slug)
        _activate(slug)
    forget_cached_tenants()


@transaction.atomic(durable=True)
def _announce(*, slug: str, name: str, commune_code: str, host: str) -> None:
    if Municipality.objects.filter(commune_code=commune_code).exclude(schema_name=slug).exists():
        raise MunicipalityConflict(slug=slug)
    town, _created = Municipality.objects.get_or_create(
        schema_name=slug, defaults={"name": name, "commune_code": commune_code}
    )
    domain, _created = Domain.objects.get_or_create(domain=host, defaults={"tenant": town, "is_primary": True})
    if town.commune_code != commune_code or domain.tenant_id != town.pk:
        raise MunicipalityConflict(slug=slug)


@transaction.atomic(durable=True)
def _make_schema(slug: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_namespace WHERE nspname = %s", [slug])
        if cursor.fetchone():
            return
        cursor.execute(schema_template.sql_for(slug))
        grants.grant_schema(slug)


@transaction.atomic(durable=True)
def _activate(slug: str) -> None:
    Municipality.objects.filter(schema_name=slug, state=Municipality.State.CREATING).update(
        state=Municipality.State.ACTIVE
    )
