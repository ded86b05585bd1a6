"""National data read from the project's own files: what `./sem reference load` loads, and rates without a database."""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import TypedDict, cast

from backend.reference.validity import in_force
from backend.shared.json import JSON
from backend.shared.money import Money
from backend.shared.rates import RateNotAvailable

DATA = Path(__file__).with_name("data")


class ParameterEntry(TypedDict):
    """One value of the rules of a service, as its file in `data/parameters/` writes it."""

    service: str
    key: str
    value: JSON
    schema: JSON
    valid_from: str
    valid_to: str | None
    source: str
    certainty: str


def table(name: str, folder: Path = DATA) -> list[dict[str, str]]:
    """Read a table of the folder (`utm`, `ipc`, `penal_rates`, `due_dates` …), cells as text.

    A service may bring rows of its own beside it, in `NAME_SERVICE.csv`, or in its own folder, which need not have
    every table.
    """
    rows: list[dict[str, str]] = []
    usual = folder / f"{name}.csv"
    files = [usual] if folder == DATA or usual.exists() else []
    for file in (*files, *sorted(folder.glob(f"{name}_*.csv"))):
        with file.open(encoding="utf-8", newline="") as lines:
            rows += csv.DictReader(lines)
    return rows


def parameters(folder: Path = DATA) -> list[ParameterEntry]:
    """Read the parameters of every service: one JSON file each."""
    entries: list[ParameterEntry] = []
    for file in sorted((folder / "parameters").glob("*.json")):
        for entry in json.loads(file.read_text(encoding="utf-8")):
            given = {"service": file.stem, "valid_to": None, "schema": None, **entry}
            entries.append(cast(ParameterEntry, given))  # a wrong file is found by the tests, not by the types
    return entries


@dataclass(frozen=True)
class FileRates:
    """`backend.services.base.Rates` without a database or a municipality; `own` stands for what one has set itself.

    `own` is keyed by service and key, `valuations` by SII code, model year and list year.
    """

    commune: str = ""
    own: Mapping[tuple[str, str], JSON] = field(default_factory=dict)
    valuations: Mapping[tuple[str, int, int], int] = field(default_factory=dict)
    folder: Path = DATA

    def utm(self, year: int, month: int) -> Money:
        pesos = _numbers("utm", "month", "pesos", self.folder).get((year, month))
        if pesos is None:
            raise RateNotAvailable(what=f"UTM {year}-{month:02}")
        return Money(int(pesos))

    def ipc(self, year: int, month: int) -> Fraction:
        percent = _numbers("ipc", "month", "percent", self.folder).get((year, month))
        if percent is None:
            raise RateNotAvailable(what=f"IPC {year}-{month:02}")
        return percent

    def penal_rate(self, year: int, semester: int) -> Fraction:
        percent = _numbers("penal_rates", "semester", "percent", self.folder).get((year, semester))
        if percent is None:
            raise RateNotAvailable(what=f"interés penal {year}-S{semester}")
        return percent

    def due_on(self, service: str, period: str, key: str) -> date:
        own = self.own.get((service, f"due_on.{period}.{key}"))
        day = own if isinstance(own, str) else _due_dates(self.folder).get((service, period, key))
        if day is None:
            raise RateNotAvailable(what=f"{service} {period} {key}")
        return date.fromisoformat(day)

    def parameter(self, service: str, key: str, on: date) -> JSON:
        own = self.own.get((service, key))
        value = own if own is not None else in_force(_parameters(self.folder).get((service, key), ()), on)
        if value is None:
            raise RateNotAvailable(what=f"{service} {key}")
        return value

    def valuation(self, sii_code: str, model_year: int, list_year: int) -> Money | None:
        pesos = self.valuations.get((sii_code, model_year, list_year))
        return None if pesos is None else Money(pesos)


@cache
def _numbers(name: str, part: str, value: str, folder: Path) -> dict[tuple[int, int], Fraction]:
    return {(int(row["year"]), int(row[part])): Fraction(row[value]) for row in table(name, folder)}


@cache
def _due_dates(folder: Path) -> dict[tuple[str, str, str], str]:
    return {(row["service"], row["period"], row["key"]): row["due_on"] for row in table("due_dates", folder)}


@cache
def _parameters(folder: Path) -> dict[tuple[str, str], list[tuple[date, date | None, JSON]]]:
    found: dict[tuple[str, str], list[tuple[date, date | None, JSON]]] = {}
    for entry in parameters(folder):
        until = date.fromisoformat(entry["valid_to"]) if entry["valid_to"] else None
        span = (date.fromisoformat(entry["valid_from"]), until, entry["value"])
        found.setdefault((entry["service"], entry["key"]), []).append(span)
    return found
