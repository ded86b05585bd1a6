"""Money without a home as a table for a spreadsheet: CSV and XLSX, oldest first, each with what was decided."""

import io
from collections.abc import Callable, Iterator
from datetime import date

from backend.billing.homeless_queries import Homeless, Wanted, all_homeless, count_homeless
from backend.billing.homeless_texts import ACTIONS, DECISIONS, REASONS, STATES
from backend.billing.models import HomelessDecision
from backend.billing.rolls.kinds import Kind
from backend.billing.rolls.named import NamedFile
from backend.billing.rolls.sheets import Numbered, write_csv, write_xlsx
from backend.shared import clock
from backend.shared.money import Money

Progress = Callable[[int, int], None]
"""Rows written, of how many."""

COLUMNS = (
    "Número",
    "Estado",
    "Motivo",
    "Monto recibido",
    "Monto por resolver",
    "RUT de quien pagó",
    "Pagado el",
    "Antigüedad (días)",
    "Responsable",
    "Acción propuesta",
    "Recaudador",
    "Operación",
    "Orden de pago",
    "Decisiones",
)
_STEP = 500


def homeless_file(kind: Kind, wanted: Wanted, *, today: date, progress: Progress | None = None) -> NamedFile:
    """Return the table as a file; texts that a spreadsheet would run are written as texts."""
    out = io.BytesIO()
    rows = _rows(wanted, today, progress)
    if kind is Kind.XLSX:
        write_xlsx(out, rows, name="Por aplicar", columns=len(COLUMNS))
    else:
        write_csv(out, rows)
    return NamedFile(filename=f"dinero_por_aplicar_{today:%Y-%m-%d}.{kind.value}", data=out.getvalue())


def _rows(wanted: Wanted, today: date, progress: Progress | None) -> Iterator[Numbered]:
    total = count_homeless(wanted) if progress else 0
    yield 1, COLUMNS
    for number, each in enumerate(all_homeless(wanted, today=today), start=1):
        yield number + 1, _cells(each)
        if progress and (number % _STEP == 0 or number == total):
            progress(number, total)


def _cells(each: Homeless) -> list[object]:
    row = each.row
    reason, action = REASONS.get(row.reason), ACTIONS.get(each.proposed)
    return [
        row.id,
        STATES[each.state].es,
        reason.es if reason else row.reason,
        row.amount,
        row.open_amount,
        row.payer_rut,
        clock.domain_date(row.since),
        each.age.days,
        row.owner,
        action.es if action else "",
        row.reading.gateway,
        row.reading.operation_id,
        row.order.number if row.order else "",
        "; ".join(_told(decision) for decision in row.decisions.all()),
    ]


def _told(decision: HomelessDecision) -> str:
    amount = f" {Money(decision.amount)}" if decision.amount else ""
    order = f", orden {decision.order.number}" if decision.order else ""
    note = f": {decision.note}" if decision.note else ""
    day = clock.domain_date(decision.decided_at)
    return f"{day:%d/%m/%Y} {DECISIONS[decision.action].es}{amount}{order}, {decision.account_name}{note}"
