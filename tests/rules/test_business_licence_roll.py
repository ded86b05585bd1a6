"""The roll of licences: columns of our own, read strictly."""

from __future__ import annotations

import json
from datetime import date

import pytest

from backend.services.base import RollEntry
from backend.services.business_licence import SERVICE
from backend.services.business_licence.licence import Licence
from backend.services.business_licence.lookup import InvalidRole, parse_role
from backend.shared.rut import InvalidRut, Rut
from tests.rules.licences import SHOP, quote

PROVISIONAL = {
    "Tipo_patente": "PROVISORIA",
    "Origen_capital": "INICIAL",
    "Fecha_otorgamiento": "01/08/2025",
    "Estado_provisoria": "PROVISORIA",
    "Vencimiento_provisoria": "01/08/2027",
    "Observaciones_DOM": "Si",
}


def read(**cells: object) -> RollEntry | list[tuple[str, str]]:
    read = SERVICE.read_roll_row(7, {**SERVICE.roll_example, **cells}, year=2025)
    return read if isinstance(read, RollEntry) else [(error.column, error.message.es) for error in read]


def test_the_example_of_the_template_is_a_good_row() -> None:
    entry = read()

    assert isinstance(entry, RollEntry)
    assert (entry.object_key, entry.holder_rut, entry.holder_name, entry.period) == (
        "2-1234",
        Rut(46_000_001),
        "Comercio de prueba 1",
        "2025",
    )
    assert json.loads(json.dumps(entry.subject)) == entry.subject
    assert entry.subject.keys() == SHOP.to_subject().keys()


def test_every_error_of_a_row_is_found_with_its_row_and_column() -> None:
    errors = SERVICE.read_roll_row(7, {}, year=2025)

    assert isinstance(errors, list)
    assert {error.row for error in errors} == {7}
    assert [error.column for error in errors] == [
        "Ano",
        "Rut",
        "Rol",
        "Nombre",
        "Tipo_patente",
        "Origen_capital",
        "Capital",
        "Giro",
    ]


@pytest.mark.parametrize(
    ("cells", "column", "said"),
    [
        ({"Rut": "46000001-8"}, "Rut", "El RUT no es válido"),
        ({"Rol": "patente vieja"}, "Rol", "El rol de la patente no es válido"),
        ({"Rol": date(2025, 12, 2)}, "Rol", "tomó el rol por una fecha"),
        ({"Ano": "2024"}, "Ano", "No es el año 2025 de la nómina."),
        ({"Tipo_patente": "KIOSKO"}, "Tipo_patente", "Debe ser uno de estos: COMERCIAL, INDUSTRIAL"),
        ({"Tasa_por_mil": "6"}, "Tasa_por_mil", "no está entre 2,5 y 5 por mil"),
        ({"Tasa_por_mil": "5%"}, "Tasa_por_mil", "Debe ser un número sin signo"),
        ({"Capital": "mucho"}, "Capital", "Debe ser un número entero."),
        ({"Capital": ""}, "Capital", "Falta el dato."),
        ({"Certificado_inversiones": ""}, "Certificado_inversiones", "solo se deducen con certificado"),
        ({"Trabajadores_total": ""}, "Trabajadores_total", "ambos números de trabajadores"),
        ({"Trabajadores_local": "13"}, "Trabajadores_local", "más trabajadores que el total"),
        ({"Publicidad_m2": "2,555"}, "Publicidad_m2", "dos decimales a lo más"),
        ({"Exencion": "AMISTAD"}, "Exencion", "Debe ser uno de estos: BENEFICENCIA"),
        ({"Fecha_otorgamiento": "31/02/2019"}, "Fecha_otorgamiento", "dd/MM/aaaa"),
        ({"Fecha_otorgamiento": "01/07/2026"}, "Fecha_otorgamiento", "termina el 30-06-2026"),
        ({"Estado_provisoria": "CADUCADA"}, "Estado_provisoria", "Solo se llena para una patente provisoria"),
        ({"Tipo_patente": "PROFESIONAL"}, "Capital", "No corresponde capital"),
        ({**PROVISIONAL, "Estado_provisoria": ""}, "Estado_provisoria", "Falta el dato."),
        ({**PROVISIONAL, "Fecha_otorgamiento": ""}, "Fecha_otorgamiento", "Falta el dato."),
        ({**PROVISIONAL, "Vencimiento_provisoria": ""}, "Vencimiento_provisoria", "Falta el dato."),
        ({**PROVISIONAL, "Vencimiento_provisoria": "01/07/2025"}, "Vencimiento_provisoria", "anterior al otorgamiento"),
        (
            {**PROVISIONAL, "Vencimiento_provisoria": "02/08/2028"},
            "Vencimiento_provisoria",
            "máximo legal de tres años",
        ),
    ],
)
def test_a_wrong_cell_is_told_in_spanish(cells: dict[str, object], column: str, said: str) -> None:
    errors = read(**cells)

    assert isinstance(errors, list)
    assert column in [name for name, _ in errors]
    assert said in dict(errors)[column]


