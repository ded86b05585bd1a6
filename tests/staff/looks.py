"""Looks as staff send them and as the profile keeps them; saving them, and going back."""

import json
import re
from typing import Any
from uuid import uuid4

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from backend.audit.actors import terminal
from backend.people.rules import Role
from backend.profile.models import ThemeVersion
from backend.profile.queries import forget_cached_profiles
from backend.profile.themes import choose_theme
from tests.operations.debts import in_town
from tests.staff.people import TOWN, Json, Person, known
from theming.tokens import preset_logo, preset_tokens

SAVE = """mutation ($input: ThemeSaveInput!) { themeSave(input: $input) {
  theme { id version isCurrent savedBy restoredFrom logo tokens { help primary } }
  contrast { findings { text ground textName surfaces ratio token passing } proposal { token colour } }
  errors { code field message } } }"""
RESTORE = """mutation ($input: ThemeRestoreInput!) { themeRestore(input: $input) {
  theme { id version isCurrent restoredFrom tokens { help } } contrast { findings { token } }
  errors { code field } } }"""
SVG = (
    b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 300 100">'
    b'<rect width="280" height="80" x="10" y="10" fill="#12406f"/></svg>'
)


def look(**changes: object) -> dict[str, Any]:
    """The tokens of the town's preset, by the names of the API."""
    return {_camel(name): value for name, value in preset_tokens(TOWN).items()} | changes


def as_kept(sent: dict[str, Any]) -> dict[str, object]:
    return {re.sub("[A-Z]", lambda found: f"_{found[0].lower()}", name): value for name, value in sent.items()}


def _camel(name: str) -> str:
    return re.sub("_([a-z])", lambda found: found[1].upper(), name)


def send(person: Person, query: str, wish: Json, logo: bytes | None = None) -> Json:
    """The payload of the only root field."""
    if logo is None:
        answer = person.ask(query, input=wish)
    else:
        form = {
            "operations": json.dumps({"query": query, "variables": {"input": {**wish, "logo": None}}}),
            "map": '{"f": ["variables.input.logo"]}',
            "f": SimpleUploadedFile("logo.svg", logo),
        }
        answer = person.client.post("/graphql/staff", form, headers={"X-CSRFToken": person.token}).json()
    assert "errors" not in answer, answer
    payload: Json = next(iter(answer["data"].values()))
    return payload


def save(person: Person, logo: bytes | None = None, **changes: object) -> Json:
    more = {"withoutLogo": changes.pop("without_logo")} if "without_logo" in changes else {}
    return send(person, SAVE, {"tokens": look(**changes), **more, "idempotencyKey": uuid4().hex}, logo)


def restore(person: Person, node: str) -> Json:
    return send(person, RESTORE, {"id": node, "idempotencyKey": uuid4().hex})


def versions() -> int:
    with in_town(TOWN):
        return ThemeVersion.objects.count()


def served(path: str, town: str = TOWN) -> Any:
    forget_cached_profiles()
    return Client(HTTP_HOST=f"{town}.localhost").get(path)


def somebody_who_designs() -> Person:
    person = known(Role.TREASURER)
    person.move()
    return person


def wear_the_preset() -> None:
    with in_town(TOWN):
        choose_theme(tokens=preset_tokens(TOWN), logo=preset_logo(TOWN), actor=terminal())
