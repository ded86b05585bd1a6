"""What the circulation permit says to people."""

from __future__ import annotations

from datetime import date

from backend.shared.text import Text

TITLE = Text(es="Permiso de circulación", en="Circulation permit")
PLATE = Text(es="Patente del vehículo", en="Vehicle plate")
OWNER_RUT = Text(es="RUT del propietario", en="Owner's RUT")

OPTIONS = {
    "single": Text(es="Pago total", en="Single payment"),
    "first": Text(es="Primera cuota", en="First instalment"),
    "second": Text(es="Segunda cuota", en="Second instalment"),
}

LATE = Text(
    es=(
        "El plazo venció el {due_on}. El pago atrasado lleva reajuste e intereses que todavía no se calculan en línea; "
        "consulte en la municipalidad."
    ),
    en=(
        "It was due on {due_on}. Late payment carries readjustment and interest that cannot be computed online yet; "
        "ask at the municipality."
    ),
)
SECOND = Text(
    es=(
        "Se paga del {opens_on} al {due_on}, reajustada según el IPC; el monto indicado es anterior al reajuste. "
        "Todavía no se puede pagar en línea."
    ),
    en=(
        "It is paid from {opens_on} to {due_on}, readjusted by the consumer price index; the amount shown is before "
        "that. It cannot be paid online yet."
    ),
)
NOT_LIGHT = Text(
    es="El permiso de este tipo de vehículo todavía no está disponible en línea; consulte en la municipalidad.",
    en="The permit of this type of vehicle is not available online yet; ask at the municipality.",
)
OTHER_RULES = Text(
    es=(
        "Este vehículo se calcula con reglas especiales (eléctrico o híbrido, zona franca, o valor de factura) que "
        "todavía no están disponibles en línea; consulte en la municipalidad."
    ),
    en=(
        "This vehicle is computed by special rules (electric or hybrid, free zone, or invoice price) that are not "
        "available online yet; ask at the municipality."
    ),
)


def day(when: date) -> str:
    """Write a date as Chile does: 31-03-2025."""
    return f"{when:%d-%m-%Y}"