def test_a_provisional_licence_is_read_with_its_dates() -> None:
    entry = read(**PROVISIONAL)

    assert isinstance(entry, RollEntry)
    assert {key: entry.subject[key] for key in ("state", "granted_on", "expires_on", "sanitary", "remarks")} == {
        "state": "PROVISORIA",
        "granted_on": "2025-08-01",
        "expires_on": "2027-08-01",
        "sanitary": False,
        "remarks": True,
    }


def test_the_expiry_may_stay_empty_where_the_law_gives_it() -> None:
    assert isinstance(
        read(**{**PROVISIONAL, "Fecha_otorgamiento": "01/09/2022", "Vencimiento_provisoria": ""}), RollEntry
    )
    assert isinstance(read(**{**PROVISIONAL, "Estado_provisoria": "solicitada", "Fecha_otorgamiento": ""}), RollEntry)


def test_a_negative_capital_is_as_good_as_none() -> None:
    entry = read(Capital="-5.000.000", Inversiones_deducibles="")

    assert isinstance(entry, RollEntry)
    assert entry.subject["capital"] == 0


def test_no_amount_to_pay_is_read_from_the_file() -> None:
    entry = read(Valor="1", Total="1")

    assert isinstance(entry, RollEntry)
    assert entry == read()


@pytest.mark.parametrize("kind", ["PROFESIONAL", "ALCOHOLES"])
def test_some_kinds_go_without_capital(kind: str) -> None:
    cells = dict.fromkeys(("Origen_capital", "Capital", "Inversiones_deducibles", "Trabajadores_local"), "")

    entry = read(Tipo_patente=kind, Trabajadores_total="", **cells)

    assert isinstance(entry, RollEntry)
    assert list(quote(Licence.from_subject(entry.subject))) == ["single"]


@pytest.mark.parametrize(
    ("text", "role"),
    [
        ("2-1234", "2-1234"),
        ("002 - 001234", "2-1234"),
        ("200.123", "200-123"),
        ("401577", "401577"),
        ("4-15-a", "4-15-A"),
    ],
)
def test_a_role_has_one_form(text: str, role: str) -> None:
    assert parse_role(text) == role
    assert parse_role(role) == role


@pytest.mark.parametrize(
    "text", ["", "-", "0-0", "1-2-3-4", "ROL DE PRUEBA", "1;DROP", "123456789012345678901", "2-1\x00"]
)
def test_what_is_no_role_is_refused(text: str) -> None:
    with pytest.raises(InvalidRole):
        parse_role(text)


def test_role_and_rut_find_a_licence_and_the_wrong_field_is_named() -> None:
    assert SERVICE.normalise_lookup({"role": " 2-01234", "rut": "46.000.001-7"}) == ("2-1234", Rut(46_000_001))
    with pytest.raises(InvalidRole) as role:
        SERVICE.normalise_lookup({"rut": "46000001-7"})
    with pytest.raises(InvalidRut) as rut:
        SERVICE.normalise_lookup({"role": "2-1234"})
    assert (role.value.field, rut.value.field) == ("role", "rut")
