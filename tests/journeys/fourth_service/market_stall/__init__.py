"""Stalls of the street market (puestos de feria): so much for each metre and year, by the municipality's ordinance."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType

from backend.services.base import (
    JSON,
    DocumentGroup,
    LookupField,
    PaymentOption,
    QuoteLine,
    Rates,
    RollEntry,
    RowError,
)
from backend.services.row_reader import RowReader
from backend.shared.money import Money
from backend.shared.question import CheckQuestion
from backend.shared.rut import Rut, parse_rut
from backend.shared.text import Text

CODE = "market_stall"
STALL = Text(es="Número del puesto", en="Number of the stall")
METRES = Text(es="Metros de frente", en="Metres of front")


class MarketStall:
    """See `backend.services.base.Service`; the object is a stall, its key the number."""

    code: str = CODE
    title: Text = Text(es="Puesto de feria", en="Market stall")
    lookup_fields: tuple[LookupField, ...] = (
        LookupField(name="stall", label=STALL, kind="text"),
        LookupField(name="rut", label=Text(es="RUT del feriante", en="Stallholder's RUT"), kind="rut"),
    )
    checks: tuple[str, ...] = ()
    oldest_first: bool = False
    document_kind: str = "receipt"
    document_groups: tuple[DocumentGroup, ...] = (
        DocumentGroup("stall", Text(es="Puesto", en="Stall"), (("object", STALL), ("metres", METRES))),
    )
    revenue_keys: Mapping[str, str] = MappingProxyType({})
    roll_columns: tuple[str, ...] = ("Puesto", "Rut", "Nombre", "Metros")

    def normalise_lookup(self, fields: Mapping[str, str]) -> tuple[str, Rut]:
        return fields.get("stall", "").strip().lstrip("0"), parse_rut(fields.get("rut", ""))

    def read_roll_row(self, number: int, row: Mapping[str, object], *, year: int) -> RollEntry | list[RowError]:
        cells = RowReader(number, row)
        stall, metres = cells.positive("Puesto"), cells.positive("Metros")
        rut, holder = cells.rut("Rut"), cells.text("Nombre", 80)
        if rut is None or cells.errors:
            return cells.errors
        return RollEntry(str(stall), rut, holder, str(year), {"metres": metres})

    def traits(self, subject: Mapping[str, JSON]) -> list[tuple[Text, str]]:
        return [(METRES, str(subject["metres"]))]

    def options(
        self,
        subject: Mapping[str, JSON],
        *,
        period: str,
        rates: Rates,
        today: date,
        paid: frozenset[int] = frozenset(),
    ) -> list[PaymentOption]:
        due_on = rates.due_on(CODE, period, "single")
        price = Money(int(str(rates.parameter(CODE, "pesos_per_metre", date(int(period), 1, 1)))))
        amount = price * int(str(subject["metres"]))
        line = QuoteLine(
            code="stall",
            text=Text(es="Derecho por metro de frente y año", en="Fee for each metre of front and year"),
            base=price,
            rate=f"× {subject['metres']}",
            law="DL 3.063 art. 41",
            amount=amount,
        )
        title = Text(es="Todo el año", en="The whole year")
        return [PaymentOption("single", (1,), title, due_on, (line,), amount, True, None, None)]

    def check_question(
        self, subject: Mapping[str, JSON], *, object_key: str, period: str, today: date
    ) -> CheckQuestion:
        """Raises `NotImplementedError`: no register is asked about a stall."""
        raise NotImplementedError

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
        return {"object": object_key, "metres": str(subject["metres"]), "payment_form": "Todo el año"}

    def valid_until(self, *, period: str, option: str, subject: Mapping[str, JSON] | None = None) -> date:
        return date(int(period), 12, 31)


SERVICE = MarketStall()
