"""Loading national data from the project's files."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.db import models, transaction
from django_tenants.utils import get_public_schema_name, schema_context

from backend.reference import files
from backend.reference.models import Commune, DueDate, Ipc, Parameter, PenalRate, RevenueShare, Utm
from backend.reference.queries import forget_cached_rates


@transaction.atomic(durable=True)
def load_reference_data(folder: Path = files.DATA) -> dict[str, int]:
    """Insert or correct the national tables from their files; safe to repeat. Returns rows per table."""
    with schema_context(get_public_schema_name()):
        counts = {
            "utm": _upsert(Utm, _rows("utm", folder), unique=["year", "month"]),
            "ipc": _upsert(Ipc, _rows("ipc", folder), unique=["year", "month"]),
            "penal_rates": _upsert(PenalRate, _rows("penal_rates", folder), unique=["year", "semester"]),
            "due_dates": _upsert(DueDate, _rows("due_dates", folder), unique=["service", "period", "key"]),
            "parameters": _upsert(
                Parameter, map(dict, files.parameters(folder)), unique=["service", "key", "valid_from"]
            ),
            "revenue_shares": _upsert(
                RevenueShare, _rows("revenue_shares", folder), unique=["service", "account", "valid_from"]
            ),
            "communes": _upsert(Commune, map(_commune, _rows("communes", folder)), unique=["cut"]),
        }
    forget_cached_rates()
    return counts


def _rows(name: str, folder: Path) -> list[dict[str, Any]]:
    return [
        {column: cell or None if column == "valid_to" else cell for column, cell in row.items()}
        for row in files.table(name, folder)
    ]


def _commune(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "cut": row["cut"],
        "name": row["comuna"],
        "province": row["provincia"],
        "region": row["region"],
        "sii_code": row["cod_sii_conara"] or "",
        "treasury_code": row["cod_tesoreria"] or "",
    }


def _upsert(model: type[models.Model], rows: Iterable[dict[str, Any]], *, unique: list[str]) -> int:
    objects = [model(**row) for row in rows]
    others = [field.name for field in model._meta.concrete_fields if not field.primary_key and field.name not in unique]
    model._default_manager.bulk_create(objects, update_conflicts=True, unique_fields=unique, update_fields=others)
    return len(objects)
