"""./sem compile-documents: whether documents are drawn by programs, and why not where they are composed."""

import json
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from backend.cli.console import out
from backend.cli.problems import Problem

app = typer.Typer()


@app.command()
def compile_documents(
    theme: Annotated[list[str] | None, typer.Option(help="Only this preset of theming/presets; repeatable.")] = None,
    json_file: Annotated[Path | None, typer.Option("--json", help="Write the results to this file too.")] = None,
) -> None:
    """Compile every kind of document in every preset. Ends with 1 where one is refused: documents are then composed.

    What was refused, and what to write in the template instead, is told in the words of its author.
    """
    from backend.receipts.compiler.report import compile_examples, refusals_of
    from theming import load_preset
    from theming.tokens import preset_slugs

    known = preset_slugs()
    if unknown := [slug for slug in theme or () if slug not in known]:
        raise Problem(f"There is no preset '{unknown[0]}'.", f"Presets are {', '.join(known)}.")
    results = []
    for result in compile_examples({slug: load_preset(slug) for slug in theme or known}):
        sign = "[green]✓[/]" if result.refusal is None else "[red]✗[/]"
        out.print(f"{sign} {result.theme}: {result.kind}", highlight=False)
        results.append(result)
    refused = refusals_of(results)
    table = Table("Theme", "Document", "Result", box=None)
    for result in results:
        told = f"compiled, {result.pages} page{'s' if result.pages > 1 else ''}"
        table.add_row(result.theme, result.kind, told if result.refusal is None else f"composed: {result.refusal.es}")
    out.print(table)
    if json_file:
        listed = [
            {"theme": r.theme, "kind": r.kind, "pages": r.pages, "refusal": r.refusal.es if r.refusal else None}
            for r in results
        ]
        json_file.write_text(json.dumps(listed, indent=1, ensure_ascii=False), encoding="utf-8")
    raise typer.Exit(1 if refused else 0)
