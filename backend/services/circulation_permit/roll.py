"""The "Nómina de pago": the 32-column roll that municipalities send, as their tool of 2021 wrote it for SUBDERE."""

from __future__ import annotations

from collections.abc import Mapping

from backend.services.base import JSON, RollEntry, RowError
from backend.services.circulation_permit.cells import RowReader
from backend.services.circulation_permit.classes import class_of
from backend.services.row_reader import as_text, plain
from backend.shared.text import Text

EXAMPLE = {
    "Rut": "46000001-7",
    "Patente": "ZZBB10",
    "Fecha_vencimiento": "31/03/2025",
    "Nro_serie_documento": "",
    "Fecha_factura": "",
    "Fecha_emision_homologacion": "",
    "Valor_neto_factura": "",
    "Digito_verificador_patente": "3",
    "Codigo_sii": "AU0000001",
    "Ano": "2019",
    "Tasacion": "5000000",
    "Motor": "ZZ00000001",
    "Chasis": "ZZZPRUEBA00000001",
    "Color": "Gris",
    "Nro_asientos": "5",
    "Tara": "0",
    "Nombre_propietario": "Contribuyente de prueba 1",
    "Domicilio_propietario": "Calle de prueba 1",
    "Comuna_propietario": "Valdivia",
    "Telefono_propietario": "",
    "Sello_verde": "Si",
    "Fecha_plazo_homologacion": "",
    "Modelo": "Modelo de prueba",
    "Marca": "Marca de prueba",
    "Tipo_vehiculo": "Automovil",
    "Cilindrada": "1500",
    "Combustible": "Bencina",
    "Transmision": "Mecanica",
    "Equipamiento": "",
    "Nro_puertas": "5",
    "Zona_franca": "",
    "Tonelaje": "",
}
COLUMNS: tuple[str, ...] = tuple(EXAMPLE)

_WRONG_YEAR = Text(
    es="El vencimiento no es del año {year} de la nómina.", en="The due date is not in the roll's year {year}."
)
_WRONG_MODEL_YEAR = Text(
    es="El año del vehículo debe estar entre 1900 y {last}.", en="The model year must lie between 1900 and {last}."
)


def read_row(number: int, row: Mapping[str, object], *, year: int) -> RollEntry | list[RowError]:
    """Validate one vehicle of the roll of permit year `year`.

    Blanks are allowed where the format allows them; a vehicle that pays by its class needs no SII code or valuation,
    a new one with an invoice no valuation. Domicilio, Comuna and Telefono are not even read: the platform
    does not need them (data minimisation). An amount is never taken from the file.
    """
    cells = RowReader(number, row)
    rut = cells.rut("Rut")
    plate = cells.plate("Patente", "Digito_verificador_patente")
    due_on = cells.day("Fecha_vencimiento")
    if due_on is not None and due_on.year != year:
        cells.refuse("Fecha_vencimiento", _WRONG_YEAR.format(year=year))
    model_year = cells.whole("Ano")
    if model_year and not 1900 <= model_year <= year + 1:
        cells.refuse("Ano", _WRONG_MODEL_YEAR.format(last=year + 1))
    invoice_on = cells.optional_day("Fecha_factura")
    invoice_value = cells.optional_whole("Valor_neto_factura")
    cells.optional_day("Fecha_emision_homologacion")
    cells.optional_day("Fecha_plazo_homologacion")
    cells.optional_whole("Tara")
    owner = cells.text("Nombre_propietario", 80)
    load_kg = cells.load_kg("Tonelaje")
    group = class_of(plain(as_text(row.get("Tipo_vehiculo"))), load_kg=load_kg)
    by_load = group is not None and not group.pays_by_valuation
    subject: dict[str, JSON] = {  # what `Vehicle.from_subject` reads, without making one for each of 100,000 rows
        "sii_code": "" if by_load and cells.is_empty("Codigo_sii") else cells.sii_code("Codigo_sii"),
        "year": model_year,
        "valuation": cells.optional_whole("Tasacion") if by_load or invoice_value else cells.positive("Tasacion"),
        "engine": cells.text("Motor", 50),
        "chassis": cells.text("Chasis", 50),
        "colour": cells.text("Color", 50),
        "seats": cells.optional_whole("Nro_asientos"),
        "type": cells.text("Tipo_vehiculo", 50),
        "make": cells.text("Marca", 100),
        "model": cells.text("Modelo", 100),
        "displacement": cells.optional_whole("Cilindrada"),
        "fuel": cells.text("Combustible", 50),
        "transmission": cells.optional_text("Transmision", 50),
        "equipment": cells.optional_text("Equipamiento", 50),
        "doors": cells.optional_whole("Nro_puertas"),
        "green_seal": cells.yes_or_no("Sello_verde"),
        "due_on": due_on.isoformat() if due_on else "",
        "free_zone": plain(cells.optional_text("Zona_franca", 50)) not in {"", "NO", "N", "0"},
    }
    if load_kg:
        subject["load_kg"] = load_kg
    if invoice_value or invoice_on:
        subject["invoice_net"], subject["invoice_on"] = invoice_value, invoice_on.isoformat() if invoice_on else ""
    if rut is None or plate is None or cells.errors:
        return cells.errors
    return RollEntry(object_key=plate.text, holder_rut=rut, holder_name=owner, period=str(year), subject=subject)
