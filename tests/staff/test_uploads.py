"""Files in GraphQL requests: by the multipart specification, from staff only, in bounded memory and disk."""

import importlib.util
import json
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import graphene_file_upload
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.files.uploadhandler import TemporaryFileUploadHandler
from django.test import override_settings

from backend.people.rules import Role
from backend.schema.staff.uploads import MOST_UPLOADED_BYTES
from tests.staff.people import Json, Person, codes, known

ONE = {"query": "mutation($file: Upload!) { one(file: $file) }", "variables": {"file": None}}
MANY = {"query": "mutation($files: [Upload!]!) { many(files: $files) }", "variables": {"files": [None]}}


@pytest.fixture(autouse=True)
def _own_schema() -> Iterator[None]:
    known(Role.CLERK)  # signs in by the real schema
    with override_settings(ROOT_URLCONF="tests.staff.own_schema"):
        yield


@pytest.fixture
def person() -> Person:
    somebody = known(Role.CLERK)
    somebody.move()
    return somebody


def _send(person: Person, operations: object, places: object, token: str | None = None, **files: object) -> Any:
    form = {"operations": json.dumps(operations), "map": json.dumps(places), **files}
    return person.client.post("/graphql/staff", form, headers={"X-CSRFToken": token or person.token})


def _file(data: bytes = b"hola") -> SimpleUploadedFile:
    return SimpleUploadedFile("nomina.csv", data)


def test_a_file_arrives_from_disk(person: Person) -> None:
    answer = _send(person, ONE, {"a": ["variables.file"]}, a=_file())

    assert answer.json() == {"data": {"one": "nomina.csv:4:TemporaryUploadedFile"}}


def test_files_of_a_list_arrive_in_their_places(person: Person) -> None:
    operations = {**MANY, "variables": {"files": [None, None]}}
    places = {"b": ["variables.files.1"], "a": ["variables.files.0"]}

    answer = _send(person, operations, places, a=_file(b"primero"), b=_file(b"segundo"))

    assert answer.json() == {"data": {"many": "nomina.csv:primero,nomina.csv:segundo"}}


@pytest.mark.parametrize(
    ("operations", "places"),
    [
        (ONE, {"a": ["query"]}),
        ({**ONE, "query": None}, {"a": ["query"]}),
        ({**ONE, "variables": {"file": "evil"}}, {"a": ["variables.file"]}),
        (ONE, {"a": ["variables.file", "variables.file"]}),
        (MANY, {"a": ["variables.files.9"]}),
        (MANY, {"a": ["variables.files.x"]}),
        (MANY, {"a": ["variables.files.-1"]}),
        (MANY, {"a": ["variables.files.٠"]}),
        (ONE, {"a": ["variables.nope.x"]}),
        (ONE, {"a": ["variables.file.x"]}),
        (ONE, {"a": ["variables"]}),
        (ONE, {"a": []}),
        (ONE, {"a": "variables.file"}),
        (ONE, {"a": [1]}),
        (ONE, {"a": None}),
        (ONE, {}),
        (ONE, ["a"]),
        (ONE, "a"),
        (ONE, {"zz": ["variables.file"]}),
        (ONE, {"a": ["variables.file"], "zz": ["variables.file"]}),
        ([ONE], {"a": ["0.variables.file"]}),
        ({}, {"a": ["variables.file"]}),
        ({**ONE, "variables": None}, {"a": ["variables.file"]}),
        (ONE, {"a": ["variables" + ".x" * 20_000]}),
    ],
    ids=lambda value: json.dumps(value)[:70],
)
def test_every_malformed_map_is_a_clear_refusal(person: Person, operations: object, places: object) -> None:
    answer = _send(person, operations, places, a=_file())

    assert answer.status_code == 400, answer.content
    assert len(answer.json()["errors"]) == 1


@pytest.mark.parametrize(
    "form",
    [
        {"map": "{}", "a": "x"},
        {"operations": "{", "map": "{}"},
        {"operations": json.dumps(ONE), "map": "["},
        {"operations": "[" * 60_000, "map": "{}"},
        {"operations": json.dumps(ONE) + " " * 70_000, "map": '{"a": ["variables.file"]}'},
        {"operations": json.dumps(ONE), "map": '{"a": ["variables.file"]}', "a": "no file"},
    ],
    ids=["no operations", "operations", "map", "deep", "long", "text in place of a file"],
)
def test_every_malformed_form_is_a_clear_refusal(person: Person, form: Json) -> None:
    answer = person.client.post("/graphql/staff", form, headers={"X-CSRFToken": person.token})

    assert answer.status_code == 400, answer.content


@pytest.mark.parametrize(
    "body", [b"", b"--x\r\nContent-Dis", b"\x00" * 100, b"--x--\r\n"], ids=["empty", "cut", "NUL", "no parts"]
)
@pytest.mark.parametrize("content_type", ["multipart/form-data", "multipart/form-data; boundary=x"])
def test_a_body_that_is_no_form_is_a_clear_refusal(person: Person, body: bytes, content_type: str) -> None:
    answer = person.client.post(
        "/graphql/staff", body, content_type=content_type, headers={"X-CSRFToken": person.token}
    )

    assert answer.status_code in (400, 415), answer.content


