"""Looks as staff send them and as the profile keeps them."""

import re
from typing import Any

from tests.staff.people import TOWN
from theming.tokens import preset_tokens


def look(**changes: object) -> dict[str, Any]:
    """The tokens of the town's preset, by the names of the API."""
    return {_camel(name): value for name, value in preset_tokens(TOWN).items()} | changes


def as_kept(sent: dict[str, Any]) -> dict[str, object]:
    return {re.sub("[A-Z]", lambda found: f"_{found[0].lower()}", name): value for name, value in sent.items()}


def _camel(name: str) -> str:
    return re.sub("_([a-z])", lambda found: found[1].upper(), name)
