"""The rendition as a table: CSV and XLSX, for the municipality's accounting."""

import io
from collections.abc import Iterator, Sequence

from backend.billing.reconciliation.rendition import Beneficiary, Rendition
from backend.billing.rolls.kinds import Kind
from backend.billing.rolls.named import NamedFile
from backend.billing.rolls.sheets import write_csv, write_xlsx

COLUMNS = ("Cuenta", "Nombre", "Beneficio", "Operaciones", "Recaudado", "Rebajado", "Neto")
BENEFITS = {
    Beneficiary.MUNICIPALITY: "Municipal",
    Beneficiary.COMMON_FUND: "Fondo Común Municipal",
    Beneficiary.THIRD_PARTY: "Terceros",
    Beneficiary.PENDING: "Por resolver",
}


def rendition_file(rendition: Rendition, kind: Kind) -> NamedFile:
    """Write a rendition as a table of its accounts, the sums by beneficiary below."""
    out = io.BytesIO()
    rows = enumerate(_rows(rendition), start=1)
    if kind is Kind.CSV:
        write_csv(out, rows)
    else:
        write_xlsx(out, rows, name="Rendición", columns=len(COLUMNS))
    days = f"{rendition.begins}" if rendition.begins == rendition.ends else f"{rendition.begins} a {rendition.ends}"
    return NamedFile(filename=f"Rendición {days}.{kind.value}", data=out.getvalue())


def _rows(rendition: Rendition) -> Iterator[Sequence[object]]:
    yield COLUMNS
    for row in rendition.rows:
        amounts = (row.collected.pesos, row.returned.pesos, row.net.pesos)
        yield row.account, row.name, BENEFITS[row.beneficiary], row.count, *amounts
    for beneficiary in Beneficiary:
        if total := rendition.total(beneficiary):
            yield "", "Total", BENEFITS[beneficiary], None, None, None, total.pesos
    yield "", f"Total del {rendition.begins} al {rendition.ends}", "", None, None, None, rendition.total().pesos
    if rendition.open_days:
        yield "", "Días sin cerrar: " + ", ".join(str(day) for day in rendition.open_days)
