"""What gateways tell in files: what they collected on an accounting date, and what they deposited at the bank.

A reader never raises and never stops at a row that it cannot read: it names the row and goes on.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol, runtime_checkable

from backend.shared.money import Money
from backend.shared.text import Text


@dataclass(frozen=True)
class CollectionHead:
    """Whose collection of which accounting date a file is."""

    row: int
    form_number: int
    accounting_on: date


@dataclass(frozen=True)
class FiledLine:
    """One operation that the gateway says it collected; `raw` is the row as it came, without its end of line."""

    row: int
    raw: bytes
    operation_id: str
    order_number: str
    payer: str
    folio: str
    amount: Money
    means: str
    paid_at: datetime
    accounting_on: date


@dataclass(frozen=True)
class DepositHead:
    """A transfer to the municipality's bank account: the bank's reference, the day, the amount that arrived."""

    row: int
    form_number: int
    reference: str
    deposited_on: date
    amount: Money


@dataclass(frozen=True)
class DepositedLine:
    """One operation that a deposit says it pays for."""

    row: int
    operation_id: str
    amount: Money


@dataclass(frozen=True)
class WithheldLine:
    """What the gateway kept back from a deposit, and why, in its own words."""

    row: int
    amount: Money
    why: str


@dataclass(frozen=True)
class Trailer:
    """How many operations for how much a file says that it holds, and how much was withheld."""

    row: int
    count: int
    total: Money
    withheld: Money


@dataclass(frozen=True)
class DirtyRow:
    """A row that cannot be believed, or a file that does not add up: where, and what is wrong."""

    row: int
    column: str
    message: Text


CollectionItem = CollectionHead | FiledLine | Trailer | DirtyRow
DepositItem = DepositHead | DepositedLine | WithheldLine | Trailer | DirtyRow


@runtime_checkable
class Filing(Protocol):
    """A gateway that reports its collection and its deposits in files."""

    def read_collection(self, lines: Iterable[bytes]) -> Iterator[CollectionItem]:
        """Read a collection file row by row; raises nothing, loses no good row."""

    def read_deposit(self, lines: Iterable[bytes]) -> Iterator[DepositItem]:
        """Read a deposit advice row by row; raises nothing, loses no good row."""
