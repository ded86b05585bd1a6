"""What every service must give, whichever the registry finds."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest
from openpyxl import load_workbook

from backend.services import services
from backend.services.base import RollEntry, Service
from sandbox.rolls import roll_vehicles, write_roll

every_service = pytest.mark.parametrize("service", services().values(), ids=lambda service: str(service.code))


@every_service
def test_a_service_names_itself_in_both_languages(service: Service) -> None:
    assert re.fullmatch(r"[a-z][a-z_]*", service.code)
    texts = [service.title, *(field.label for field in service.lookup_fields)]
    texts += [label for group in service.document_groups for _, label in group.fields]
    assert all(text.es and text.en for text in texts)


@every_service
def test_lookup_fields_and_columns_have_distinct_names(service: Service) -> None:
    names = [field.name for field in service.lookup_fields]
    keys = [key for group in service.document_groups for key, _ in group.fields]

    assert len(names) == len(set(names)) > 0
    assert len(service.roll_columns) == len(set(service.roll_columns)) > 0
    assert len(keys) == len(set(keys)) > 0


@every_service
def test_an_empty_row_is_refused_with_known_columns(service: Service) -> None:
    errors = service.read_roll_row(1, {}, year=2025)

    assert isinstance(errors, list)
    assert errors
    assert {error.column for error in errors} <= set(service.roll_columns)


@every_service
def test_a_paid_document_is_valid_for_some_time(service: Service) -> None:
    assert service.valid_until(period="2025", option="single") > date(2025, 1, 1)


def test_every_row_of_a_roll_as_municipalities_send_it_is_accepted(tmp_path: Path) -> None:
    path = tmp_path / "roll.xlsx"
    write_roll(path, commune="Valdivia", commune_code="14101", first=1, count=300, year=2025)
    service = services()["circulation_permit"]
    header, *rows = load_workbook(path).worksheets[0].iter_rows(values_only=True)

    entries = [
        service.read_roll_row(number, dict(zip(service.roll_columns, row, strict=True)), year=2025)
        for number, row in enumerate(rows, start=2)
    ]

    assert header == service.roll_columns
    assert [entry.object_key for entry in entries if isinstance(entry, RollEntry)] == [
        vehicle.plate for vehicle in roll_vehicles(commune_code="14101", first=1, count=300, year=2025)
    ]
