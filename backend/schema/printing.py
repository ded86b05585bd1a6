"""The printed schema: committed, compared, and its breaking changes named."""

from pathlib import Path

from graphql import build_schema, find_breaking_changes, find_dangerous_changes

from backend.schema.public.schema import printed_schema

PUBLIC_SDL = Path(__file__).parent / "public" / "schema.graphql"


def changes_to_committed_schema() -> list[str]:
    """Return what differs from the committed SDL, breaking changes first; empty where it is up to date."""
    committed = PUBLIC_SDL.read_text(encoding="utf-8") if PUBLIC_SDL.exists() else ""
    if committed == printed_schema():
        return []
    problems = []
    if committed:
        old, new = build_schema(committed), build_schema(printed_schema())
        problems += [f"breaking: {change.description}" for change in find_breaking_changes(old, new)]
        problems += [f"dangerous: {change.description}" for change in find_dangerous_changes(old, new)]
    return [*problems, f"{PUBLIC_SDL.name} is not the schema: run ./sem print-schema"]
