"""What a municipal service gives to the platform. A service is a folder beside this file that exports `SERVICE`.

API, widget form, roll template, receipt and mail follow from it; nothing else lists the services. No Django here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Literal, NamedTuple, Protocol

from backend.shared.json import JSON
from backend.shared.money import Money
from backend.shared.question import CheckQuestion
from backend.shared.rates import RateNotAvailable
from backend.shared.rut import Rut
from backend.shared.text import Text

__all__ = [
    "JSON",
    "CheckQuestion",
    "DocumentGroup",
    "HelpfulRoll",
    "LookupField",
    "PaymentOption",
    "QuoteField",
    "QuoteLine",
    "RateNotAvailable",
    "Rates",
    "RollEntry",
    "RowError",
    "Service",
    "TypedQuote",
    "ValuationCheck",
]


@dataclass(frozen=True)
class LookupField:
    """One thing the citizen types to find what is owed."""

    name: str
    label: Text
    kind: Literal["plate", "rut", "text"]


@dataclass(frozen=True)
class QuoteLine:
    """One step of how an amount comes about. The lines of an option sum exactly to its total.

    `rate` is printed as it is ("4,5 %"); `law` cites the article.
    """

    code: str
    text: Text
    base: Money | None
    rate: str
    law: str
    amount: Money


@dataclass(frozen=True)
class PaymentOption:
    """One way to pay an obligation, by taking some of its slots: a single payment takes all, an instalment its own.

    Codes are the service's ("single", "first", "q1"…). Only an `available` option has an amount that may be charged;
    otherwise `note` says why not. `changes_on` is the first domain date on which the amount would no longer be true.
    """

    code: str
    slots: tuple[int, ...]
    title: Text
    due_on: date
    lines: tuple[QuoteLine, ...]
    total: Money
    available: bool
    note: Text | None
    changes_on: date | None


class RollEntry(NamedTuple):
    """One valid row of a roll: who owes for what, and the service's own data about it (JSON-able)."""

    object_key: str
    holder_rut: Rut
    holder_name: str
    period: str
    subject: dict[str, JSON]


@dataclass(frozen=True)
class RowError:
    """What is wrong in one cell of a roll. `row` is the number that the caller gave."""

    row: int
    column: str
    message: Text


@dataclass(frozen=True)
class DocumentGroup:
    """A heading of the document and, in order, the keys of `document_fields` under it with their labels."""

    code: str
    title: Text
    fields: tuple[tuple[str, Text], ...]


class Rates(Protocol):
    """Reference data with the municipality's own on top. What is missing raises `RateNotAvailable`, never a guess."""

    @property
    def commune(self) -> str:
        """The CUT of the municipality that charges; empty when none is meant."""

    def utm(self, year: int, month: int) -> Money:
        """The UTM of a month."""

    def ipc(self, year: int, month: int) -> Fraction:
        """The variation of the consumer price index in a month, in percent: 2/5 is 0.4 %."""

    def penal_rate(self, year: int, semester: int) -> Fraction:
        """The annual penal interest of a semester, in percent (Código Tributario art. 53)."""

    def due_on(self, service: str, period: str, key: str) -> date:
        """The last day on which an option is paid without surcharge."""

    def parameter(self, service: str, key: str, on: date) -> JSON:
        """The value in force on a day: the municipality's own, else the national one."""

    def valuation(self, sii_code: str, model_year: int, list_year: int) -> Money | None:
        """The SII's valuation of a vehicle in the list of a year; None when the list does not have it."""


class QuoteField(NamedTuple):
    """An option of `./sem quote`: `name` in snake case, `type` one of str, int, bool and date, `help` in English."""

    name: str
    type: type
    help: str


class TypedQuote(Protocol):
    """What a service gives in addition when `./sem quote` can be asked about objects that are in no roll."""

    @property
    def QUOTE_FIELDS(self) -> tuple[QuoteField, ...]: ...

    def subject_from(self, fields: Mapping[str, object], *, period: str) -> dict[str, JSON]:
        """Make a subject of what was typed; fields that were not typed are absent. Raises `DomainError`."""


class ValuationCheck(Protocol):
    """What a service gives in addition when rolls carry a valuation that reference data know better."""

    @property
    def valuation_column(self) -> str:
        """The column of the roll that the valuation stands in."""

    @property
    def valuation_fields(self) -> tuple[str, str, str]:
        """Where the subject keeps SII code, model year and valuation."""

    def differs(self, subject: Mapping[str, JSON], rates: Rates, period: str) -> tuple[Money, Money] | None:
        """Give the roll's valuation and the one that counts, where they are not the same: a warning in the preview."""


class HelpfulRoll(Protocol):
    """What a service may give in addition about its roll; each by itself."""

    @property
    def roll_example(self) -> Mapping[str, str]:
        """A row of nobody for the template, by column."""

    @property
    def commune_columns(self) -> tuple[str, ...]:
        """Columns of free text that should name a commune: another name is a warning."""


class Service(Protocol):
    """A municipal service. `document_groups` labels what `document_fields` gives."""

    @property
    def code(self) -> str: ...
    @property
    def title(self) -> Text: ...
    @property
    def lookup_fields(self) -> tuple[LookupField, ...]: ...
    @property
    def checks(self) -> tuple[str, ...]: ...
    @property
    def oldest_first(self) -> bool:
        """Whether older periods of the same object are paid before this one, or together with it."""

    @property
    def document_kind(self) -> str:
        """`permit`, or `receipt`: the generic comprobante made of `document_groups` and the quote's lines."""

    @property
    def document_groups(self) -> tuple[DocumentGroup, ...]: ...
    @property
    def revenue_keys(self) -> Mapping[str, str]:
        """Code of a quote line → key of the revenue shares that divide it; other codes go by the service's own."""

    @property
    def roll_columns(self) -> tuple[str, ...]: ...

    def normalise_lookup(self, fields: Mapping[str, str]) -> tuple[str, Rut]:
        """Give the object's key and the RUT; raises `InvalidPlate`, `InvalidRut` with `.field` set."""

    def read_roll_row(self, number: int, row: Mapping[str, object], *, year: int) -> RollEntry | list[RowError]:
        """Validate one row of the roll of permit year `year`: an entry, or every error of the row."""

    def traits(self, subject: Mapping[str, JSON]) -> list[tuple[Text, str]]:
        """Show just enough for the citizen to recognise her object."""

    def options(
        self,
        subject: Mapping[str, JSON],
        *,
        period: str,
        rates: Rates,
        today: date,
        paid: frozenset[int] = frozenset(),
    ) -> list[PaymentOption]:
        """Quote every way to pay on `today`; `paid` are the slots that are settled already.

        Raises `RateNotAvailable` when the amount itself cannot be known; where only an option cannot (a second
        instalment whose index is not published, a surcharge whose rate is missing), that option says so in its note.
        """

    def check_question(
        self, subject: Mapping[str, JSON], *, object_key: str, period: str, today: date
    ) -> CheckQuestion:
        """Word the question for the registers named in `checks`."""

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
        """Give what the document prints about the object, keyed in English, values ready to print in es-CL.

        `evidence` is the `references` of the OK answers, keyed by check. Empty values are left out.
        """

    def valid_until(self, *, period: str, option: str, subject: Mapping[str, JSON] | None = None) -> date:
        """Tell the last day on which the paid document is valid; it may depend on what `subject` is."""
