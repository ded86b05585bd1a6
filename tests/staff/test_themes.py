"""The look through the API: saved, refused, gone back to; documents keep theirs."""

from uuid import uuid4

import pytest
from django.db import DatabaseError, connection

from backend.audit.actors import terminal
from backend.people.rules import Role
from backend.profile.models import ThemeVersion
from backend.profile.queries import forget_cached_profiles, get_profile, get_theme
from backend.profile.themes import save_theme
from backend.schema.nodes import node_id
from backend.schema.staff.theme_types import THEME_VERSION, ThemeTokensInput
from tests.operations.debts import in_town
from tests.operations.orders import at_once
from tests.staff.looks import SAVE, as_kept, look, restore, save, served, versions
from tests.staff.people import OTHER_TOWN, TOWN, Json, Person, codes, entries, known
from theming.tokens import load_theme, preset_tokens

LIST = (
    "query ($first: Int!, $after: String) { themes(first: $first, after: $after) { edges { cursor node {"
    " id version isCurrent savedBy savedAt restoredFrom tokens { help documentFont onPrimary mailSender } } }"
    " pageInfo { hasNextPage endCursor } } }"
)
PREVIEW = """query ($input: ThemePreviewInput!) { themePreview(input: $input) { preview {
  widget documentPdf documentPng mailSubject mailHtml mailText page
  contrast { findings { text ground token passing } } }
  errors { code field message } } }"""


def test_the_api_takes_the_tokens_that_there_are() -> None:
    assert list(ThemeTokensInput.__annotations__) == list(preset_tokens(TOWN))


def test_a_saved_look_is_a_new_version_in_force_and_in_the_log(designer: Person) -> None:
    help = f"Consultas {uuid4().hex}"

    saved = save(designer, help=help)

    with in_town(TOWN):
        forget_cached_profiles()
        in_force = get_profile()
    (entry,) = [row for row in entries(act="theme.saved") if row.object_key == str(saved["theme"]["version"])]
    assert (saved["errors"], saved["contrast"]) == ([], None)
    assert (saved["theme"]["isCurrent"], saved["theme"]["restoredFrom"]) == (True, None)
    assert saved["theme"]["savedBy"]
    assert (in_force.theme.help, in_force.theme_version) == (help, saved["theme"]["version"])
    assert entry.changes["help"][1] == help
    assert "footer" not in entry.changes, "what stayed is no change"


def test_the_same_look_again_is_no_new_version(designer: Person) -> None:
    first = save(designer, help="Dos veces")
    before = versions()

    again = save(designer, help="Dos veces")

    assert again["theme"]["version"] == first["theme"]["version"]
    assert versions() == before


def test_two_looks_saved_at_the_same_moment_are_two_versions(designer: Person) -> None:
    save(designer, help="Antes de las dos")
    before = versions()

    def save_one(help: str) -> int:
        with in_town(TOWN):
            return save_theme(tokens=as_kept(look(help=help)), logo=None, actor=terminal())

    results = at_once(lambda: save_one("Una de las dos"), lambda: save_one("Otra de las dos"))

    assert sorted(map(str, results)) == [str(before + 1), str(before + 2)]


def test_a_look_that_cannot_be_read_is_not_saved_and_what_would_do_is_told(designer: Person) -> None:
    before = versions()

    refused = save(designer, primary="#6fbfa8")

    (error,) = refused["errors"]
    on_primary = next(each for each in refused["contrast"]["findings"] if each["text"] == "on_primary")
    assert (error["code"], error["field"]) == ("profile.contrast_too_low", "primary")
    assert "color principal #347462" in error["message"]
    assert on_primary["ratio"] == pytest.approx(2.17, abs=0.01), "a look under 4.5 was saved"
    assert (on_primary["ground"], on_primary["token"], on_primary["passing"]) == ("primary", "primary", "#347462")
    assert on_primary["surfaces"] == ["WIDGET", "PAGE", "DOCUMENT"]
    assert refused["contrast"]["proposal"] == [{"token": "primary", "colour": "#347462"}]
    assert versions() == before
    assert save(designer, primary=on_primary["passing"])["errors"] == []


@pytest.mark.parametrize(("token", "value"), [("primary", "red"), ("title", ""), ("radius", 25), ("font", "Comic")])
def test_a_token_outside_its_limits_is_told_by_name(designer: Person, token: str, value: object) -> None:
    before = versions()

    refused = save(designer, None, **{token: value})

    assert [(error["code"], error["field"]) for error in refused["errors"]] == [("profile.theme_not_usable", token)]
    assert versions() == before


