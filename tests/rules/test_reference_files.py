"""What the project's national data promise: a source for everything, and values that their rules understand."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

import jsonschema
import pytest

from backend.reference.files import DATA, FileRates, ParameterEntry, parameters, table
from backend.reference.validity import in_force

CERTAINTIES = {"HIGH", "MED-HIGH", "MED", "LOW", "NONE"}


@pytest.mark.parametrize("entry", parameters(), ids=lambda entry: f"{entry['service']}.{entry['key']}")
def test_a_parameter_has_source_certainty_and_a_value_of_its_own_schema(entry: ParameterEntry) -> None:
    assert 10 <= len(entry["source"]) <= 400
    assert entry["certainty"] in CERTAINTIES
    assert len(entry["key"]) <= 60
    begins = date.fromisoformat(entry["valid_from"])
    assert entry["valid_to"] is None or begins <= date.fromisoformat(entry["valid_to"])
    if entry["schema"] is not None:
        assert isinstance(entry["schema"], dict)
        jsonschema.Draft202012Validator.check_schema(entry["schema"])
        if entry["value"] is not None:
            jsonschema.validate(entry["value"], entry["schema"])


def test_no_binary_fraction_stands_in_a_parameter() -> None:
    def fractions(value: object) -> list[float]:
        if isinstance(value, dict):
            return [each for inner in value.values() for each in fractions(inner)]
        if isinstance(value, list):
            return [each for inner in value for each in fractions(inner)]
        return [value] if isinstance(value, float) else []

    assert [entry["key"] for entry in parameters() if fractions(entry["value"])] == []


@pytest.mark.parametrize("name", ["utm", "ipc", "penal_rates", "due_dates"])
def test_every_row_has_source_and_certainty(name: str) -> None:
    rows = table(name)

    assert rows
    assert [
        row for row in rows if not row["source"] or len(row["source"]) > 200 or row["certainty"] not in CERTAINTIES
    ] == []


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("utm", ("year", "month")),
        ("ipc", ("year", "month")),
        ("penal_rates", ("year", "semester")),
        ("due_dates", ("service", "period", "key")),
        ("revenue_shares", ("service", "account", "valid_from")),
        ("communes", ("cut",)),
    ],
)
def test_no_key_stands_twice(name: str, key: tuple[str, ...]) -> None:
    keys = [tuple(row[part] for part in key) for row in table(name)]

    assert len(keys) == len(set(keys))


def test_the_chain_of_utm_and_the_indices_agree() -> None:
    rates = FileRates()
    months = [(int(row["year"]), int(row["month"])) for row in table("utm")]
    for before, this in pairwise(months):
        index = divmod(this[0] * 12 + this[1] - 1 - 2, 12)
        exact = rates.utm(*before).pesos * (1 + rates.ipc(index[0], index[1] + 1) / 100) if index[0] >= 2016 else None
        # SII rounds from more decimals than the index is published with: within a twentieth of a percent
        assert exact is None or abs(exact - rates.utm(*this).pesos) <= rates.utm(*before).pesos * 0.0006


def test_of_two_values_the_one_that_began_last_holds() -> None:
    spans = [(date(2025, 1, 1), None, "old"), (date(2025, 7, 1), date(2025, 12, 31), "new")]

    assert [
        in_force(spans, day) for day in (date(2024, 12, 31), date(2025, 6, 30), date(2025, 7, 1), date(2026, 1, 1))
    ] == [
        None,
        "old",
        "new",
        "old",
    ]


def test_the_files_of_parameters_name_services_by_their_codes() -> None:
    assert {file.stem for file in (DATA / "parameters").glob("*.json")} == {entry["service"] for entry in parameters()}
