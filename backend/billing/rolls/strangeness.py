"""What is strange in a row without being wrong: a commune that does not exist. Runs in the child process."""

from collections.abc import Callable, Mapping, Sequence
from difflib import get_close_matches
from functools import lru_cache

from backend.services.base import RollEntry, RowError, Service
from backend.services.row_reader import plain
from backend.shared.text import Text

Warn = Callable[[int, Mapping[str, object], RollEntry], list[RowError]]

_NO_COMMUNE = Text(es="«{name}» no es una comuna.", en="'{name}' is no commune.")
_NEARLY_A_COMMUNE = Text(
    es="«{name}» no es una comuna; ¿quiso decir {near}?", en="'{name}' is no commune; did you mean {near}?"
)


def strangeness(plugin: Service, *, communes: Sequence[str]) -> Warn:
    """Return what warns of a row: of the `commune_columns` that a service may name (`HelpfulRoll`)."""
    columns: Sequence[str] = getattr(plugin, "commune_columns", ())
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

    return check if columns and known else lambda number, row, entry: []
