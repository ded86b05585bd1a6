"""What the circulation permit says to people."""

from __future__ import annotations

from backend.services.wording import day
from backend.shared.text import Text

__all__ = ["day"]

TITLE = Text(es="Permiso de circulación", en="Circulation permit")
PLATE = Text(es="Patente del vehículo", en="Vehicle plate")
OWNER_RUT = Text(es="RUT del propietario", en="Owner's RUT")

OPTIONS = {
    "single": Text(es="Pago total", en="Single payment"),
    "first": Text(es="Primera cuota", en="First instalment"),
    "second": Text(es="Segunda cuota", en="Second instalment"),
}

LATE = Text(
    es="El plazo venció el {due_on}: el monto lleva reajuste e intereses hasta hoy.",
    en="It was due on {due_on}: the amount carries readjustment and interest until today.",
)
LATE_NOT_YET = Text(
    es=(
        "El plazo venció el {due_on} y el recargo, que el monto indicado no incluye, todavía no se puede calcular "
        "(falta {what}); consulte en la municipalidad."
    ),
    en=(
        "It was due on {due_on} and the surcharge, which the amount shown does not include, cannot be computed yet "
        "({what} is missing); ask at the municipality."
    ),
)
NOT_YET = Text(
    es="El monto reajustado todavía no está disponible: falta {what}.",
    en="The readjusted amount is not available yet: {what} is missing.",
)
SECOND = Text(
    es=(
        "Se paga del {opens_on} al {due_on}, reajustada según el IPC, si la primera está pagada; "
        "el monto indicado es anterior al reajuste."
    ),
    en=(
        "It is paid from {opens_on} to {due_on}, readjusted by the consumer price index, once the first is paid; "
        "the amount shown is before that."
    ),
)
SECOND_AS_IT_IS = Text(
    es="Se paga del {opens_on} al {due_on}, si la primera está pagada.",
    en="It is paid from {opens_on} to {due_on}, once the first is paid.",
)
SECOND_AFTER_FIRST = Text(
    es="Se paga solo cuando la primera cuota está pagada.", en="It is paid only when the first instalment is."
)
NO_LATE_FIRST = Text(
    es="El plazo de la primera cuota venció el {due_on}: el permiso se paga completo.",
    en="The first instalment was due on {due_on}: the permit is paid whole.",
)
NOTHING_TO_PAY = Text(
    es="Este año el permiso no tiene costo (Ley 21.505); se pide en la municipalidad.",
    en="This year the permit costs nothing (Ley 21.505); ask for it at the municipality.",
)
EXEMPT = Text(
    es="Vehículo exento (DL 3.063 art. 20): el permiso no tiene costo y se pide en la municipalidad.",
    en="Exempt vehicle (DL 3.063 art. 20): the permit costs nothing; ask for it at the municipality.",
)
UNKNOWN_TYPE = Text(
    es="El permiso de este tipo de vehículo ({type}) no está disponible en línea; consulte en la municipalidad.",
    en="The permit of this type of vehicle ({type}) is not available online; ask at the municipality.",
)
NO_LOAD = Text(
    es="Falta la capacidad de carga del vehículo, de la que depende el monto; consulte en la municipalidad.",
    en="The vehicle's load capacity, on which the amount depends, is missing; ask at the municipality.",
)
NO_BAND = Text(
    es="No hay un monto para {load} kg de carga; consulte en la municipalidad.",
    en="There is no amount for a load of {load} kg; ask at the municipality.",
)
NO_VALUATION = Text(
    es="El vehículo no tiene tasación del SII; consulte en la municipalidad.",
    en="The vehicle has no valuation of the SII; ask at the municipality.",
)
HALF_AN_INVOICE = Text(
    es="La factura del vehículo está incompleta (fecha o valor neto); consulte en la municipalidad.",
    en="The vehicle's invoice is incomplete (date or net value); ask at the municipality.",
)
BOUGHT_LATER = Text(
    es="El vehículo se compró después del año del permiso; consulte en la municipalidad.",
    en="The vehicle was bought after the year of the permit; ask at the municipality.",
)
FRANCHISE_UNKNOWN = Text(
    es="No hay una regla para la franquicia de este vehículo en esta comuna; consulte en la municipalidad.",
    en="There is no rule for this vehicle's franchise in this commune; ask at the municipality.",
)
PLAIN_HYBRID = Text(
    es="La nómina no dice si este híbrido es enchufable, de lo que depende el monto; consulte en la municipalidad.",
    en="The roll does not say whether this hybrid plugs in, on which the amount depends; ask at the municipality.",
)

INVOICE = Text(es="Valor neto de la factura del {day}", en="Net value of the invoice of {day}")
LATE_PURCHASE = Text(
    es="Factura del {day} con IVA, menos {loss} de depreciación", en="Invoice of {day} with VAT, less {loss}"
)
LAST_MODEL = Text(
    es="Mínimo: tasación del modelo del año anterior más {over}", en="At least last year's model and {over}"
)
FRANCHISE = Text(es="{name}: base de {share} del valor", en="{name}: {share} of the value is the base")
ELECTRIC = Text(
    es="Vehículo eléctrico o enchufable: en {year} paga {share}", en="Electric or plug-in: pays {share} in {year}"
)
PRORATED = Text(
    es="Primer permiso: {months} meses desde la compra en {month}",
    en="First permit: {months} months from the purchase in {month}",
)
