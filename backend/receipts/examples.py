"""Documents of every kind with values that nobody has, to try a template or a theme on."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from backend.receipts.rendering import ChargeLine, Fact, PermitDocument
from backend.receipts.wording import as_receipt, facts_of
from backend.services import services
from backend.services.base import Service

LINES = (1, 12, 40)
"""Lines of what was paid: the least, the first that take a second page, the most."""

_PERMIT = "permit"
_NOTE = "Documento de muestra sin valor."
_ACCOUNTS = tuple(Fact(f"115.03.01.{number:03d}", "$40.457") for number in range(1, 4))


def example_documents() -> Iterator[tuple[str, PermitDocument]]:
    """Give a document of each service for each number of lines, under a name; the longest has every optional block."""
    for service in services().values():
        for lines in LINES:
            document = _example(service, lines)
            if lines == LINES[-1]:
                document = replace(document, shifted_date_note=_NOTE, municipality_rut="69.070.500-1")
            yield f"{service.title.es}, {lines} líneas" if lines > 1 else f"{service.title.es}, 1 línea", document


def _example(service: Service, lines: int) -> PermitDocument:
    values = {key: f"{label.es} 17"[:22] for group in service.document_groups for key, label in group.fields}
    total = "$1.618.280"
    document = PermitDocument(
        municipality="Municipalidad de muestra",
        municipality_code="13120",
        folio="2026000017",
        issued_on=date(2026, 3, 20),
        title=service.title.es,
        period="2026",
        option="Pago único",
        plate="ZZBB10-3",
        valid_until=date(2027, 3, 31),
        owner_name="Contribuyente de muestra",
        owner_rut="44.000.017-7",
        vehicle=facts_of(service, values, inside=True),
        evidence=facts_of(service, values, inside=False) if lines > LINES[0] else (),
        lines=tuple(
            ChargeLine(f"Cargo de muestra {number}", "$4.045.740", "1 %", "DL 3.063 art. 12 a)", "$40.457")
            for number in range(1, lines + 1)
        ),
        total=total,
        paid_at="20-03-2026 12:04",
        means="Tarjeta de débito",
        operation_id="7200000017",
        order_number="13120-2026-000017",
        verification_url="https://pagos.example/v/2026000017/K7QX-2M4D-PZ3A-9HTV",
        verification_code="K7QX-2M4D-PZ3A-9HTV",
        signer_name="Tesorería de muestra",
        signer_role="Tesorería Municipal",
    )
    return document if service.document_kind == _PERMIT else as_receipt(document, service, _ACCOUNTS)
