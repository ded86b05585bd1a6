"""The documents of a season, made by the services' own rules from test vehicles, licences and properties.

What is published: 238,185 payments by 31 May 2018 (SUBDERE, Informe Plataforma SEM, 29 June 2018), almost all of them
permits, and 345 municipalities. Nobody publishes how they are spread, so these are assumptions, the same in every run:
sizes are lognormal as those of communes are (spread 1.38: 50,000 inhabitants in the mean, 19,500 in the middle), all
documents fall into March, the more the nearer its end, and into the hours in which people are awake. One in ten
vehicles has a long name, one owner in thirty two lines of it, one permit in twenty pays fines as well.
"""

import csv
import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from math import exp
from statistics import NormalDist

from backend.receipts.rendering import ChargeLine, Fact, PermitDocument
from backend.receipts.wording import as_receipt, facts_of
from backend.reference.files import DATA, FileRates
from backend.services import get_service
from backend.services.base import QuoteLine, RollEntry
from backend.shared.json import JSON
from sandbox.identifiers import LETTERS, plate_check_digit, rut_check_digit
from sandbox.registers.insurance import COMPANIES
from sandbox.vehicles import vehicle_of
from sandbox.workbooks import draw

PAYMENTS, MUNICIPALITIES = 238_185, 345
_SPREAD = 1.38
_YEAR = 2025
_FIRST_RUT = 44_100_000  # not assigned to anybody
_PERMIT, _LICENCE, _WASTE = "circulation_permit", "business_licence", "waste_fee"
_OF_A_HUNDRED = (_PERMIT,) * 91 + (_LICENCE,) * 5 + (_WASTE,) * 4
_OWN: Mapping[tuple[str, str], JSON] = {
    (_LICENCE, "rate_per_mil"): "5",
    (_LICENCE, "waste_tariffs"): {"GENERAL": {"utm": "1.2"}},
    (_LICENCE, "advertising_tariff"): {"plain_utm": "0.5", "luminous_utm": "1", "per": "year"},
    (_WASTE, "tariffs"): {"GENERAL": {"pesos": 74_071}, "COMERCIAL": {"utm": "1.5"}},
}
_RATES = FileRates(own=_OWN)
_LONG_NAMES = ("Grand Cherokee Limited 4x4 3.6 automática", "Sprinter 515 CDI furgón techo alto 4.325")
_MEANS = ("Tarjeta de débito", "Tarjeta de crédito", "Transferencia electrónica")
_TRADES = ("Almacén de comestibles", "Librería", "Ferretería", "Venta de ropa", "Peluquería", "Restaurante")
_ACCOUNTS = ("115.03.01.001", "115.03.01.002", "115.03.01.003")
_AWAKE = (1, 1, 1, 1, 1, 1, 2, 4, 7, 10, 12, 12, 11, 9, 9, 10, 11, 12, 11, 9, 9, 8, 6, 3)
"""How likely each hour of a day is."""


@dataclass(frozen=True)
class Town:
    """A municipality, its place among all by size, and how many documents it issues."""

    place: int
    code: str
    name: str
    documents: int


@dataclass(frozen=True)
class Paid:
    """A document that somebody pays for at an instant (aware)."""

    at: datetime
    document: PermitDocument


def towns() -> list[Town]:
    """Give all municipalities with their share of the season, the largest first."""
    with (DATA / "communes.csv").open(encoding="utf-8", newline="") as lines:
        rows = [row for row in csv.DictReader(lines) if row["cut"] != "12202"]  # the Antarctic has none
    normal = NormalDist()
    sizes = [exp(_SPREAD * normal.inv_cdf((place + 0.5) / MUNICIPALITIES)) for place in range(MUNICIPALITIES)]
    sizes.sort(reverse=True)
    whole = sum(sizes)
    return [
        Town(place, row["cut"], row["comuna"], max(1, round(PAYMENTS * size / whole)))
        for place, (row, size) in enumerate(zip(rows, sizes, strict=True))
    ]


