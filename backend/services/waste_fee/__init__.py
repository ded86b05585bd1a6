"""The waste fee (derechos de aseo): DL 3.063 arts. 7 to 9, Ley 20.033."""

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
from backend.services.waste_fee import document, lookup, options, roll, rules, texts, typed
from backend.services.waste_fee.property import Property
from backend.shared.question import CheckQuestion
from backend.shared.rut import Rut
from backend.shared.text import Text

__all__ = ["SERVICE"]


class WasteFee:
    """See `backend.services.base.Service`; the object is a property, its key the role padded to 5-5."""

    code: str = rules.CODE
    title: Text = texts.TITLE
    lookup_fields: tuple[LookupField, ...] = lookup.FIELDS
    checks: tuple[str, ...] = ()
    document_kind: str = "receipt"
    oldest_first: bool = True
    document_groups: tuple[DocumentGroup, ...] = document.GROUPS
    revenue_keys: Mapping[str, str] = MappingProxyType({"interest": "waste_fee.interest"})
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
        """The use alone: no address, no valuation, no benefit. The role is what the citizen typed herself."""
        return [(Text(es="Destino", en="Use"), texts.USES[Property.from_subject(subject).use].es)]

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
            Property.from_subject(subject), period=period, rates=rates, today=today, paid=paid
        )

    def check_question(
        self, subject: Mapping[str, JSON], *, object_key: str, period: str, today: date
    ) -> CheckQuestion:
        """Raises `NotImplementedError`: a property asks no register, so nobody may ask for the question."""
        raise NotImplementedError("waste fees are checked at no register")

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
        return document.fields(Property.from_subject(subject), role=object_key, period=period, option=option)

    def valid_until(self, *, period: str, option: str, subject: Mapping[str, JSON] | None = None) -> date:
        return document.paid_until(period=period)


SERVICE = WasteFee()
