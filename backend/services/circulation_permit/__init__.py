"""The circulation permit (permiso de circulación) of every class of vehicle: DL 3.063 arts. 12 to 20."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType

from backend.services.base import (
    JSON,
    DocumentGroup,
    LookupField,
    PaymentOption,
    QuoteField,
    Rates,
    RollEntry,
    RowError,
)
from backend.services.circulation_permit import assessment, document, lookup, options, periods, roll, texts, typed
from backend.services.circulation_permit.bases import differs
from backend.services.circulation_permit.vehicle import Vehicle
from backend.shared.money import Money
from backend.shared.plate import Plate
from backend.shared.question import CheckQuestion
from backend.shared.rut import Rut
from backend.shared.text import Text

__all__ = ["SERVICE", "differs"]


class CirculationPermit:
    """See `backend.services.base.Service`; the object is a vehicle, its key the normalised plate."""

    code: str = assessment.SERVICE
    title: Text = texts.TITLE
    lookup_fields: tuple[LookupField, ...] = lookup.FIELDS
    checks: tuple[str, ...] = ("insurance", "inspection", "fines")
    document_kind: str = "permit"
    oldest_first: bool = True
    document_groups: tuple[DocumentGroup, ...] = document.GROUPS
    roll_columns: tuple[str, ...] = roll.COLUMNS
    roll_example: Mapping[str, str] = MappingProxyType(roll.EXAMPLE)
    commune_columns: tuple[str, ...] = ("Comuna_propietario",)
    valuation_column: str = "Tasacion"
    valuation_fields: tuple[str, str, str] = ("sii_code", "year", "valuation")
    QUOTE_FIELDS: tuple[QuoteField, ...] = typed.FIELDS
    revenue_keys: Mapping[str, str] = MappingProxyType({"interest": "circulation_permit.interest"})

    def normalise_lookup(self, fields: Mapping[str, str]) -> tuple[str, Rut]:
        return lookup.normalise(fields)

    def read_roll_row(self, number: int, row: Mapping[str, object], *, year: int) -> RollEntry | list[RowError]:
        return roll.read_row(number, row, year=year)

    def traits(self, subject: Mapping[str, JSON]) -> list[tuple[Text, str]]:
        """Make, model, year, colour: enough to recognise one's vehicle, and nothing more for others to learn."""
        vehicle = Vehicle.from_subject(subject)
        return [
            (Text(es="Marca", en="Make"), vehicle.make),
            (Text(es="Modelo", en="Model"), vehicle.model),
            (Text(es="Año", en="Year"), str(vehicle.year)),
            (Text(es="Color", en="Colour"), vehicle.colour),
        ]

    def options(
        self,
        subject: Mapping[str, JSON],
        *,
        period: str,
        rates: Rates,
        today: date,
        paid: frozenset[int] = frozenset(),
    ) -> list[PaymentOption]:
        vehicle = Vehicle.from_subject(subject)
        return options.payment_options(vehicle, period=period, rates=rates, today=today, paid=paid)

    def check_question(
        self, subject: Mapping[str, JSON], *, object_key: str, period: str, today: date
    ) -> CheckQuestion:
        vehicle = Vehicle.from_subject(subject)
        return CheckQuestion(
            plate=Plate(object_key),
            must_cover_until=periods.insured_until(vehicle.period, period=period),
            today=today,
            model_year=vehicle.year,
        )

    def document_fields(
        self,
        subject: Mapping[str, JSON],
        *,
        object_key: str,
        period: str,
        option: str,
        evidence: Mapping[str, Mapping[str, str]],
        rates: Rates | None = None,
    ) -> dict[str, JSON]:
        return document.fields(
            Vehicle.from_subject(subject),
            plate=Plate(object_key),
            period=period,
            option=option,
            evidence=evidence,
            rates=rates,
        )

    def valid_until(self, *, period: str, option: str, subject: Mapping[str, JSON] | None = None) -> date:
        code = Vehicle.from_subject(subject).period if subject is not None else "march"
        return periods.valid_until(code, period=period, option=option)

    def subject_from(self, fields: Mapping[str, object], *, period: str) -> dict[str, JSON]:
        return typed.vehicle_from(fields, period=period).to_subject()

    def differs(self, subject: Mapping[str, JSON], rates: Rates, period: str) -> tuple[Money, Money] | None:
        return differs(subject, rates, period)


SERVICE = CirculationPermit()
