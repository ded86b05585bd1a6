"""The roll of properties: columns of our own, read strictly."""

from __future__ import annotations

import json

import pytest

from backend.services.base import RollEntry
from backend.services.waste_fee import SERVICE
from backend.services.waste_fee.lookup import InvalidPropertyRole, parse_role, printed_role
from backend.shared.rut import InvalidRut, Rut


def read(**cells: object) -> RollEntry | list[tuple[str, str]]:
    read = SERVICE.read_roll_row(7, {**SERVICE.roll_example, **cells}, year=2025)
    return read if isinstance(read, RollEntry) else [(error.column, error.message.es) for error in read]


def test_the_example_of_the_template_is_a_good_row() -> None:
    entry = read()

    assert isinstance(entry, RollEntry)
    assert (entry.object_key, entry.holder_rut, entry.period) == ("00573-00024", Rut(44_000_001), "2025")
    assert json.loads(json.dumps(entry.subject)) == entry.subject


def test_every_error_of_a_row_is_found() -> None:
    errors = SERVICE.read_roll_row(7, {}, year=2025)

    assert isinstance(errors, list)
    assert [error.column for error in errors] == [
        "Ano",
        "Manzana",
        "Predio",
        "Rut",
        "Nombre",
        "Destino",
        "Forma_cobro",
    ]


@pytest.mark.parametrize(
    ("cells", "column", "said"),
    [
        ({"Manzana": "123456"}, "Manzana", "cinco cifras"),
        ({"Predio": "0"}, "Predio", "mayor que cero"),
        ({"Rut": "44000001-1"}, "Rut", "El RUT no es válido"),
        ({"Ano": "2026"}, "Ano", "No es el año 2025 de la nómina."),
        ({"Destino": "CASTILLO"}, "Destino", "VIVIENDA, LOCAL, OFICINA, KIOSKO, SITIO_ERIAZO"),
        ({"Avaluo_fiscal": ""}, "Avaluo_fiscal", "mayor que cero"),
        ({"Avaluo_fiscal": "48,5"}, "Avaluo_fiscal", "mayor que cero"),
        ({"Tarifa_especial": "-5"}, "Tarifa_especial", "sin signo"),
        ({"Forma_cobro": ""}, "Forma_cobro", "Falta el dato."),
        ({"Codigo_beneficio": ""}, "Codigo_beneficio", "Falta el código del beneficio"),
        ({"Beneficio_hasta": "31/02/2026"}, "Beneficio_hasta", "dd/MM/aaaa"),
    ],
)
def test_a_wrong_cell_is_told_in_spanish(cells: dict[str, object], column: str, said: str) -> None:
    errors = read(**cells)

    assert isinstance(errors, list)
    assert said in dict(errors)[column]


def test_words_are_understood_however_they_are_spelt() -> None:
    entry = read(Destino="Sitio eriazo", Forma_cobro="tgr", Avaluo_fiscal="", Codigo_tarifa="")

    assert isinstance(entry, RollEntry)
    assert (entry.subject["use"], entry.subject["collection"], entry.subject["tariff"]) == (
        "SITIO_ERIAZO",
        "TGR",
        "GENERAL",
    )


def test_a_bracket_of_the_social_register_has_no_place_in_what_is_kept() -> None:
    entry = read(Tramo_RSH="40", Direccion="Calle de prueba 1")

    assert isinstance(entry, RollEntry)
    assert entry == read()


@pytest.mark.parametrize(
    ("text", "key"), [("573-24", "00573-00024"), ("00573 - 00024", "00573-00024"), ("1/2", "00001-00002")]
)
def test_a_role_has_one_form_and_is_printed_without_zeros(text: str, key: str) -> None:
    assert parse_role(text) == key
    assert parse_role(printed_role(key)) == key


@pytest.mark.parametrize("text", ["", "573", "0-24", "573-0", "573-24-1", "123456-1", "A-1", "573--24x"])
def test_what_is_no_role_is_refused(text: str) -> None:
    with pytest.raises(InvalidPropertyRole):
        parse_role(text)


def test_role_and_rut_find_a_property_and_the_wrong_field_is_named() -> None:
    assert SERVICE.normalise_lookup({"role": "573-24", "rut": "44.000.001-0"}) == ("00573-00024", Rut(44_000_001))
    with pytest.raises(InvalidPropertyRole) as role:
        SERVICE.normalise_lookup({"rut": "44000001-0"})
    with pytest.raises(InvalidRut) as rut:
        SERVICE.normalise_lookup({"role": "573-24"})
    assert (role.value.field, rut.value.field) == ("role", "rut")
