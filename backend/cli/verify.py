"""./sem verify FILE.pdf: the public page's answer at the terminal."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from backend.cli import application
from backend.cli.console import out
from backend.cli.database import database_up
from backend.cli.problems import Problem

app = typer.Typer()


@app.command()
def verify(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, readable=True, help="The PDF.")],
    as_json: Annotated[bool, typer.Option("--json", help="Write the answer to standard output as JSON.")] = False,
    municipality: Annotated[str | None, typer.Option(help="Only this municipality's documents.")] = None,
) -> None:
    """Say whether a PDF is an authentic document. Ends with 0 only for one that is authentic and holds, else with 1.

    Where nothing runs, the database of the demo is started for the question and stopped again.
    """
    content = file.read_bytes()
    with database_up():
        application.enter()
        answer = _answer(content, municipality)
    if as_json:
        print(json.dumps(answer, ensure_ascii=False, indent=1))
    else:
        _tell(answer)
    raise typer.Exit(0 if answer["authentic"] else 1)


def _answer(content: bytes, municipality: str | None) -> dict[str, object]:
    from django.db import connection

    from backend.receipts.file_verification import verify_file_everywhere
    from backend.receipts.verdicts import Verdict, words_of
    from backend.shared import clock
    from backend.tenants.queries import active_schemas

    try:
        known = active_schemas()
        if not known or (municipality is not None and municipality not in known):
            raise Problem("There is no such municipality.", "./sem municipality list shows those that exist.")
        slug, told = verify_file_everywhere(content, now=clock.now(), only=municipality)
    finally:
        connection.close()
    words = words_of(told.verdict, told.reason)
    return {
        "authentic": told.verdict == Verdict.AUTHENTIC,
        "verdict": told.verdict.value,
        "reason": told.reason.value if told.reason else None,
        "sha256": told.sha256,
        "municipality": slug or None,
        "document": asdict(told.document) if told.document else None,
        "es": f"{words.title.es}. {words.message.es}".strip(),
        "en": f"{words.title.en}. {words.message.en}".strip(),
    }


def _tell(answer: dict[str, object]) -> None:
    mark = "[green]✓[/]" if answer["authentic"] else "[red]✗[/]"
    out.print(f"{mark} {answer['es']}\n  {answer['en']}", soft_wrap=True)
    document = answer["document"]
    if isinstance(document, dict):
        for name, value in document.items():
            if value:
                out.print(f"  {name.replace('_', ' ')}: {value}", soft_wrap=True)
    out.print(f"  SHA-256 {answer['sha256']}", soft_wrap=True)
