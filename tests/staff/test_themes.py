"""The look through the API: saved, refused, gone back to, previewed; documents keep theirs."""

import base64
import io
import json
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, connection
from django.test import Client
from PIL import Image
from pypdf import PdfReader

from backend.audit.actors import terminal
from backend.people.rules import Role
from backend.profile.models import ThemeVersion
from backend.profile.queries import forget_cached_profiles, get_profile, get_theme
from backend.profile.themes import choose_theme
from backend.schema.staff.theme_types import ThemeTokensInput
from tests.operations.debts import in_town
from tests.staff.looks import as_kept, look
from tests.staff.people import OTHER_TOWN, TOWN, Json, Person, codes, entries, known
from theming.tokens import load_theme, preset_logo, preset_tokens

SAVE = """mutation ($input: ThemeSaveInput!) { themeSave(input: $input) {
  theme { id version isCurrent savedBy restoredFrom logo tokens { help primary } }
  contrast { findings { text ground textName surfaces ratio token passing } proposal { token colour } }
  errors { code field message } } }"""
RESTORE = """mutation ($input: ThemeRestoreInput!) { themeRestore(input: $input) {
  theme { id version isCurrent restoredFrom tokens { help } } contrast { findings { token } }
  errors { code field } } }"""
LIST = (
    "query ($first: Int!, $after: String) { themes(first: $first, after: $after) { edges { cursor node {"
    " id version isCurrent savedBy savedAt restoredFrom tokens { help documentFont onPrimary mailSender } } }"
    " pageInfo { hasNextPage endCursor } } }"
)
PREVIEW = """query ($input: ThemePreviewInput!) { themePreview(input: $input) { preview {
  widget documentPdf documentPng mailSubject mailHtml mailText page
  contrast { findings { text ground token passing } } }
  errors { code field message } } }"""
SVG = (
    b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 300 100">'
    b'<rect width="280" height="80" x="10" y="10" fill="#12406f"/></svg>'
)


@pytest.fixture(scope="module", autouse=True)
def _the_town_looks_as_before() -> Iterator[None]:
    yield
    with in_town(TOWN):
        choose_theme(tokens=preset_tokens(TOWN), logo=preset_logo(TOWN), actor=terminal())


@pytest.fixture
def person() -> Person:
    somebody = known(Role.TREASURER)
    somebody.move()
    return somebody


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


def test_the_api_takes_the_tokens_that_there_are() -> None:
    assert list(ThemeTokensInput.__annotations__) == list(preset_tokens(TOWN))


def test_a_saved_look_is_a_new_version_in_force_and_in_the_log(person: Person) -> None:
    help = f"Consultas {uuid4().hex}"

    saved = save(person, help=help)

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


def test_the_same_look_again_is_no_new_version(person: Person) -> None:
    first = save(person, help="Dos veces")
    before = versions()

    again = save(person, help="Dos veces")

    assert again["theme"]["version"] == first["theme"]["version"]
    assert versions() == before


def test_a_drawing_becomes_the_logo_and_is_served_as_png_only(person: Person) -> None:
    saved = save(person, SVG, help="Con dibujo")

    page = served("/logo.png")
    with in_town(TOWN):
        kept = bytes(ThemeVersion.objects.get(version=saved["theme"]["version"]).logo)
    assert page["Content-Type"] == "image/png"
    assert page.content == kept == base64.b64decode(saved["theme"]["logo"])
    assert Image.open(io.BytesIO(kept)).size == (720, 240)
    assert b"<svg" not in kept
    assert served("/logo.svg").status_code == 404


def test_without_a_file_the_logo_stays_and_it_can_be_given_up(person: Person) -> None:
    with_logo = save(person, preset_logo(TOWN), help="Logo uno")
    stays = save(person, help="Logo dos")
    gone = save(person, help="Logo tres", without_logo=True)

    assert stays["theme"]["logo"] == with_logo["theme"]["logo"] is not None
    assert gone["theme"]["logo"] is None
    assert served("/logo.png").status_code == 404
    assert save(person, preset_logo(TOWN))["theme"]["logo"] == with_logo["theme"]["logo"]


@pytest.mark.parametrize(
    ("logo", "code"),
    [
        (SVG.replace(b"<rect", b"<script>x</script><rect"), "profile.logo_not_usable"),
        (b"GIF89a" + bytes(40), "profile.logo_not_usable"),
        (bytes(2 * 1024 * 1024 + 1), "profile.logo_not_usable"),
    ],
    ids=["script", "another kind", "too large"],
)
def test_a_file_that_is_no_logo_saves_nothing(person: Person, logo: bytes, code: str) -> None:
    before = versions()

    refused = save(person, logo, help="Nunca")

    assert [(error["code"], error["field"]) for error in refused["errors"]] == [(code, "logo")]
    assert refused["theme"] is None
    assert versions() == before


def test_a_look_that_cannot_be_read_is_not_saved_and_what_would_do_is_told(person: Person) -> None:
    before = versions()

    refused = save(person, primary="#6fbfa8")

    (error,) = refused["errors"]
    on_primary = next(each for each in refused["contrast"]["findings"] if each["text"] == "on_primary")
    assert (error["code"], error["field"]) == ("profile.contrast_too_low", "primary")
    assert "color principal #347462" in error["message"]
    assert on_primary["ratio"] == pytest.approx(2.17, abs=0.01), "a look under 4.5 was saved"
    assert (on_primary["ground"], on_primary["token"], on_primary["passing"]) == ("primary", "primary", "#347462")
    assert on_primary["surfaces"] == ["WIDGET", "PAGE", "DOCUMENT"]
    assert refused["contrast"]["proposal"] == [{"token": "primary", "colour": "#347462"}]
    assert versions() == before
    assert save(person, primary=on_primary["passing"])["errors"] == []


