"""Rates for a figure computed by hand: the project's files, and what the person at the terminal says instead."""

import json
from dataclasses import dataclass
from datetime import date

from backend.cli.problems import Problem
from backend.reference.files import FileRates, parameters
from backend.shared.json import JSON


@dataclass(frozen=True)
class QuoteRates(FileRates):
    """`FileRates` with one due date for everything, where one was typed."""

    fixed_due_on: date | None = None

    def due_on(self, service: str, period: str, key: str) -> date:
        return self.fixed_due_on or super().due_on(service, period, key)


def own_parameters(service: str, typed: list[str]) -> dict[tuple[str, str], JSON]:
    """Read KEY=JSON, or SERVICE:KEY=JSON for another service's; a word needs no quotes. Raises `Problem`."""
    own: dict[tuple[str, str], JSON] = {}
    known = {(entry["service"], entry["key"]) for entry in parameters()}
    for text in typed:
        name, equals, value = text.partition("=")
        of, _, key = name.rpartition(":")
        if not equals or (of or service, key) not in known:
            keys = ", ".join(sorted(key for of_service, key in known if of_service == (of or service)))
            raise Problem(f"--parameter {text}: no existe ese parámetro.", f"{of or service} has: {keys}.")
        own[of or service, key] = _value(value)
    return own


def _value(text: str) -> JSON:
    try:
        value: JSON = json.loads(text)
    except json.JSONDecodeError:
        return text
    return value
