"""What a register gives to the platform. A register is a file beside this one that exports `REGISTER`.

The real contracts of the three registers are not public. Transport, addresses and the JSON around the fields are
assumptions of ours; the names of the fields are those that a real municipal system stored. No Django here.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from backend.shared.money import Money
from backend.shared.question import CheckQuestion
from backend.shared.text import Text

__all__ = ["CheckAnswer", "CheckOutcome", "CheckQuestion", "PayableFine", "Register", "RegisterAccess"]


class CheckOutcome(StrEnum):
    """UNAVAILABLE says nothing about the vehicle: it is never "not found", and never lets a permit through."""

    OK = "OK"
    NOT_OK = "NOT_OK"
    UNAVAILABLE = "UNAVAILABLE"


@dataclass(frozen=True)
class RegisterAccess:
    """Where a register answers and as whom we ask. Time-outs in seconds."""

    url: str
    user: str
    password: str = field(repr=False)
    connect: float = 1.0
    read: float = 3.0


@dataclass(frozen=True)
class PayableFine:
    """A fine that may be paid together with the permit: fine and fee (arancel) go to third parties.

    Source: Ley 18.287 art. 24; the register's own fee is paid with it.
    """

    fine_id: str
    court: str
    commune: str
    roll: str
    year: int
    amount: Money
    fee: Money

    @property
    def total(self) -> Money:
        """What is paid for it."""
        return self.amount + self.fee


@dataclass(frozen=True)
class CheckAnswer:
    """One answer: `reason` is a code, `message` says what is so and what to do.

    `references` is what the document prints and the evidence keeps (ISO dates). `raw_sha256` is the hash of the bytes
    received, empty when nothing was. `payable` is what would turn NOT_OK into OK once it is paid with the order.
    """

    outcome: CheckOutcome
    reason: str
    message: Text
    references: dict[str, str]
    raw_sha256: str
    payable: tuple[PayableFine, ...] = ()


class Register(Protocol):
    """An outside register that is asked about a vehicle."""

    @property
    def code(self) -> str: ...
    @property
    def name(self) -> Text:
        """What is checked, as the citizen knows it ("Seguro obligatorio (SOAP)")."""

    @property
    def source(self) -> Text:
        """Who keeps the register, with its article ("el Registro Civil")."""

    @property
    def keeper(self) -> Text:
        """The institution's name without article ("Registro Civil")."""

    def ask(self, question: CheckQuestion, access: RegisterAccess) -> CheckAnswer:
        """Ask over the network. Never raises for a failing register: that is UNAVAILABLE."""