def test_too_many_files_are_refused(person: Person) -> None:
    names = [f"f{n}" for n in range(11)]
    operations = {**MANY, "variables": {"files": [None] * 11}}
    places = {name: [f"variables.files.{n}"] for n, name in enumerate(names)}

    answer = _send(person, operations, places, **dict.fromkeys(names, _file()))  # type: ignore[arg-type]  # no file is called token

    assert answer.status_code == 400


def test_a_file_that_is_no_upload_does_not_pass_for_one(person: Person) -> None:
    answer = person.ask(str(ONE["query"]), file="/etc/passwd")
    literal = person.ask('mutation { one(file: "/etc/passwd") }')

    assert "multipart" in answer["errors"][0]["message"]
    assert "multipart" in literal["errors"][0]["message"]


class _Recorder(TemporaryFileUploadHandler):
    """Positive control: what is refused before it is read never comes here."""

    began = 0

    def handle_raw_input(self, *arguments: Any, **more: Any) -> None:
        type(self).began += 1
        super().handle_raw_input(*arguments, **more)


@pytest.fixture
def recorder() -> Iterator[type[_Recorder]]:
    _Recorder.began = 0
    with override_settings(FILE_UPLOAD_HANDLERS=[f"{__name__}._Recorder"]):
        yield _Recorder


def test_nothing_of_a_strangers_file_is_read(recorder: type[_Recorder]) -> None:
    stranger = Person()

    answer = _send(stranger, ONE, {"a": ["variables.file"]}, a=_file())

    assert answer.status_code == 401
    assert codes(answer.json()) == ["people.not_signed_in"]
    assert recorder.began == 0


def test_nothing_of_a_file_without_token_or_from_elsewhere_is_read(person: Person, recorder: type[_Recorder]) -> None:
    form = {"operations": json.dumps(ONE), "map": '{"a": ["variables.file"]}'}

    without = person.client.post("/graphql/staff", {**form, "a": _file()})
    headers = {"X-CSRFToken": person.token, "Origin": "https://evil.example"}
    elsewhere = person.client.post("/graphql/staff", {**form, "a": _file()}, headers=headers)

    assert (without.status_code, elsewhere.status_code) == (403, 403)
    assert recorder.began == 0
    assert _send(person, ONE, {"a": ["variables.file"]}, a=_file()).status_code == 200
    assert recorder.began == 1


def test_nothing_of_a_file_that_is_too_large_is_read(person: Person, recorder: type[_Recorder]) -> None:
    headers = {"X-CSRFToken": person.token}

    answer = person.client.post(
        "/graphql/staff",
        b"--x--",
        content_type="multipart/form-data; boundary=x",
        headers=headers,
        CONTENT_LENGTH=str(MOST_UPLOADED_BYTES + 1024 * 1024),
    )

    assert answer.status_code == 413
    assert recorder.began == 0


def test_a_file_with_a_token_of_somebody_else_is_refused(person: Person) -> None:
    assert _send(person, ONE, {"a": ["variables.file"]}, token=Person().token, a=_file()).status_code == 403


@pytest.mark.parametrize("path", ["/pagar", "/staff/csrf", "/nowhere", "/graphql/public", "/callbacks/tgr"])
def test_nobody_else_takes_files(person: Person, path: str) -> None:
    with override_settings(ROOT_URLCONF="backend.config.urls"):
        form = {"a": _file(), "csrfmiddlewaretoken": "x" * 64}
        answer = person.client.post(path, form, headers={"X-CSRFToken": person.token})

    assert answer.status_code in (400, 401, 403, 404, 405, 415), (answer.status_code, answer.content)


def _independent_client() -> ModuleType:
    """The testing client of graphene-file-upload, by its path: its package would import graphene, which we have not."""
    path = Path(graphene_file_upload.__file__).parent / "django" / "testing.py"
    spec = importlib.util.spec_from_file_location("graphene_file_upload_testing", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_a_client_that_others_wrote_uploads_a_file_and_a_list(person: Person) -> None:
    ask = _independent_client().file_graphql_query
    headers = {"HTTP_X_CSRFTOKEN": person.token}

    one = ask(
        ONE["query"], files={"file": _file()}, client=person.client, graphql_url="/graphql/staff", headers=headers
    )
    many = ask(
        MANY["query"],
        files={"files.0": _file(b"uno")},
        variables={"files": [None]},
        client=person.client,
        graphql_url="/graphql/staff",
        headers=headers,
    )

    assert one.json() == {"data": {"one": "nomina.csv:4:TemporaryUploadedFile"}}
    assert many.json() == {"data": {"many": "nomina.csv:uno"}}
