"""What is strange in a row without being wrong: a commune that does not exist, a value that the State has otherwise."""

from collections.abc import Callable, Mapping, Sequence
from difflib import get_close_matches
from functools import lru_cache
from pathlib import Path

from backend.services.base import RollEntry, RowError, Service
from backend.services.row_reader import plain
from backend.shared.text import Text

Warn = Callable[[int, Mapping[str, object], RollEntry], list[RowError]]

_NO_COMMUNE = Text(es="«{name}» no es una comuna.", en="'{name}' is no commune.")
_NEARLY_A_COMMUNE = Text(
    es="«{name}» no es una comuna; ¿quiso decir {near}?", en="'{name}' is no commune; did you mean {near}?"
)


def strangeness(plugin: Service, *, communes: Sequence[str], valuations: Path | None, year: int) -> Warn:
    """Return what warns of a row.

    A service may name `commune_columns`, and may have `roll_warnings(subject, *, period, rates)`, which returns
    columns and sentences; it is asked where there is an SII list for the year.
    """
    checks = [
        *_commune_checks(getattr(plugin, "commune_columns", ()), communes),
        *_service_checks(plugin, valuations, year),
    ]
    if not checks:
        return lambda number, row, entry: []
    if len(checks) == 1:
        return checks[0]
    return lambda number, row, entry: [found for check in checks for found in check(number, row, entry)]


def _commune_checks(columns: Sequence[str], communes: Sequence[str]) -> list[Warn]:
    known = {plain(name): name for name in communes}

    @lru_cache(maxsize=10_000)
    def complaint(written: str) -> Text | None:
        name = plain(written)
        if not name or name in known:
            return None
        near = get_close_matches(name, known, n=1, cutoff=0.7)
        shown = written.strip()[:60]
        return _NEARLY_A_COMMUNE.format(name=shown, near=known[near[0]]) if near else _NO_COMMUNE.format(name=shown)

    def check(number: int, row: Mapping[str, object], entry: RollEntry) -> list[RowError]:
        found = []
        for column in columns:
            message = complaint(str(row.get(column) or ""))
            if message is not None:
                found.append(RowError(number, column, message))
        return found

    return [check] if columns and known else []


def _service_checks(plugin: Service, valuations: Path | None, year: int) -> list[Warn]:
    asked = getattr(plugin, "roll_warnings", None)
    if asked is None or valuations is None:
        return []
    from backend.reference.files import FileRates  # only where there is a list

    with valuations.open(encoding="ascii") as lines:
        listed = {
            (code, int(model_year), year): int(pesos) for code, model_year, pesos in (line.split() for line in lines)
        }
    rates = FileRates(valuations=listed)

    def check(number: int, row: Mapping[str, object], entry: RollEntry) -> list[RowError]:
        found = asked(entry.subject, period=entry.period, rates=rates)
        return [RowError(number, column, message) for column, message in found]

    return [check]