def documents_of(town: Town) -> Iterator[Paid]:
    """Make the documents of a municipality, in the order of their instants."""
    chance = random.Random(town.code)  # noqa: S311 - a sample, no secret
    instants = sorted(_instant(chance) for _ in range(town.documents))
    for number, at in enumerate(instants, start=1):
        yield Paid(at, _document(town, number, at))


def _instant(chance: random.Random) -> datetime:
    day = chance.choices(range(31), weights=_nearer_the_end())[0]
    hour = chance.choices(range(24), weights=_AWAKE)[0]
    return datetime(_YEAR, 3, 1, 3, tzinfo=UTC) + timedelta(days=day, hours=hour, seconds=chance.randrange(3600))


@cache
def _nearer_the_end() -> tuple[float, ...]:
    return tuple(1.0 / (32 - day) + 0.01 for day in range(1, 32))


def _document(town: Town, number: int, at: datetime) -> PermitDocument:
    thing = f"{town.code}/{number}"
    kind = _OF_A_HUNDRED[draw(thing, "service", 100)]
    entry, evidence = _entry(kind, town, number, thing)
    service = get_service(kind)
    today = (at - timedelta(hours=3)).date()
    quoted_on = date(_YEAR - 1, 7, 20) if kind == _LICENCE else today  # later its surcharges are not published yet
    offered = [
        option
        for option in service.options(entry.subject, period=entry.period, rates=_RATES, today=quoted_on)
        if option.available and option.slots[0] == 1
    ]
    option = offered[draw(thing, "option", 4) == 0 and len(offered) > 1]
    fields = service.document_fields(
        entry.subject,
        object_key=entry.object_key,
        period=entry.period,
        option=option.code,
        evidence=evidence,
        rates=_RATES,
    )
    lines = tuple(_charge(line) for line in option.lines)
    if "paid_here" in evidence.get("fines", {}):
        lines += (
            ChargeLine("Multa de tránsito, rol 4021-2024", "", "", "Ley 18.287 art. 22", "$67.429"),
            ChargeLine("Arancel del Registro Civil por multa", "", "", "Ley 18.287 art. 24", "$1.560"),
        )
    folio = f"{_YEAR}{number:06d}"
    code = "K7QX-2M4D-PZ3A-9HTV"
    printed = PermitDocument(
        municipality=f"Municipalidad de {town.name}",
        municipality_code=town.code,
        municipality_rut="69.070.500-1",
        folio=folio,
        issued_on=today,
        title=service.title.es,
        period=entry.period,
        option=str(fields.get("payment_form", option.title.es)),
        plate=str(fields.get("plate") or entry.object_key),
        valid_until=service.valid_until(period=entry.period, option=option.code, subject=entry.subject),
        owner_name=entry.holder_name,
        owner_rut=entry.holder_rut.dotted,
        vehicle=facts_of(service, fields, inside=True),
        evidence=facts_of(service, fields, inside=False),
        lines=lines,
        total=str(option.total),
        paid_at=f"{at - timedelta(hours=3):%d-%m-%Y %H:%M}",
        means=_MEANS[draw(thing, "means", len(_MEANS))],
        operation_id=f"72{draw(thing, 'operation', 10**8):08d}",
        order_number=f"{town.code}-{_YEAR}-{number:06d}",
        verification_url=f"https://pagos-{town.code}.example/v/{folio}/{code}",
        verification_code=code,
        signer_name=f"Tesorería Municipal de {town.name}",
        signer_role="Tesorería Municipal",
    )
    if service.document_kind == "permit":
        return printed
    return as_receipt(printed, service, tuple(map(Fact, _ACCOUNTS, (line.amount for line in lines))))


def _charge(line: QuoteLine) -> ChargeLine:
    base = str(line.base) if line.base is not None else ""
    return ChargeLine(line.text.es, base, line.rate, line.law, str(line.amount))


