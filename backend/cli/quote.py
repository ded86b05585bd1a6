"""./sem quote: compute a due by hand, by the same rules and files as the platform, without a server."""

import inspect
import json
from collections.abc import Callable
from datetime import date
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Column, Table

from backend.cli.problems import Problem
from backend.cli.quote_rates import QuoteRates, own_parameters
from backend.services import services
from backend.services.base import JSON, PaymentOption, QuoteField, Service
from backend.services.wording import day
from backend.shared.errors import DomainError

app = typer.Typer(no_args_is_help=True, add_completion=False)


@app.callback()
def quote() -> None:
    """Compute a due by hand: the same rules as the platform, no server."""


Year = Annotated[int, typer.Option(help="Year of the due.", min=1990, max=2100)]
Instalment = Annotated[
    str,
    typer.Option("--instalment", metavar="CODE", help="Way to pay: single, first, second, q1 … (the first offered)."),
]
DueOn = Annotated[str, typer.Option(metavar="YYYY-MM-DD", help="Due date, instead of the law's or the files'.")]
PaidOn = Annotated[str, typer.Option(metavar="YYYY-MM-DD", help="Date of payment (the due date).")]
Commune = Annotated[str, typer.Option(metavar="CUT", help="Commune that charges, five digits: decides on franchises.")]
Parameter = Annotated[
    list[str] | None,
    typer.Option(
        metavar="KEY=JSON",
        help="A municipality's own parameter, such as late_payment:regime=monthly. Repeatable.",
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print total_clp and lines as JSON.")]


def command_of(service: Service, fields: tuple[QuoteField, ...]) -> Callable[..., None]:
    """Make the command of a service: its own fields become options, the others are the same for all."""

    def run(
        year: Year,
        instalment: Instalment = "",
        due_on: DueOn = "",
        paid_on: PaidOn = "",
        commune: Commune = "",
        parameter: Parameter = None,
        as_json: AsJson = False,
        **typed: Any,
    ) -> None:
        rates = QuoteRates(
            commune=commune, own=own_parameters(service.code, parameter or []), fixed_due_on=_day("--due-on", due_on)
        )
        try:
            subject = service.subject_from(_typed(fields, typed), period=str(year))  # type: ignore[attr-defined]  # only services with QUOTE_FIELDS come here
            option = _option(service, subject, str(year), rates, instalment, _day("--paid-on", paid_on))
        except DomainError as error:
            missing = f" ({error.fields['what']})" if "what" in error.fields else ""
            raise Problem(error.message.es + missing, error.message.en) from error
        _print(service, option, as_json=as_json)

    own = [
        inspect.Parameter(f"field_{field.name}", inspect.Parameter.KEYWORD_ONLY, default=None, annotation=_typer(field))
        for field in fields
    ]
    usual = [
        parameter.replace(kind=inspect.Parameter.KEYWORD_ONLY)
        for parameter in inspect.signature(run).parameters.values()
        if parameter.kind is not inspect.Parameter.VAR_KEYWORD
    ]
    run.__signature__ = inspect.Signature([*own, *usual])  # type: ignore[attr-defined]  # as typer reads a command
    run.__annotations__ = {parameter.name: parameter.annotation for parameter in (*own, *usual)}
    return run


def _typer(field: QuoteField) -> Any:
    """The option of a field: a flag for bool, a date as text that is read later."""
    name = f"--{field.name.replace('_', '-')}"
    if field.type is bool:
        return Annotated[bool | None, typer.Option(name, help=field.help, show_default=False)]
    if field.type is int:
        return Annotated[int | None, typer.Option(name, help=field.help, min=0, show_default=False)]
    metavar = "YYYY-MM-DD" if field.type is date else "TEXT"
    return Annotated[str | None, typer.Option(name, help=field.help, metavar=metavar, show_default=False)]


def _typed(fields: tuple[QuoteField, ...], values: dict[str, Any]) -> dict[str, object]:
    typed = {field: values[f"field_{field.name}"] for field in fields}
    return {
        field.name: _day(f"--{field.name.replace('_', '-')}", value) if field.type is date else value
        for field, value in typed.items()
        if value is not None
    }


def _day(option: str, text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise Problem(f"{option}: {text} no es una fecha AAAA-MM-DD.", "Not a date YYYY-MM-DD.") from error


def _option(
    service: Service, subject: dict[str, JSON], period: str, rates: QuoteRates, code: str, paid_on: date | None
) -> PaymentOption:
    """Quote a way to pay on the day of payment; the parts before it count as paid."""
    options = service.options(subject, period=period, rates=rates, today=date(int(period), 1, 1))
    wanted = next((option for option in options if code in ("", option.code)), None)
    if wanted is None:
        raise Problem(
            f"No hay una forma de pago '{code}'.", f"There are: {', '.join(option.code for option in options)}."
        )
    today = paid_on or wanted.due_on
    paid = frozenset(range(1, min(wanted.slots)))
    again = service.options(subject, period=period, rates=rates, today=today, paid=paid)
    option = next(option for option in again if option.code == wanted.code)
    if not option.available:
        raise Problem(option.note.es if option.note else "No disponible.", option.note.en if option.note else "")
    return option


def _print(service: Service, option: PaymentOption, *, as_json: bool) -> None:
    if as_json:
        lines = [
            {
                "code": line.code,
                "what": line.text.es,
                "base_clp": line.base.pesos if line.base is not None else None,
                "rate": line.rate,
                "law": line.law,
                "amount_clp": line.amount.pesos,
            }
            for line in option.lines
        ]
        print(json.dumps({"total_clp": option.total.pesos, "lines": lines}, ensure_ascii=False, indent=1))
        return
    table = Table(
        "Concepto", Column("Base", justify="right"), "Tasa", "Norma", Column("Monto", justify="right"), box=None
    )
    for line in option.lines:
        base = str(line.base) if line.base is not None else ""
        table.add_row(line.text.es, base, line.rate, line.law, str(line.amount))
    screen = Console(highlight=False)
    screen.print(table)
    screen.print(
        f"{service.title.es}, {option.title.es.lower()} (vence el {day(option.due_on)}): [bold]{option.total}[/]"
    )


for _service in services().values():
    _fields: tuple[QuoteField, ...] = getattr(_service, "QUOTE_FIELDS", ())
    if _fields:
        app.command(name=_service.code.replace("_", "-"), help=f"{_service.title.en} ({_service.title.es}).")(
            command_of(_service, _fields)
        )
