"""GraphQL over HTTP: media types, methods, sizes, and which error has which status."""

import json

import pytest

from tests.api.asking import by_id, post_graphql, send

GRAPHQL_RESPONSE = "application/graphql-response+json"
NAME = {"query": "{ municipality { name } }"}
TOWN = {"data": {"municipality": {"name": "Ñuñoa"}}}


@pytest.mark.parametrize(
    ("accept", "media_type"),
    [
        (GRAPHQL_RESPONSE, GRAPHQL_RESPONSE),
        (f"{GRAPHQL_RESPONSE}, application/json;q=0.9", GRAPHQL_RESPONSE),
        (f"application/json, {GRAPHQL_RESPONSE}", GRAPHQL_RESPONSE),
        ("application/json", "application/json"),
        ("application/json; charset=utf-8", "application/json"),
        ("application/*", "application/json"),
        ("*/*", "application/json"),
        ("text/html, */*;q=0.1", "application/json"),
    ],
)
def test_the_answer_has_the_media_type_that_was_asked_for(accept: str, media_type: str) -> None:
    answer = post_graphql("nunoa", NAME, Accept=accept)

    assert (answer.status_code, answer["Content-Type"]) == (200, f"{media_type}; charset=utf-8")
    assert json.loads(answer.content) == TOWN


def test_who_accepts_nothing_in_particular_gets_json() -> None:
    answer = post_graphql("nunoa", NAME)

    assert (answer.status_code, answer["Content-Type"]) == (200, "application/json; charset=utf-8")


@pytest.mark.parametrize("accept", ["text/html", "application/xml", "image/png, text/*"])
def test_who_accepts_neither_gets_nothing(accept: str) -> None:
    assert post_graphql("nunoa", NAME, Accept=accept).status_code == 406


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "PATCH", "DELETE"])
def test_other_methods_are_told_which_one_to_use(method: str) -> None:
    answer = send("nunoa.localhost", "/graphql/public", method=method, body=json.dumps(NAME).encode())

    assert (answer.status_code, answer["Allow"]) == (405, "POST")


@pytest.mark.parametrize(
    "content_type",
    ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "application/graphql", ""],
)
def test_another_content_type_is_refused(content_type: str) -> None:
    body = json.dumps(NAME).encode()

    answer = send("nunoa.localhost", "/graphql/public", method="POST", body=body, content_type=content_type)

    assert answer.status_code == 415


@pytest.mark.parametrize("content_type", ["application/json; charset=utf-8", "Application/JSON"])
def test_json_is_json_however_it_is_written(content_type: str) -> None:
    body = json.dumps(NAME).encode()

    answer = send("nunoa.localhost", "/graphql/public", method="POST", body=body, content_type=content_type)

    assert json.loads(answer.content) == TOWN


@pytest.mark.parametrize("length", [16 * 1024 + 1, 64 * 1024 + 1, 300_000])
def test_a_body_that_is_too_large_is_refused(length: int) -> None:
    assert post_graphql("nunoa", b" " * length).status_code == 413


def test_the_largest_body_is_read() -> None:
    body = json.dumps(NAME).encode()

    assert post_graphql("nunoa", body + b" " * (16 * 1024 - len(body))).status_code == 200


@pytest.mark.parametrize("media_type", [GRAPHQL_RESPONSE, "application/json"])
@pytest.mark.parametrize(
    "body",
    [
        b" ",
        b"{",
        b"\xff",
        b"null",
        b'"query"',
        b"[]",
        b"{}",
        b'{"query": 1}',
        b'{"query": null}',
        b'{"query": ""}',
        b'{"documentId": "sha256:0000"}',
        b'{"documentId": 7}',
        b'{"documentId": ["x"]}',
        b'{"query": "{ municipality { name } }", "variables": "x"}',
        b'{"query": "{ municipality { name } }", "variables": []}',
        b'{"query": "{ municipality { name } }", "operationName": 7}',
    ],
)
def test_what_is_no_request_is_a_bad_one_in_every_media_type(body: bytes, media_type: str) -> None:
    answer = post_graphql("nunoa", body, Accept=media_type)

    said = json.loads(answer.content)
    assert (answer.status_code, list(said)) == (400, ["errors"])
    assert answer["Content-Type"].startswith(media_type)


def test_several_operations_in_one_request_are_refused() -> None:
    answer = post_graphql("nunoa", [NAME, NAME])

    assert (answer.status_code, "data" in json.loads(answer.content)) == (400, False)


@pytest.mark.parametrize(
    "query",
    [
        "{",
        " ",
        "{ nothing }",
        "query A { municipality { name } } query B { municipality { host } }",
        "{ municipality }",
    ],
)
def test_a_request_error_is_400_in_the_new_media_type_and_200_in_the_old(query: str) -> None:
    new = post_graphql("nunoa", {"query": query}, Accept=GRAPHQL_RESPONSE)
    old = post_graphql("nunoa", {"query": query}, Accept="application/json")

    assert (new.status_code, old.status_code) == (400, 200)
    assert json.loads(new.content) == json.loads(old.content)
    assert list(json.loads(new.content)) == ["errors"]


def test_variables_that_do_not_fit_are_a_request_error() -> None:
    body = by_id("debtSearch", service=7)

    assert post_graphql("nunoa", body, Accept=GRAPHQL_RESPONSE).status_code == 400
    assert post_graphql("nunoa", body).status_code == 200


def test_an_operation_that_is_not_in_the_document_is_a_bad_request() -> None:
    body = {**by_id("municipality"), "operationName": "Another"}

    assert post_graphql("nunoa", body, Accept=GRAPHQL_RESPONSE).status_code == 400


def test_an_error_of_a_field_is_200_in_both() -> None:
    body = by_id("municipality")

    answers = [post_graphql("loncoche", body, Accept=each) for each in (GRAPHQL_RESPONSE, "application/json")]

    assert [answer.status_code for answer in answers] == [200, 200]
    assert all(json.loads(answer.content)["data"] is None for answer in answers)


def test_answers_are_kept_nowhere() -> None:
    assert post_graphql("nunoa", NAME)["Cache-Control"] == "no-store"


def test_expected_errors_are_told_in_the_language_that_was_asked_for() -> None:
    body = by_id("checkRun", debtId="made-up")

    said = {
        language: json.loads(post_graphql("nunoa", body, Accept_Language=language).content)["data"]["checkRun"][
            "errors"
        ]
        for language in ("es-CL", "en", "en-GB,es;q=0.5", "fr")
    }

    assert said["es-CL"] == said["fr"]
    assert said["en"] == said["en-GB,es;q=0.5"]
    assert said["en"][0]["code"] == said["fr"][0]["code"]
    assert said["en"][0]["message"] != said["fr"][0]["message"]
