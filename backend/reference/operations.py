"""Loading national data; what a load corrects is in the log of acts, with what it was before."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.db import connection, models, transaction
from django_tenants.utils import get_public_schema_name, schema_context

from backend.audit.actors import Actor, terminal
from backend.audit.operations import record
from backend.reference import files
from backend.reference.models import Commune, DueDate, Ipc, Parameter, PenalRate, RevenueShare, Utm, VehicleValuation
from backend.reference.queries import forget_cached_rates
from backend.reference.valuation_list import Valuation

_CHUNK = 10_000


@dataclass(frozen=True)
class Loaded:
    """How many rows a file had, and how many of them were new here or other than here."""

    rows: int
    new: int
    corrected: int


@transaction.atomic(durable=True)
def load_reference_data(
    folder: Path = files.DATA, *, beside: Sequence[Path] = (), actor: Actor | None = None
) -> dict[str, Loaded]:
    """Insert or correct the national tables from their files; safe to repeat, nothing is deleted.

    `beside` are the folders that services bring, each with the tables that it needs.
    """
    who, places = actor or terminal(), (folder, *beside)
    parameters = [dict(entry) for place in places for entry in files.parameters(place)]
    with schema_context(get_public_schema_name()):
        loaded = {
            name: _upsert(model, list(rows), unique=unique, actor=who)
            for name, model, unique, rows in (
                ("utm", Utm, ["year", "month"], _rows("utm", places)),
                ("ipc", Ipc, ["year", "month"], _rows("ipc", places)),
                ("penal_rates", PenalRate, ["year", "semester"], _rows("penal_rates", places)),
                ("due_dates", DueDate, ["service", "period", "key"], _rows("due_dates", places)),
                ("parameters", Parameter, ["service", "key", "valid_from"], parameters),
                ("revenue_shares", RevenueShare, ["service", "account", "valid_from"], _rows("revenue_shares", places)),
                ("communes", Commune, ["cut"], map(_commune, files.table("communes", folder))),
            )
        }
    forget_cached_rates()
    return loaded


@transaction.atomic(durable=True)
def load_valuations(valuations: Sequence[Valuation], *, year: int, source: str, actor: Actor | None = None) -> Loaded:
    """Insert or correct the SII's valuations of the list of `year`; safe to repeat, what is not named stays.

    Light and heavy vehicles come in two files of the same year.
    """
    with schema_context(get_public_schema_name()):
        of_year = VehicleValuation.objects.filter(list_year=year)
        before = of_year.count()
        written = sum(_write(valuations[start : start + _CHUNK], year) for start in range(0, len(valuations), _CHUNK))
        new = of_year.count() - before
        loaded = Loaded(rows=len(valuations), new=new, corrected=written - new)
        record(
            actor=actor or terminal(),
            act="reference.valuations_loaded",
            object_kind="VehicleValuation",
            object_key=year,
            changes={"source": (None, source), "new": (None, new), "corrected": (None, loaded.corrected)},
        )
    forget_cached_rates()
    return loaded


def _write(valuations: Sequence[Valuation], year: int) -> int:
    """Write one statement for many rows and tell how many were new or different."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO reference_vehiclevaluation (list_year, sii_code, model_year, pesos)
            SELECT %s, * FROM unnest(%s::text[], %s::smallint[], %s::bigint[])
            ON CONFLICT (list_year, sii_code, model_year) DO UPDATE SET pesos = EXCLUDED.pesos
            WHERE reference_vehiclevaluation.pesos <> EXCLUDED.pesos
            """,
            [
                year,
                [row.sii_code for row in valuations],
                [row.model_year for row in valuations],
                [row.pesos for row in valuations],
            ],
        )
        return int(cursor.rowcount)


def _rows(name: str, folders: Sequence[Path]) -> list[dict[str, Any]]:
    return [
        {column: cell or None if column == "valid_to" else cell for column, cell in row.items()}
        for folder in folders
        for row in files.table(name, folder)
    ]


def _commune(row: dict[str, str]) -> dict[str, Any]:
    return {
        "cut": row["cut"],
        "name": row["comuna"],
        "province": row["provincia"],
        "region": row["region"],
        "sii_code": row["cod_sii_conara"] or "",
        "treasury_code": row["cod_tesoreria"] or "",
    }


def _upsert(model: type[models.Model], rows: list[dict[str, Any]], *, unique: list[str], actor: Actor) -> Loaded:
    fields = {field.name: field for field in model._meta.concrete_fields}
    clean = [{name: fields[name].to_python(value) for name, value in row.items()} for row in rows]
    known = {tuple(row[name] for name in unique): row for row in model._default_manager.values(*{*clean[0], *unique})}
    corrected = [
        (key, was, row)
        for row in clean
        if (was := known.get(key := tuple(row[name] for name in unique))) and was != row
    ]
    for key, was, row in corrected:
        record(
            actor=actor,
            act="reference.corrected",
            object_kind=model.__name__,
            object_key=" ".join(str(part) for part in key),
            changes={name: (_plain(was[name]), _plain(row[name])) for name in row if was[name] != row[name]},
        )
    new = sum(tuple(row[name] for name in unique) not in known for row in clean)
    if new:
        changes = {"rows": (len(known), len(known) + new)}
        record(actor=actor, act="reference.loaded", object_kind=model.__name__, changes=changes)
    _write_all(model, clean, unique)
    return Loaded(rows=len(clean), new=new, corrected=len(corrected))


def _write_all(model: type[models.Model], rows: Iterable[dict[str, Any]], unique: list[str]) -> None:
    others = [field.name for field in model._meta.concrete_fields if not field.primary_key and field.name not in unique]
    model._default_manager.bulk_create(
        [model(**row) for row in rows], update_conflicts=True, unique_fields=unique, update_fields=others
    )


def _plain(value: object) -> object:
    return str(value) if isinstance(value, (date, Decimal)) else value
