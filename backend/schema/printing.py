"""The printed schemas: committed, compared, and their breaking changes named."""

from pathlib import Path

from graphql import build_schema, find_breaking_changes, find_dangerous_changes

from backend.schema.public import schema as public
from backend.schema.staff import schema as staff

_HERE = Path(__file__).parent


def printed_schemas(folder: Path = _HERE) -> dict[Path, str]:
    """Return the SDL of each schema by the file that it is committed in."""
    return {
        folder / "public" / "schema.graphql": public.printed_schema(),
        folder / "staff" / "schema.graphql": staff.printed_schema(),
    }


def changes_to_committed_schema(folder: Path = _HERE) -> list[str]:
    """Return what differs from the committed SDL, breaking changes first; empty where it is up to date."""
    return [problem for file, printed in printed_schemas(folder).items() for problem in _changes(file, printed)]


def _changes(file: Path, printed: str) -> list[str]:
    committed = file.read_text(encoding="utf-8") if file.exists() else ""
    if committed == printed:
        return []
    problems = []
    if committed:
        old, new = build_schema(committed), build_schema(printed)
        problems += [f"breaking: {change.description}" for change in find_breaking_changes(old, new)]
        problems += [f"dangerous: {change.description}" for change in find_dangerous_changes(old, new)]
    return [*problems, f"{file.parent.name}/{file.name} is not the schema: run ./sem print-schema"]
