"""What a document may ask for: limits for free ones, the allow-list, no introspection, errors that tell nothing."""

import json
import logging
from pathlib import Path

import pytest

from backend.cli.paths import PUBLIC_DOCUMENTS
from backend.schema import printing
from tests.api.asking import by_id, post_graphql

FIVE_ROOTS = " ".join(f"a{n}: municipality {{ name }}" for n in range(5))
UNEXPECTED = "Ocurrió un error inesperado. Intente nuevamente."


def errors_of(query: str) -> list[str]:
    answer = post_graphql("nunoa", {"query": query}, Accept="application/graphql-response+json")
    said = json.loads(answer.content)
    if "errors" in said:
        assert (answer.status_code, "data" in said) == (400, False)
    return [error["message"] for error in said.get("errors", [])]


def test_a_document_within_the_limits_is_answered() -> None:
    assert errors_of("{ a: municipality { name } b: municipality { name } }") == []


@pytest.mark.parametrize(
    ("query", "word"),
    [
        ("{ municipality { a { b { c { d { e { f { g } } } } } } } }", "maximum operation depth"),
        ("{ municipality { " + " ".join(f"a{n}: name" for n in range(11)) + " } }", "aliases"),
        ("{ municipality { " + "name " * 500 + " } }", "tokens"),
        ("{ municipality { " + "name host " * 201 + " } }", "costly"),
        ("{ " + FIVE_ROOTS + " }", "too many things"),
        ("query A { municipality { name } } query B { municipality { name } }", "one operation"),
        ("{ ...F } fragment F on Query { " + FIVE_ROOTS + " }", "too many things"),
        ("{ __schema { types { name } } }", "introspection"),
        ('{ __type(name: "Query") { name } }', "introspection"),
        ("{ municipality { ...A } } fragment A on Municipality { ...B } fragment B on Municipality { ...A }", "itself"),
    ],
    ids=["depth", "aliases", "tokens", "cost", "roots", "operations", "hidden roots", "schema", "type", "circle"],
)
def test_a_document_beyond_a_limit_is_refused(query: str, word: str) -> None:
    messages = errors_of(query)

    assert messages, "a document beyond a limit was answered"
    assert any(word.lower() in message.lower() for message in messages), messages


def test_wrong_names_are_not_corrected() -> None:
    assert not [message for message in errors_of("{ municipalit { name } }") if "Did you mean" in message]


@pytest.mark.parametrize("text", [file.read_text() for file in sorted(PUBLIC_DOCUMENTS.glob("*.graphql"))])
def test_every_allowed_document_is_within_the_limits_of_free_ones(text: str) -> None:
    answer = post_graphql("nunoa", {"query": text, "variables": {}}, Accept="application/graphql-response+json")

    messages = [error["message"] for error in json.loads(answer.content).get("errors", [])]
    assert [message for message in messages if not message.startswith("Variable '$input' has invalid value")] == []


def test_an_unexpected_error_is_hidden_from_the_client_and_whole_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR):
        answer = post_graphql("loncoche", by_id("municipality"))

    said = json.loads(answer.content)
    assert [error["message"] for error in said["errors"]] == [UNEXPECTED]
    assert said["data"] is None
    assert "profile" not in answer.content.decode().lower()
    assert "theme" not in answer.content.decode()
    assert "ProfileIncomplete" in caplog.text or "profile.incomplete" in caplog.text


def test_an_amount_sent_by_the_client_is_refused() -> None:
    item = {"debtId": "x", "option": "single", "amount": 1}
    body = by_id("orderCreate", items=[item], email="a@correo.example", idempotencyKey="0123456789")

    said = json.loads(post_graphql("nunoa", body).content)

    assert "data" not in said
    assert "unknown field 'amount'" in said["errors"][0]["message"]


@pytest.mark.parametrize("extra", ["total", "municipality", "taxpayer", "checks"])
def test_an_order_takes_nothing_else_from_the_client(extra: str) -> None:
    values: dict[str, object] = {"items": [], "email": "a@correo.example", "idempotencyKey": "0123456789", extra: "1"}

    said = json.loads(post_graphql("nunoa", by_id("orderCreate", **values)).content)

    assert f"unknown field '{extra}'" in said["errors"][0]["message"]


def test_the_printed_schema_is_up_to_date() -> None:
    assert printing.changes_to_committed_schema() == []


def test_a_breaking_change_is_named(tmp_path: Path) -> None:
    for file, printed in printing.printed_schemas(tmp_path).items():
        file.parent.mkdir()
        file.write_text(printed.replace("type Municipality {", "type Municipality {\n  mayor: String!"), "utf-8")

    problems = printing.changes_to_committed_schema(tmp_path)

    assert problems == [
        "breaking: Field Municipality.mayor was removed.",
        "public/schema.graphql is not the schema: run ./sem print-schema",
    ]
