"""Rows of the 32-column "Nómina de pago"."""

from __future__ import annotations

import json
from datetime import date, datetime

import pytest

from backend.services.base import RollEntry, RowError
from backend.services.circulation_permit import SERVICE
from backend.services.circulation_permit.vehicle import Vehicle
from backend.shared.rut import Rut

ROW: dict[str, object] = {
    "Rut": "44000001-0",
    "Patente": "ZZBB10",
    "Fecha_vencimiento": "31/03/2025",
    "Nro_serie_documento": None,
    "Fecha_factura": None,
    "Fecha_emision_homologacion": None,
    "Valor_neto_factura": None,
    "Digito_verificador_patente": "3",
    "Codigo_sii": "AU0110001",
    "Ano": 2018,
    "Tasacion": 9_876_543,
    "Motor": "ZZ00000001",
    "Chasis": "ZZZPRUEBA00000001",
    "Color": "Azul",
    "Nro_asientos": 0,
    "Tara": 0,
    "Nombre_propietario": "Contribuyente de prueba 1",
    "Domicilio_propietario": "Calle de prueba 1",
    "Comuna_propietario": "Valdivia",
    "Telefono_propietario": "000000000",
    "Sello_verde": "Si",
    "Fecha_plazo_homologacion": None,
    "Modelo": "Modelo de prueba",
    "Marca": "Marca de prueba",
    "Tipo_vehiculo": "Automovil",
    "Cilindrada": 1600,
    "Combustible": "Bencina",
    "Transmision": "Mecanica",
    "Equipamiento": "FULL",
    "Nro_puertas": 4,
    "Zona_franca": "",
    "Tonelaje": "",
}


def read(**changed: object) -> RollEntry:
    entry = SERVICE.read_roll_row(7, {**ROW, **changed}, year=2025)
    assert isinstance(entry, RollEntry), entry
    return entry


def refused(**changed: object) -> list[str]:
    errors = SERVICE.read_roll_row(7, {**ROW, **changed}, year=2025)
    assert isinstance(errors, list)
    assert errors
    assert all(isinstance(error, RowError) and error.row == 7 and error.message.es for error in errors)
    return [error.column for error in errors]


def test_the_columns_are_the_thirty_two_of_the_format() -> None:
    assert len(SERVICE.roll_columns) == 32
    assert list(SERVICE.roll_columns) == list(ROW)


def test_a_good_row_is_an_entry() -> None:
    entry = read()

    assert (entry.object_key, entry.holder_rut, entry.period) == ("ZZBB10", Rut(44_000_001), "2025")
    assert entry.holder_name == "Contribuyente de prueba 1"
    assert entry.subject["valuation"] == 9_876_543
    assert entry.subject["due_on"] == "2025-03-31"
    assert json.loads(json.dumps(entry.subject)) == entry.subject


def test_address_and_telephone_are_kept_nowhere() -> None:
    kept = repr(
        read(Domicilio_propietario="SECRETO-1", Telefono_propietario="SECRETO-2", Comuna_propietario="SECRETO-3")
    )

    assert "SECRETO" not in kept


def test_cells_of_a_workbook_are_read_like_text() -> None:
    as_text = read(Ano="2018", Tasacion="9876543", Digito_verificador_patente="3")
    as_cells = read(
        Ano=2018.0,
        Tasacion=9_876_543.0,
        Digito_verificador_patente=3,
        Fecha_vencimiento=datetime(2025, 3, 31, 0, 0),  # noqa: DTZ001 - as a workbook gives it
    )

    assert as_text == as_cells == read(Fecha_vencimiento=date(2025, 3, 31), Tasacion="9.876.543")


