"""What the business licence says to people."""

from __future__ import annotations

from backend.shared.text import Text

TITLE = Text(es="Patente municipal", en="Business licence")
ROLE = Text(es="Rol de la patente", en="Role of the licence")
RUT = Text(es="RUT del titular", en="Holder's RUT")

KINDS = {
    "COMERCIAL": Text(es="Comercial", en="Commercial"),
    "INDUSTRIAL": Text(es="Industrial", en="Industrial"),
    "PROVISORIA": Text(es="Provisoria", en="Provisional"),
    "MEF": Text(es="Microempresa familiar", en="Family micro-business"),
    "PROFESIONAL": Text(es="Profesional", en="Professional"),
    "ALCOHOLES": Text(es="De alcoholes", en="Alcohol"),
}
STATES = {
    "SOLICITADA": Text(es="Solicitada", en="Asked for"),
    "PROVISORIA": Text(es="Provisoria", en="Provisional"),
    "DEFINITIVA": Text(es="Definitiva", en="Definitive"),
    "CADUCADA": Text(es="Caducada", en="Lapsed"),
}
OPTIONS = {
    "single": Text(es="Pago anual", en="Whole year"),
    "first": Text(es="Primera cuota", en="First instalment"),
    "second": Text(es="Segunda cuota", en="Second instalment"),
}

ALCOHOL = Text(
    es=(
        "La patente de alcoholes se renueva con documentos que la municipalidad revisa antes del pago; "
        "no se paga en línea. Consulte en la municipalidad."
    ),
    en=(
        "An alcohol licence is renewed with papers that the municipality reviews before payment; it is not paid "
        "online. Ask at the municipality."
    ),
)
ASKED_FOR = Text(
    es="La patente provisoria fue solicitada y todavía no se otorga: nada se paga aún.",
    en="The provisional licence was asked for and has not been granted: nothing is paid yet.",
)
LAPSED = Text(
    es=(
        "La patente provisoria caducó{since}: la actividad no puede continuar y la patente no se paga en línea. "
        "Consulte en la municipalidad."
    ),
    en=(
        "The provisional licence has lapsed{since}: the activity must stop and the licence is not paid online. "
        "Ask at the municipality."
    ),
)
SINCE = Text(es=" (venció el {day})", en=" (it ended on {day})")
EXEMPT = Text(es="Exenta de patente: {reason}. No hay nada que pagar.", en="Exempt: {reason}. Nothing is due.")
SINGLE_IS_OVER = Text(
    es="El pago anual venció el {due_on}. Pague la primera cuota; la segunda se paga desde el {opens_on}.",
    en="The payment of the whole year was due on {due_on}. Pay the first instalment; the second opens on {opens_on}.",
)
SECOND_OPENS = Text(
    es="Se paga del {opens_on} al {due_on}, reajustada según el IPC; el monto indicado es anterior al reajuste.",
    en=(
        "It is paid from {opens_on} to {due_on}, readjusted by the consumer price index; the amount shown is before "
        "that."
    ),
)
SECOND_OPENS_UNKNOWN = Text(es="Se paga desde el {opens_on}.", en="It is paid from {opens_on}.")
REDUCED_TO_NOTHING = Text(es="rebaja municipal", en="municipal reduction")
FIRST_COMES_FIRST = Text(
    es="Pague antes la primera cuota, o ambas con el pago anual.",
    en="Pay the first instalment before it, or both with the payment of the whole year.",
)
NOT_KNOWN_YET = Text(
    es="Todavía no se publica un valor necesario (UTM, IPC o tasa de interés) para calcular este pago.",
    en="A value that this amount needs (UTM, price index or interest rate) has not been published yet.",
)