def _entry(kind: str, town: Town, number: int, thing: str) -> tuple[RollEntry, Mapping[str, Mapping[str, str]]]:
    row, evidence = {_PERMIT: _vehicle, _LICENCE: _licence, _WASTE: _property}[kind](number, thing)
    rut = _FIRST_RUT + number
    name = f"Contribuyente de prueba {number}"
    if draw(thing, "name", 30) == 0:
        name = f"Transportes y Servicios de Prueba {number} Sociedad de Responsabilidad Limitada"
    owner = "Nombre_propietario" if kind == _PERMIT else "Nombre"
    row |= {"Rut": f"{rut}-{rut_check_digit(rut)}", owner: name}
    if kind == _PERMIT:
        row["Comuna_propietario"] = town.name
    period = 2024 if kind == _LICENCE else _YEAR  # licences run from July to June
    entry = get_service(kind).read_roll_row(1, row, year=period)
    if not isinstance(entry, RollEntry):
        raise TypeError(f"{kind} {row}: {entry}")
    return entry, evidence


Row = dict[str, object]
Evidence = Mapping[str, Mapping[str, str]]


def _vehicle(number: int, thing: str) -> tuple[Row, Evidence]:
    letters, digits = divmod(draw(thing, "plate", 25_000), 90)
    plate = f"ZZ{LETTERS[letters // len(LETTERS) % len(LETTERS)]}{LETTERS[letters % len(LETTERS)]}{digits + 10}"
    known = vehicle_of(plate)
    row: Row = {
        "Patente": plate,
        "Fecha_vencimiento": f"31/03/{_YEAR}",
        "Digito_verificador_patente": plate_check_digit(plate),
        "Codigo_sii": known.sii_code,
        "Ano": _YEAR - known.age,
        "Tasacion": known.valuation,
        "Motor": known.engine,
        "Chasis": known.chassis,
        "Color": known.colour,
        "Nro_asientos": known.model.seats,
        "Tara": 0,
        "Domicilio_propietario": "Calle de prueba 1",
        "Sello_verde": "Si",
        "Modelo": _LONG_NAMES[number % 2] if draw(thing, "long", 10) == 0 else known.model.name,
        "Marca": known.model.make,
        "Tipo_vehiculo": known.model.kind,
        "Cilindrada": known.model.displacement,
        "Combustible": known.model.fuel,
        "Transmision": "Mecanica",
        "Equipamiento": "Estandar",
        "Nro_puertas": known.model.doors,
    }
    has_fines = draw(thing, "fines", 20) == 0
    evidence = {
        "insurance": {
            "company": COMPANIES[draw(thing, "company", len(COMPANIES))][1],
            "policy": f"P{draw(thing, 'policy', 10**9):09d}",
            "valid_to": f"{_YEAR + 1}-03-31",
        },
        "inspection": {
            "certificate": f"A{draw(thing, 'certificate', 10**8):08d}",
            "plant": f"ZZ{draw(thing, 'plant', 1000):04d}",
            "valid_to": date(_YEAR, 10, 31).isoformat(),
            "gas_certificate": f"G{draw(thing, 'gases', 10**8):08d}",
            "gas_valid_to": date(_YEAR, 10, 31).isoformat(),
        },
        "fines": {"paid_here": "1"} if has_fines else {"count": "0", "reported_on": f"{_YEAR}-03-20"},
    }
    return row, evidence


def _licence(number: int, thing: str) -> tuple[Row, Evidence]:
    row: Row = {
        "Rol": f"2-{100_000 + number}",
        "Ano": 2024,
        "Tipo_patente": "COMERCIAL",
        "Giro": _TRADES[draw(thing, "trade", len(_TRADES))],
        "Origen_capital": "PROPIO",
        "Capital": 3_000_000 + draw(thing, "capital", 50_000) * 1_000,
    }
    if draw(thing, "waste", 2):
        row["Codigo_aseo"] = "GENERAL"
    if draw(thing, "sign", 4) == 0:
        row["Publicidad_m2"] = "4"
    return row, {}


def _property(number: int, thing: str) -> tuple[Row, Evidence]:
    return {
        "Manzana": 101 + number // 20,
        "Predio": number % 20 + 1,
        "Ano": _YEAR,
        "Destino": "VIVIENDA",
        "Avaluo_fiscal": 60_000_000 + draw(thing, "valuation", 90_000) * 1_000,
        "Codigo_tarifa": "GENERAL",
        "Forma_cobro": "DIRECTO",
    }, {}
