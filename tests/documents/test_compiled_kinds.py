"""Every kind of document is drawn by a program, in every preset; where one is not, the command says so."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from backend.cli.compile_documents import app
from backend.cli.problems import Problem
from backend.receipts.compiler.report import compile_examples, refusals_of
from backend.receipts.examples import LINES, example_documents
from backend.receipts.rendering import page_html
from backend.services import services
from theming import load_preset
from theming.tokens import preset_slugs


def test_there_is_an_example_of_every_service_for_every_length() -> None:
    examples = dict(example_documents())

    assert len(examples) == len(services()) * len(LINES)
    assert {document.title for document in examples.values()} == {service.title.es for service in services().values()}
    assert any(document.evidence for document in examples.values())
    assert any(document.accounts for document in examples.values())
    assert any(document.shifted_date_note for document in examples.values())


@pytest.mark.parametrize("slug", preset_slugs())
def test_every_kind_of_document_is_compiled(slug: str) -> None:
    results = list(compile_examples({slug: load_preset(slug)}))

    assert refusals_of(results) == []
    assert {result.pages for result in results} == {1, 2}


def test_a_refused_template_is_told_for_each_kind() -> None:
    def unsafe(document: Mapping[str, Any], *rest: Any) -> str:
        return page_html({**document, "total": document["total"].replace("~", "")}, *rest)

    results = list(compile_examples({"nunoa": load_preset("nunoa")}, unsafe))

    assert refusals_of(results) == results
    assert all("total" in result.refusal.es for result in results if result.refusal)


def test_the_command_lists_each_kind_and_ends_well_when_all_are_compiled(tmp_path: Path) -> None:
    file = tmp_path / "kinds.json"

    ended = CliRunner().invoke(app, ["--theme", "coyhaique", "--json", str(file)])

    listed = json.loads(file.read_text("utf-8"))
    assert ended.exit_code == 0, ended.output
    assert [kind["refusal"] for kind in listed] == [None] * len(services()) * len(LINES)
    assert "compiled, 2 pages" in ended.output


def test_a_preset_that_does_not_exist_is_named() -> None:
    ended = CliRunner().invoke(app, ["--theme", "nowhere"])

    assert isinstance(ended.exception, Problem)
    assert "nowhere" in str(ended.exception)