@pytest.mark.parametrize(("token", "value"), [("primary", "red"), ("title", ""), ("radius", 25), ("font", "Comic")])
def test_a_token_outside_its_limits_is_told_by_name(person: Person, token: str, value: object) -> None:
    before = versions()

    refused = save(person, None, **{token: value})

    assert [(error["code"], error["field"]) for error in refused["errors"]] == [("profile.theme_not_usable", token)]
    assert versions() == before


def test_going_back_is_a_new_version_equal_to_the_old_one(person: Person) -> None:
    old = save(person, help="La de antes")["theme"]
    new = save(person, help="La de después")["theme"]

    back = restore(person, old["id"])["theme"]

    with in_town(TOWN):
        looks = [get_theme(each["version"]) for each in (old, new, back)]
    (entry,) = [row for row in entries(act="theme.restored") if row.object_key == str(back["version"])]
    assert back["version"] == new["version"] + 1
    assert (back["restoredFrom"], back["isCurrent"]) == (old["version"], True)
    assert [each.help for each in looks] == ["La de antes", "La de después", "La de antes"]
    assert looks[0] == looks[2]
    assert entry.changes["restored_from"] == [None, old["version"]]
    assert restore(person, back["id"])["theme"]["version"] == back["version"], "what is in force is in force"


def test_what_was_saved_before_the_gate_is_drawn_and_does_not_come_back(person: Person) -> None:
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
    later = save(person, help=f"Legible {uuid4().hex}")["theme"]
    node = next(each["node"]["id"] for each in _listed(person) if each["node"]["version"] == unreadable.version)

    refused = restore(person, node)

    assert drawn.text == "#bbbbbb"
    assert [error["code"] for error in refused["errors"]] == ["profile.contrast_too_low"]
    assert _listed(person)[0]["node"]["version"] == later["version"]


def test_a_version_that_is_not_there_is_told(person: Person) -> None:
    node = base64.urlsafe_b64encode(b"ThemeVersion:999999").decode().rstrip("=")

    assert [error["code"] for error in restore(person, node)["errors"]] == ["profile.theme_version_unknown"]


def test_versions_are_listed_newest_first_with_who_and_when(person: Person) -> None:
    save(person, help="Una")
    save(person, help="Otra")

    page = known(Role.AUDITOR).ask(LIST, first=1)["data"]["themes"]
    rest = known(Role.AUDITOR).ask(LIST, first=1, after=page["pageInfo"]["endCursor"])["data"]["themes"]

    nodes = [each["node"] for each in (*page["edges"], *rest["edges"])]
    assert [each["tokens"]["help"] for each in nodes] == ["Otra", "Una"]
    assert [each["isCurrent"] for each in nodes] == [True, False]
    assert all(each["savedBy"] and each["savedAt"].endswith("+00:00") for each in nodes)
    assert page["pageInfo"]["hasNextPage"]


def test_another_municipality_keeps_its_look(person: Person) -> None:
    before = served("/theme.css", OTHER_TOWN).content

    save(person, primary="#3b1d6e")

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


def _listed(person: Person) -> list[Json]:
    edges: list[Json] = person.ask(LIST, first=50)["data"]["themes"]["edges"]
    return edges


def test_a_preview_shows_widget_document_and_mail_and_keeps_nothing(person: Person) -> None:
    before = (versions(), len(entries()))

    preview = send(person, PREVIEW, {"tokens": look(primary="#3b1d6e", footer="Pie & <de> prueba")}, SVG)["preview"]

    pdf = PdfReader(io.BytesIO(base64.b64decode(preview["documentPdf"])))
    words = " ".join(pdf.pages[0].extract_text().split())
    assert preview["contrast"]["findings"] == []
    assert all("#3b1d6e" in preview[part] for part in ("widget", "mailHtml", "page"))
    assert "Pie &amp; &lt;de&gt; prueba" in preview["mailHtml"]
    assert "Pie & <de> prueba" in preview["mailText"]
    assert "<sem-pago" in preview["widget"]
    assert preview["mailSubject"].startswith("Permiso de circulación 2025")
    assert words.count("MUESTRA SIN VALIDEZ") >= 5
    assert "SIN FOLIO" in words
    assert "Sin firma" in words
    assert pdf.get_fields() is None, "no signature"
    assert Image.open(io.BytesIO(base64.b64decode(preview["documentPng"]))).format == "PNG"
    assert (versions(), len(entries())) == before


def test_a_preview_of_a_look_that_cannot_be_read_says_so_and_is_drawn(person: Person) -> None:
    preview = send(person, PREVIEW, {"tokens": look(error="#ff8080")})["preview"]

    assert {(each["text"], each["ground"], each["token"]) for each in preview["contrast"]["findings"]} == {
        ("error", "background", "error"),
        ("error", "paper", "error"),
        ("background", "error", "error"),
    }
    assert "No se puede guardar" in preview["page"]


def test_a_preview_of_what_is_no_look_says_why(person: Person) -> None:
    refused = send(person, PREVIEW, {"tokens": look(accent="blue")})

    assert refused["preview"] is None
    assert [(error["code"], error["field"]) for error in refused["errors"]] == [("profile.theme_not_usable", "accent")]


def test_a_look_is_kept_as_it_was_sent() -> None:
    assert as_kept(look()) == preset_tokens(TOWN)
    assert load_theme(as_kept(look()), None).name == "Municipalidad de Ñuñoa"