def test_going_back_is_a_new_version_equal_to_the_old_one(designer: Person) -> None:
    old = save(designer, help="La de antes")["theme"]
    new = save(designer, help="La de después")["theme"]

    back = restore(designer, old["id"])["theme"]

    with in_town(TOWN):
        looks = [get_theme(each["version"]) for each in (old, new, back)]
    (entry,) = [row for row in entries(act="theme.restored") if row.object_key == str(back["version"])]
    assert back["version"] == new["version"] + 1
    assert (back["restoredFrom"], back["isCurrent"]) == (old["version"], True)
    assert [each.help for each in looks] == ["La de antes", "La de después", "La de antes"]
    assert looks[0] == looks[2]
    assert entry.changes["restored_from"] == [None, old["version"]]
    assert restore(designer, back["id"])["theme"]["version"] == back["version"], "what is in force is in force"


def test_what_was_saved_before_the_gate_is_drawn_and_does_not_come_back(designer: Person) -> None:
    with in_town(TOWN):
        newest = ThemeVersion.objects.order_by("-version").first()
        assert newest is not None
        unreadable = ThemeVersion.objects.create(
            version=newest.version + 1,
            tokens=newest.tokens | {"text": "#bbbbbb"},
            logo=newest.logo,
            saved_by="antes",
            created_at=newest.created_at,
        )
        drawn = get_theme(unreadable.version)
    later = save(designer, help=f"Legible {uuid4().hex}")["theme"]
    node = next(each["node"]["id"] for each in _listed(designer) if each["node"]["version"] == unreadable.version)

    refused = restore(designer, node)

    assert drawn.text == "#bbbbbb"
    assert [error["code"] for error in refused["errors"]] == ["profile.contrast_too_low"]
    assert _listed(designer)[0]["node"]["version"] == later["version"]


@pytest.mark.parametrize("version", [999_999, 10**17])
def test_a_version_that_is_not_there_is_told(designer: Person, version: int) -> None:
    refused = restore(designer, node_id(THEME_VERSION, version))

    assert [error["code"] for error in refused["errors"]] == ["profile.theme_version_unknown"]


def test_versions_are_listed_newest_first_with_who_and_when(designer: Person) -> None:
    save(designer, help="Una")
    save(designer, help="Otra")

    page = known(Role.AUDITOR).ask(LIST, first=1)["data"]["themes"]
    rest = known(Role.AUDITOR).ask(LIST, first=1, after=page["pageInfo"]["endCursor"])["data"]["themes"]

    nodes = [each["node"] for each in (*page["edges"], *rest["edges"])]
    assert [each["tokens"]["help"] for each in nodes] == ["Otra", "Una"]
    assert [each["isCurrent"] for each in nodes] == [True, False]
    assert all(each["savedBy"] and each["savedAt"].endswith("+00:00") for each in nodes)
    assert page["pageInfo"]["hasNextPage"]


def test_another_municipality_keeps_its_look(designer: Person) -> None:
    before = served("/theme.css", OTHER_TOWN).content

    save(designer, primary="#3b1d6e")

    assert served("/theme.css", OTHER_TOWN).content == before
    assert b"#3b1d6e" in served("/theme.css").content


def test_the_application_cannot_change_a_version() -> None:
    for statement in ("UPDATE profile_themeversion SET tokens = '{}'", "DELETE FROM profile_themeversion"):
        with in_town(TOWN), connection.cursor() as cursor, pytest.raises(DatabaseError, match="permission denied"):
            cursor.execute(statement)


def test_who_may_only_read_changes_and_draws_nothing() -> None:
    before = versions()
    wish = {"tokens": look(), "idempotencyKey": uuid4().hex}

    denied = [known(role).ask(SAVE, input=wish) for role in (Role.AUDITOR, Role.CLERK)]
    denied.append(known(Role.AUDITOR).ask(PREVIEW, input={"tokens": look()}))

    assert [codes(answer) for answer in denied] == [["people.permission_denied"]] * 3
    assert versions() == before


def _listed(designer: Person) -> list[Json]:
    edges: list[Json] = designer.ask(LIST, first=50)["data"]["themes"]["edges"]
    return edges


def test_a_look_is_kept_as_it_was_sent() -> None:
    assert as_kept(look()) == preset_tokens(TOWN)
    assert load_theme(as_kept(look()), None).name == "Municipalidad de Ñuñoa"