def test_blanks_are_tolerated_where_the_format_has_them() -> None:
    entry = read(Nro_asientos=None, Nro_puertas="", Cilindrada=None, Equipamiento=None, Tara=None)

    assert (entry.subject["seats"], entry.subject["doors"], entry.subject["equipment"]) == (0, 0, "")


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("Rut", "44000001-2"),
        ("Rut", None),
        ("Patente", "ZZBB1"),
        ("Digito_verificador_patente", "4"),
        ("Digito_verificador_patente", None),
        ("Fecha_vencimiento", "31/02/2025"),
        ("Fecha_vencimiento", "2025-03-31"),
        ("Fecha_vencimiento", "31/03/2024"),
        ("Fecha_vencimiento", None),
        ("Fecha_factura", "ayer"),
        ("Codigo_sii", "A0110001"),
        ("Codigo_sii", None),
        ("Ano", 1899),
        ("Ano", 2027),
        ("Ano", "dos mil"),
        ("Ano", None),
        ("Tasacion", 0),
        ("Tasacion", -5),
        ("Tasacion", 1.5),
        ("Tasacion", 1.567),
        ("Tasacion", True),
        ("Tasacion", "1,5"),
        ("Tasacion", "١٢٣"),
        ("Tasacion", None),
        ("Valor_neto_factura", "mucho"),
        ("Motor", "M" * 51),
        ("Nombre_propietario", "N" * 81),
        ("Nombre_propietario", " "),
        ("Tipo_vehiculo", None),
        ("Combustible", None),
        ("Sello_verde", "quizás"),
        ("Nro_asientos", -1),
    ],
)
def test_a_wrong_cell_is_named(column: str, value: object) -> None:
    assert refused(**{column: value}) == [column]


def test_every_error_of_a_row_is_told_at_once() -> None:
    assert refused(Rut="1-1", Patente="?", Tasacion="x", Sello_verde=None) == [
        "Rut",
        "Patente",
        "Tasacion",
        "Sello_verde",
    ]


def test_an_empty_row_is_errors_and_no_crash() -> None:
    errors = SERVICE.read_roll_row(2, {}, year=2025)

    assert isinstance(errors, list)
    assert len(errors) > 10


def test_text_with_control_characters_and_markup_is_text() -> None:
    entry = read(Modelo="<img src=file:///etc/passwd>\x00\n{{ x }}")

    assert entry.subject["model"] == "<img src=file:///etc/passwd> {{ x }}"


def test_what_decides_the_amount_is_kept() -> None:
    entry = read(Zona_franca="Si", Valor_neto_factura=8_000_000, Fecha_factura="05/03/2025", Tonelaje="3,5")

    kept = {key: entry.subject[key] for key in ("free_zone", "invoice_net", "invoice_on", "load_kg")}
    assert kept == {"free_zone": True, "invoice_net": 8_000_000, "invoice_on": "2025-03-05", "load_kg": 3_500}
    plain = Vehicle.from_subject(read().subject).to_subject()
    assert {key: plain[key] for key in kept} == {"free_zone": False, "invoice_net": 0, "invoice_on": "", "load_kg": 0}


@pytest.mark.parametrize(
    ("written", "load_kg"),
    [("3,5", 3_500), (3.5, 3_500), ("12.25", 12_250), (100, 100_000), (1750, 1_750), ("5000", 5_000)],
)
def test_a_load_is_read_in_tonnes_or_in_kilograms(written: object, load_kg: int) -> None:
    assert read(Tipo_vehiculo="Camión", Tonelaje=written).subject["load_kg"] == load_kg


@pytest.mark.parametrize("written", ["mucho", -3, "1,234", "NaN"])
def test_a_load_that_is_no_number_is_named(written: object) -> None:
    assert refused(Tonelaje=written) == ["Tonelaje"]


def test_a_vehicle_that_pays_by_its_class_needs_neither_code_nor_valuation() -> None:
    entry = read(Tipo_vehiculo="Tractor", Codigo_sii=None, Tasacion=None)

    assert (entry.subject["sii_code"], entry.subject["valuation"]) == ("", 0)


def test_a_new_vehicle_with_an_invoice_needs_no_valuation() -> None:
    assert read(Valor_neto_factura=8_000_000, Fecha_factura="05/03/2025", Tasacion=None).subject["valuation"] == 0


def test_what_was_kept_before_a_field_existed_is_still_read() -> None:
    old = {key: value for key, value in read().subject.items() if key not in {"load_kg", "invoice_net", "invoice_on"}}

    assert SERVICE.traits({**old, "priced_from_invoice": False}) == SERVICE.traits(read().subject)
