"""TGR's own book: agreements, orders with their references, and every operation with its notice."""

import json
import secrets
import sqlite3
import time
from dataclasses import dataclass
from datetime import date

from sandbox.clock import Clock
from sandbox.store import Store
from sandbox.tgr.contract import Order, parse_order, write_notice


class OtherContent(Exception):
    """Raised by `Book.accept`: the same IDEXT came before with another content."""


class AlreadyPaid(Exception):
    """Raised by `Book.operate`: the reference was captured before."""


@dataclass(frozen=True)
class Agreement:
    formulario: int
    municipality: str
    key: str
    notice_url: str


@dataclass(frozen=True)
class Bill:
    """An accepted order: what the payer sees under a reference."""

    reference: str
    order: Order
    return_url: str
    calendar_days: int
    is_paid: bool


@dataclass(frozen=True)
class Notice:
    """Message 2 as stored, with where it must go."""

    idoperacion: int
    idext: str
    body: bytes
    key: str
    url: str


@dataclass(frozen=True)
class Collected:
    """A captured operation, as files tell of it."""

    idoperacion: int
    idext: str
    rut: int
    folio: int
    total: int
    means: str
    paid_at: str
    accounting_date: date


class Book:
    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def agree(self, agreement: Agreement) -> None:
        """Register an agreement, or replace the one with the same FORMULARIO."""
        with self._store.transaction() as db:
            db.execute(
                "INSERT OR REPLACE INTO agreement VALUES (?, ?, ?, ?)",
                (agreement.formulario, agreement.municipality, agreement.key, agreement.notice_url),
            )

    def agreement(self, formulario: int) -> Agreement | None:
        row = self._store.row("SELECT * FROM agreement WHERE formulario = ?", formulario)
        return Agreement(**dict(row)) if row else None

    def agreements(self) -> list[Agreement]:
        return [Agreement(**dict(row)) for row in self._store.rows("SELECT * FROM agreement ORDER BY formulario")]

    def accept(self, body: bytes) -> Bill:
        """Take message 1. The same one again gives the same reference. Raises Malformed, OtherContent."""
        order = parse_order(body)
        with self._store.transaction() as db:
            known = db.execute(
                "SELECT * FROM payment_order WHERE formulario = ? AND idext = ?", (order.formulario, order.idext)
            ).fetchone()
            if known is None:
                reference = secrets.token_hex(10).upper()
                days = self._clock.days_of(order.sent_at)
                db.execute(
                    "INSERT INTO payment_order VALUES (?, ?, ?, ?, ?, ?)",
                    (reference, order.formulario, order.idext, body, order.return_url, days),
                )
            else:
                reference = known["reference"]
                if parse_order(known["message"]).content != order.content:
                    raise OtherContent(order.idext)
                db.execute("UPDATE payment_order SET return_url = ? WHERE reference = ?", (order.return_url, reference))
        bill = self.bill(reference)
        assert bill is not None
        return bill

    def bill(self, reference: str) -> Bill | None:
        row = self._store.row("SELECT * FROM payment_order WHERE reference = ?", reference)
        if row is None:
            return None
        paid = self._store.row("SELECT 1 FROM operation WHERE reference = ? AND status = 'OK'", reference)
        return Bill(reference, parse_order(row["message"]), row["return_url"], row["calendar_days"], paid is not None)

    def is_late(self, bill: Bill) -> bool:
        return self._clock.wall_clock(bill.calendar_days) > bill.order.due_at

    def operate(
        self,
        bill: Bill,
        *,
        status: str,
        means: str,
        total: int,
        notice_wanted: bool,
        notice_after: float,
        even_if_paid: bool = False,
    ) -> int:
        """Write an operation, OK (captured) or NOK, with its notice. Gives IDOPERACION. Raises AlreadyPaid.

        `notice_after`: seconds until the notice may be sent.
        """
        with self._store.transaction() as db:
            paid = db.execute(
                "SELECT 1 FROM operation WHERE reference = ? AND status = 'OK'", (bill.reference,)
            ).fetchone()
            if paid and not even_if_paid:
                raise AlreadyPaid(bill.reference)
            operation = _next_operation(db)
            paid_at = self._clock.wall_clock(bill.calendar_days)
            notice = write_notice(
                bill.order,
                status=status,
                operation=operation,
                transaction=secrets.randbelow(9 * 10**11) + 10**11,
                total=total,
                means=means,
                paid_at=paid_at,
            )
            db.execute(
                "INSERT INTO operation (idoperacion, reference, status, total, paid_at, means, accounting_date, notice,"
                " notice_wanted, notice_not_before) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    operation,
                    bill.reference,
                    status,
                    total,
                    paid_at.isoformat(),
                    means,
                    self._clock.today().isoformat(),
                    notice,
                    notice_wanted,
                    time.time() + notice_after,
                ),
            )
        return operation

    def notice(self, operation: int) -> Notice | None:
        """Give a stored notice with the key and address in force; None without agreement."""
        row = self._store.row(
            "SELECT o.idoperacion, p.idext, o.notice, a.key, a.notice_url FROM operation o"
            " JOIN payment_order p USING (reference) JOIN agreement a USING (formulario) WHERE o.idoperacion = ?",
            operation,
        )
        return Notice(*row) if row else None

    def operations_of(self, reference: str) -> list[int]:
        rows = self._store.rows("SELECT idoperacion FROM operation WHERE reference = ? ORDER BY 1", reference)
        return [row["idoperacion"] for row in rows]

    def waiting(self) -> list[tuple[int, float]]:
        """Notices that should go out and were not answered with 200, with the instant before which they must not."""
        return [
            (row["idoperacion"], row["notice_not_before"])
            for row in self._store.rows(
                "SELECT idoperacion, notice_not_before FROM operation WHERE notice_wanted AND NOT delivered"
            )
        ]

    def note_attempt(self, operation: int, answer: str) -> None:
        with self._store.transaction() as db:
            db.execute(
                "UPDATE operation SET attempts = attempts + 1, last_answer = ?, delivered = delivered OR ?"
                " WHERE idoperacion = ?",
                (answer, answer == "200", operation),
            )

    def captured(self) -> list[dict[str, object]]:
        """What TGR really collected, oldest first: the truth that books are compared with."""
        return [
            {
                "idext": row["idext"],
                "formulario": row["formulario"],
                "reference": row["reference"],
                "idoperacion": row["idoperacion"],
                "total": row["total"],
                "paid_at": row["paid_at"],
                "means": row["means"],
                "accounting_date": row["accounting_date"],
                "attempts_of_notice": row["attempts"],
                "notice_delivered": bool(row["delivered"]),
            }
            for row in self._operations()
            if row["status"] == "OK"
        ]

    def collected(self, formulario: int) -> list[Collected]:
        """What was captured for an agreement, oldest first."""
        rows = self._store.rows(
            "SELECT o.*, p.message FROM operation o JOIN payment_order p USING (reference)"
            " WHERE p.formulario = ? AND o.status = 'OK' ORDER BY o.idoperacion",
            formulario,
        )
        orders = [parse_order(row["message"]) for row in rows]
        return [
            Collected(
                idoperacion=row["idoperacion"],
                idext=order.idext,
                rut=order.rut,
                folio=order.folio,
                total=row["total"],
                means=row["means"],
                paid_at=row["paid_at"],
                accounting_date=date.fromisoformat(row["accounting_date"]),
            )
            for row, order in zip(rows, orders, strict=True)
        ]

    def overview(self) -> list[dict[str, object]]:
        """All operations, with the last answer that their notice got."""
        return [
            {key: row[key] for key in ("idoperacion", "reference", "idext", "status", "total", "last_answer")}
            | {"notice": json.loads(row["notice"]), "attempts": row["attempts"], "delivered": bool(row["delivered"])}
            for row in self._operations()
        ]

    def bills(self) -> list[Bill]:
        rows = self._store.rows("SELECT reference FROM payment_order ORDER BY rowid")
        return [bill for row in rows if (bill := self.bill(row["reference"]))]

    def _operations(self) -> list[sqlite3.Row]:
        return self._store.rows(
            "SELECT o.*, p.idext, p.formulario FROM operation o JOIN payment_order p USING (reference)"
            " ORDER BY o.idoperacion"
        )


def _next_operation(db: sqlite3.Connection) -> int:
    """Number operations by the microsecond, so that a sandbox that forgot everything never repeats a number."""
    last = db.execute("SELECT max(idoperacion) FROM operation").fetchone()[0] or 0
    return max(int(last) + 1, time.time_ns() // 1000)
