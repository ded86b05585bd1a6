"""What a municipality has set itself of the rules: rates, calendars, bands, exemptions, with validity and source."""

import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date

import jsonschema
from django.db import transaction

from backend.audit.actors import Actor, terminal
from backend.audit.operations import record
from backend.outbox.requests import once_per_key, row_of
from backend.outbox.schemas import current_schema
from backend.profile.models import LocalParameter
from backend.reference.queries import known_parameter
from backend.reference.validity import Span, in_force
from backend.shared.errors import DomainError
from backend.shared.json import JSON
from backend.shared.text import Text

_CACHE_SECONDS = 30.0
_DUE = "due_on."
_DATE: Mapping[str, JSON] = {"type": "string", "format": "date"}

_spans: dict[str, tuple[float, Mapping[tuple[str, str], Sequence[Span]]]] = {}


class UnknownParameter(DomainError):
    """Raised by `set_parameter`: no rule of that service asks for that value."""

    code = "profile.unknown_parameter"
    message = Text(es="No existe el parámetro {key} de {service}.", en="{service} has no parameter {key}.")


class ParameterInvalid(DomainError):
    """Raised by `set_parameter`: the value is not of the kind that the rule needs."""

    code = "profile.parameter_invalid"
    message = Text(es="El valor de {key} no sirve: {why}", en="The value of {key} cannot be used: {why}")


def local_value(service: str, key: str, on: date) -> JSON:
    """Return the current municipality's own value on a day; None where the national one holds."""
    return in_force(_local().get((service, key), ()), on)


def local_due_on(service: str, period: str, key: str) -> date | None:
    """Return the municipality's own due date: the one set last, whatever its validity."""
    spans = _local().get((service, f"{_DUE}{period}.{key}"), ())
    value = max(spans, key=lambda span: span[0])[2] if spans else None
    return date.fromisoformat(value) if isinstance(value, str) else None


def local_parameters(service: str | None = None) -> list[LocalParameter]:
    """Return the rows that the municipality has set, newest first within a key."""
    rows = LocalParameter.objects.order_by("service", "key", "-valid_from")
    return list(rows.filter(service=service) if service else rows)


@once_per_key(kept=row_of(LocalParameter))
def set_parameter(
    *,
    service: str,
    key: str,
    value: JSON,
    valid_from: date,
    valid_to: date | None = None,
    source: str,
    actor: Actor | None = None,
    request_key: str | None = None,
) -> LocalParameter:
    """Set or correct a value that overrides the national one from `valid_from` to `valid_to`. Safe to repeat.

    A due date's key is `due_on.PERIOD.KEY` ("due_on.2025.q1"). Raises `UnknownParameter`, `ParameterInvalid`.
    """
    _validate(service, key, value)
    if not source.strip() or len(source) > 400:
        raise ParameterInvalid(field="source", key=key, why="falta la fuente (decreto, ordenanza), hasta 400 letras.")
    if valid_to is not None and valid_to < valid_from:
        raise ParameterInvalid(field="validTo", key=key, why="termina antes de empezar.")
    old = LocalParameter.objects.filter(service=service, key=key, valid_from=valid_from).values_list("value", flat=True)
    was = old.first()
    row, _created = LocalParameter.objects.update_or_create(
        service=service,
        key=key,
        valid_from=valid_from,
        defaults={"value": value, "valid_to": valid_to, "source": source.strip()},
    )
    record(
        actor=actor or terminal(),
        act="rate.set",
        object_kind="LocalParameter",
        object_key=f"{service}.{key}",
        changes={"value": (was, value), "valid_from": (None, valid_from.isoformat())},
    )
    transaction.on_commit(forget_cached_parameters)
    return row


def forget_cached_parameters() -> None:
    """Read the municipalities' values anew from now on, in this process."""
    _spans.clear()


def _validate(service: str, key: str, value: JSON) -> None:
    if value is None:
        raise ParameterInvalid(field="value", key=key, why="falta el valor.")
    if key.startswith(_DUE):
        if key.count(".") < 2:
            raise UnknownParameter(field="key", service=service, key=key)
        schema = _DATE
    else:
        known = known_parameter(service, key)
        if known is None:
            raise UnknownParameter(field="key", service=service, key=key)
        schema = known.schema if known.schema is not None else _same_kind(known.value)
    try:
        jsonschema.validate(value, schema, format_checker=jsonschema.FormatChecker())
    except jsonschema.ValidationError as wrong:
        raise ParameterInvalid(field="value", key=key, why=wrong.message[:200]) from wrong


def _same_kind(value: JSON) -> Mapping[str, JSON]:
    match value:
        case bool():
            return {"type": "boolean"}
        case int() | float():
            return {"type": "number"}
        case str():
            return {"type": "string"}
        case list():
            return {"type": "array"}
        case dict():
            return {"type": "object", "required": [*value]}
        case None:
            return {}


def _local() -> Mapping[tuple[str, str], Sequence[Span]]:
    schema_name = current_schema()
    known = _spans.get(schema_name)
    if known is None or known[0] <= time.monotonic():
        found: dict[tuple[str, str], list[Span]] = defaultdict(list)
        for row in LocalParameter.objects.all():
            found[row.service, row.key].append((row.valid_from, row.valid_to, row.value))
        known = _spans[schema_name] = (time.monotonic() + _CACHE_SECONDS, dict(found))
    return known[1]
