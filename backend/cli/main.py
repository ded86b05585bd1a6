"""The `sem` command line: one file per command, imported when it is asked for, so that help is quick.

A new command is one line in COMMANDS. Its module has `app: typer.Typer`; with several sub-commands, or to keep a
group of one, the app also has an `@app.callback()`.
"""

import importlib
import sys
from typing import Any, NamedTuple

import typer
from typer.core import TyperGroup

from backend.cli.problems import Problem, explain


class Command(NamedTuple):
    module: str
    help: str


COMMANDS: dict[str, Command] = {
    "demo": Command("backend.cli.demo", "Start the platform with demo municipalities and stay up until Ctrl-C."),
    "test": Command("backend.cli.test", "Set everything up and run the tests (arguments go to pytest)."),
    "check": Command(
        "backend.cli.check", "Check format, types, import contracts, migrations, schema, shell, front end."
    ),
    "migrate": Command("backend.cli.migrate", "Bring every schema up to date."),
    "municipality": Command("backend.cli.municipality", "Create and list municipalities."),
    "reference": Command(
        "backend.cli.reference", "Load the tables of the law and the State: UTM, due dates, communes."
    ),
    "quote": Command("backend.cli.quote", "Compute a due by hand, by the same rules, without a server."),
    "rut": Command("backend.cli.rut", "Print the check digit of a RUT."),
    "plate": Command("backend.cli.plate", "Print the check digit of a plate."),
    "roll": Command("backend.cli.roll", "Load the payment rolls that municipalities send."),
    "refund": Command("backend.cli.refund", "Request, approve, deny and record refunds."),
    "collection": Command("backend.cli.collection", "Load collection files and deposit advices of gateways."),
    "day": Command("backend.cli.day", "Look at accounting days, explain differences, close and reopen."),
    "rendition": Command("backend.cli.rendition", "Show what was collected, by budget account."),
    "staff": Command("backend.cli.staff", "Create and list staff accounts, reset their passwords."),
    "rate": Command("backend.cli.rate", "Set a municipality's own rates, calendars and exemptions."),
    "official": Command("backend.cli.official", "Register the certificates of officials who sign."),
    "relay": Command("backend.cli.relay", "Deliver the outbox to the workers (a process of the Procfile)."),
    "clock": Command("backend.cli.clock", "Do what falls due by the clock (a process of the Procfile)."),
    "stuck": Command("backend.cli.stuck", "List what waits, and since when."),
    "metrics": Command("backend.cli.metrics", "Print the completeness clock for Prometheus."),
    "mail": Command("backend.cli.mail", "List mails that wait or stopped, and send them again."),
    "verify": Command("backend.cli.verify", "Say whether a PDF is an authentic document of a municipality."),
    "compile-documents": Command(
        "backend.cli.compile_documents", "Say whether documents are drawn by programs, and why not."
    ),
    "institutions": Command("backend.cli.institutions", "List the outside institutions, and how each answers."),
    "homeless": Command("backend.cli.homeless", "Decide about money that belongs to no open debt."),
    "unrouted": Command("backend.cli.unrouted", "Deliver notices that came to nobody's host."),
    "print-schema": Command("backend.cli.print_schema", "Write the GraphQL schemas (SDL) anew."),
    "print-graph": Command("backend.cli.print_graph", "Draw the states of money anew."),
    "schema-template": Command(
        "backend.cli.schema_template", "Write the SQL template of a municipality's schema anew."
    ),
    "drill": Command("backend.cli.drill", "Let things go wrong under load, and compare the books."),
    "bench": Command("backend.cli.bench", "Measure what the product is held to."),
}


class LazyGroup(TyperGroup):
    """Imports a command's module only when that command is used; the overview needs the texts above alone."""

    def list_commands(self, ctx: Any) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        if cmd_name not in COMMANDS:
            return None
        overview = typer.Typer(add_completion=False)
        overview.command(name=cmd_name, help=COMMANDS[cmd_name].help)(lambda: None)
        return typer.main.get_command(overview)

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        name, _, rest = super().resolve_command(ctx, args)
        if name is None:
            return name, None, rest
        command = typer.main.get_command(importlib.import_module(COMMANDS[name].module).app)
        command.name = name
        command.help = command.help or COMMANDS[name].help
        return name, command, rest


app = typer.Typer(
    cls=LazyGroup,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_show_locals=False,
    help="SEM: every Chilean municipality collects its dues online.",
)


@app.callback()
def main() -> None:
    """SEM: every Chilean municipality collects its dues online."""


def run() -> None:
    """Run the command line; an expected problem is told in one sentence, without a traceback."""
    try:
        app(prog_name="sem")
    except Problem as problem:
        explain(problem)
        sys.exit(1)
