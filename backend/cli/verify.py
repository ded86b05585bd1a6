"""./sem verify FILE.pdf: the public page's answer at the terminal."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
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
    files: Annotated[list[Path], typer.Argument(help="The PDFs.", metavar="FILE...")],
    as_json: Annotated[
        bool, typer.Option("--json", help="Write the answer to standard output as JSON; a list for several files.")
    ] = False,
    municipality: Annotated[str | None, typer.Option(help="Only this municipality's documents.")] = None,
) -> None:
    """Say whether a PDF is an authentic document. Ends with 0 only where all are authentic and hold, else with 1.

    Where nothing runs, the database of the demo is started for the question and stopped again.
    """
    contents = [_read(file) for file in files]
    with database_up():
        application.enter()
        answers = [
            {"file": str(file), **answer} for file, answer in zip(files, _answers(contents, municipality), strict=True)
        ]
    if as_json:
        print(json.dumps(answers if len(answers) > 1 else answers[0], ensure_ascii=False, indent=1))
    else:
        for answer in answers:
            _tell(answer, named=len(answers) > 1)
    raise typer.Exit(0 if all(answer["authentic"] for answer in answers) else 1)


@dataclass(frozen=True)
class _Content:
    """What a file holds, as far as it is looked at: None where it is larger than any document."""

    sha256: str
    pdf: bytes | None


def _read(file: Path) -> _Content:
    """Read a file in parts: one that is too large is hashed and no more. Raises `Problem`."""
    from backend.signing.examination.limits import LARGEST_FILE

    try:
        if not file.is_file():
            raise Problem(f"{file} is no file.")
        with file.open("rb") as opened:
            digest = hashlib.file_digest(opened, "sha256").hexdigest()
            opened.seek(0)
            pdf = opened.read(LARGEST_FILE + 1)
    except OSError as error:
        raise Problem(f"{file} cannot be read: {error.strerror or error}.") from error
    return _Content(digest, pdf if len(pdf) <= LARGEST_FILE else None)


def _answers(contents: Sequence[_Content], municipality: str | None) -> list[dict[str, object]]:
    from django.db import connection

    from backend.tenants.queries import active_schemas

    try:
        known = active_schemas()
        if not known or (municipality is not None and municipality not in known):
            raise Problem("There is no such municipality.", "./sem municipality list shows those that exist.")
        return [_answer(content, municipality) for content in contents]
    finally:
        connection.close()


def _answer(content: _Content, municipality: str | None) -> dict[str, object]:
    from backend.receipts.file_verification import FileVerdict, verify_file_everywhere
    from backend.receipts.verdicts import Verdict, words_of
    from backend.shared import clock
    from backend.signing.examination.findings import Reason

    slug, told = "", FileVerdict(Verdict.UNREADABLE, content.sha256, Reason.TOO_COSTLY)
    if content.pdf is not None:
        slug, told = verify_file_everywhere(content.pdf, now=clock.now(), only=municipality)
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


def _tell(answer: dict[str, object], *, named: bool) -> None:
    if named:
        out.print(f"[bold]{answer['file']}[/]", soft_wrap=True)
    mark = "[green]✓[/]" if answer["authentic"] else "[red]✗[/]"
    out.print(f"{mark} {answer['es']}\n  {answer['en']}", soft_wrap=True)
    document = answer["document"]
    if isinstance(document, dict):
        for name, value in document.items():
            if value:
                out.print(f"  {name.replace('_', ' ')}: {value}", soft_wrap=True)
    out.print(f"  SHA-256 {answer['sha256']}", soft_wrap=True)
