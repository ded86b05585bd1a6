"""The business licence (patente municipal): DL 3.063 arts. 23 to 34."""

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
from backend.services.business_licence import document, lookup, options, roll, tariff, texts, typed
from backend.services.business_licence.licence import Licence
from backend.shared.question import CheckQuestion
from backend.shared.rut import Rut
from backend.shared.text import Text

__all__ = ["SERVICE"]


class BusinessLicence:
    """See `backend.services.base.Service`; the object is a licence, its key the normalised role.

    Period "2025" runs from 1 July 2025 to 30 June 2026.
    """

    code: str = tariff.CODE
    title: Text = texts.TITLE
    lookup_fields: tuple[LookupField, ...] = lookup.FIELDS
    checks: tuple[str, ...] = ()
    document_kind: str = "receipt"
    oldest_first: bool = False
    document_groups: tuple[DocumentGroup, ...] = document.GROUPS
    revenue_keys: Mapping[str, str] = MappingProxyType(
        {
            "waste": "business_licence.waste",
            "advertising": "business_licence.advertising",
            "advertising_luminous": "business_licence.advertising",
            "interest": "business_licence.interest",
        }
    )
    roll_columns: tuple[str, ...] = roll.COLUMNS
    roll_example: Mapping[str, str] = MappingProxyType(roll.EXAMPLE)
    QUOTE_FIELDS: tuple[QuoteField, ...] = typed.FIELDS

    def normalise_lookup(self, fields: Mapping[str, str]) -> tuple[str, Rut]:
        return lookup.normalise(fields)

    def read_roll_row(self, number: int, row: Mapping[str, object], *, year: int) -> RollEntry | list[RowError]:
        return roll.read_row(number, row, year=year)

    def subject_from(self, fields: Mapping[str, object], *, period: str) -> dict[str, JSON]:
        return typed.subject_from(fields, period=period)

    def traits(self, subject: Mapping[str, JSON]) -> list[tuple[Text, str]]:
        """Kind and activity: no capital, no name, no address."""
        licence = Licence.from_subject(subject)
        return [
            (Text(es="Tipo", en="Kind"), texts.KINDS[licence.kind].es),
            (Text(es="Giro", en="Activity"), licence.activity),
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
        return options.payment_options(
            Licence.from_subject(subject), period=period, rates=rates, today=today, paid=paid
        )

    def check_question(
        self, subject: Mapping[str, JSON], *, object_key: str, period: str, today: date
    ) -> CheckQuestion:
        """Raises `NotImplementedError`: a licence asks no register, so nobody may ask for the question."""
        raise NotImplementedError("business licences are checked at no register")

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
        return document.fields(Licence.from_subject(subject), role=object_key, period=period, option=option)

    def valid_until(self, *, period: str, option: str, subject: Mapping[str, JSON] | None = None) -> date:
        return document.paid_until(period=period, option=option)


SERVICE = BusinessLicence()
