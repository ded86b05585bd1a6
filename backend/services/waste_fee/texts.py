"""What the waste fee says to people."""

from __future__ import annotations

from backend.shared.text import Text

TITLE = Text(es="Derechos de aseo", en="Waste fee")
ROLE = Text(es="Rol de avalúo (manzana-predio)", en="Property role (block-plot)")
RUT = Text(es="RUT del propietario", en="Owner's RUT")

USES = {
    "VIVIENDA": Text(es="Vivienda", en="Dwelling"),
    "LOCAL": Text(es="Local", en="Shop"),
    "OFICINA": Text(es="Oficina", en="Office"),
    "KIOSKO": Text(es="Kiosko", en="Kiosk"),
    "SITIO_ERIAZO": Text(es="Sitio eriazo", en="Vacant lot"),
}

ALL = Text(es="Todo el año", en="Whole year")
REST = Text(es="Todo lo pendiente del año", en="All that is left of the year")
DUE = Text(es="Cuotas vencidas", en="Instalments past due")
INSTALMENT = Text(es="Cuota {number} de {count}", en="Instalment {number} of {count}")
INSTALMENT_ALONE = Text(es="Cuota {number}", en="Instalment {number}")

TARIFF = Text(es="Tarifa anual de aseo {year}", en="Annual waste tariff {year}")
TARIFF_IN_UTM = Text(
    es="Tarifa anual de aseo {year} (UTM de {month}: {utm})", en="Annual waste tariff {year} (UTM of {month}: {utm})"
)
SPECIAL_TARIFF = Text(
    es="Tarifa anual de aseo {year} fijada para este inmueble", en="Annual waste tariff {year} set for this property"
)
LOW_VALUATION = Text(
    es="Vivienda con avalúo fiscal de hasta {limit} UTM (UTM de {month}: {utm})",
    en="Dwelling with a fiscal valuation of at most {limit} UTM (UTM of {month}: {utm})",
)
REDUCTION = Text(es="Rebaja por ordenanza municipal", en="Reduction by municipal ordinance")
PART = Text(
    es="Cuota {number} de {count}. Derecho de aseo {year}", en="Instalment {number} of {count}. Waste fee {year}"
)
PART_REDUCED = Text(
    es="Cuota {number} de {count}. Derecho de aseo {year}, con rebaja municipal",
    en="Instalment {number} of {count}. Waste fee {year}, with a municipal reduction",
)

TREASURY = Text(
    es="El aseo de este inmueble lo cobra la Tesorería General de la República junto con las contribuciones.",
    en="The waste fee of this property is collected by the Treasury together with the land tax.",
)
WITH_LICENCE = Text(
    es="El aseo de este inmueble se cobra con la patente municipal.",
    en="The waste fee of this property is charged with the business licence.",
)
EXEMPT = Text(
    es="Exento: vivienda con avalúo fiscal de hasta {limit} UTM. No hay nada que pagar.",
    en="Exempt: dwelling with a fiscal valuation of at most {limit} UTM. Nothing is due.",
)
EXEMPT_LOCALLY = Text(
    es="Exento por ordenanza municipal. No hay nada que pagar.", en="Exempt by municipal ordinance. Nothing is due."
)
OLDEST_FIRST = Text(
    es="Pague antes la cuota {number}, o todas juntas.", en="Pay instalment {number} before it, or all together."
)
NOT_KNOWN_YET = Text(
    es="Todavía no se publica un valor necesario (IPC o tasa de interés) para calcular este pago.",
    en="A value that this amount needs (price index or interest rate) has not been published yet.",
)
