"""Loading national data from the project's files."""

import csv
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.db import models, transaction
from django_tenants.utils import get_public_schema_name, schema_context

from backend.reference.models import Commune, DueDate, RevenueShare, Utm
from backend.reference.queries import forget_cached_rates

DATA = Path(__file__).with_name("data")


@transaction.atomic(durable=True)
def load_reference_data(folder: Path = DATA) -> dict[str, int]:
    """Insert or correct UTM, due dates, revenue shares and communes; safe to repeat. Returns rows per table."""
    with schema_context(get_public_schema_name()):
        counts = {
            "utm": _upsert(Utm, _rows(folder / "utm.csv"), unique=["year", "month"]),
            "due_dates": _upsert(DueDate, _rows(folder / "due_dates.csv"), unique=["service", "period", "key"]),
            "revenue_shares": _upsert(
                RevenueShare, _rows(folder / "revenue_shares.csv"), unique=["service", "account", "valid_from"]
            ),
            "communes": _upsert(Commune, map(_commune, _rows(folder / "communes.csv")), unique=["cut"]),
        }
    forget_cached_rates()
    return counts


def _rows(file: Path) -> list[dict[str, Any]]:
    with file.open(encoding="utf-8", newline="") as lines:
        return [
            {name: value or None if name == "valid_to" else value for name, value in row.items()}
            for row in csv.DictReader(lines)
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
