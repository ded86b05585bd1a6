"""Webpay's own book: shops, transactions with what became of them, and what was given back."""

import secrets
import sqlite3
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sandbox.clock import SANTIAGO, Clock
from sandbox.store import Store
from sandbox.webpay import contract
from sandbox.webpay.contract import Refusal, Transaction, Wish

_ALL = """
SELECT t.*,
    (SELECT coalesce(sum(r.amount), 0) FROM webpay_refund r WHERE r.token = t.token) AS refunded,
    EXISTS (SELECT 1 FROM webpay_refund r WHERE r.token = t.token AND r.kind = 'REVERSED') AS reversed
FROM webpay_transaction t
"""
_INSTANTS = ("created_at", "opened_at", "paid_at", "committed_at")


@dataclass(frozen=True)
class Commerce:
    """A shop: `code` and `secret` are what it signs in with."""

    code: int
    municipality: str
    secret: str


@dataclass(frozen=True)
class Refund:
    """`kind`: REVERSED or NULLIFIED."""

    kind: str
    amount: int
    authorization_code: str
    refunded_at: datetime
    balance: int


class Book:
    """Times of a transaction are the machine's in UTC; accounting dates are those of the shifted calendar."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def agree(self, commerce: Commerce) -> None:
        """Register a shop, or replace the one with the same code."""
        with self._store.transaction() as db:
            db.execute(
                "INSERT OR REPLACE INTO webpay_commerce VALUES (?, ?, ?)",
                (commerce.code, commerce.municipality, commerce.secret),
            )

    def commerce(self, code: int) -> Commerce | None:
        row = self._store.row("SELECT * FROM webpay_commerce WHERE code = ?", code)
        return Commerce(**dict(row)) if row else None

    def create(self, code: int, wish: Wish) -> str:
        """Give the token of a new transaction. Raises `Refusal` for a buy_order that was used."""
        token = secrets.token_hex(32)
        try:
            with self._store.transaction() as db:
                db.execute(
                    "INSERT INTO webpay_transaction (token, commerce_code, buy_order, session_id, amount, return_url,"
                    " created_at, accounting_date) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                    (token, code, wish.buy_order, wish.session_id, wish.amount, wish.return_url, _now(), self._today()),
                )
        except sqlite3.IntegrityError as error:
            raise Refusal("Invalid value for parameter: buy_order") from error
        return token

    def find(self, token: str) -> Transaction | None:
        row = self._store.row(f"{_ALL} WHERE token = ?", token)
        return _transaction(row) if row else None

    def all(self) -> list[Transaction]:
        return [_transaction(row) for row in self._store.rows(f"{_ALL} ORDER BY t.rowid")]

    def open_form(self, token: str) -> None:
        """Note when the payer first saw the form; whoever comes too late finds the transaction aborted."""
        with self._store.transaction() as db:
            db.execute(
                "UPDATE webpay_transaction SET opened_at = ? WHERE token = ? AND opened_at IS NULL", (_now(), token)
            )

    def finish(self, token: str, *, outcome: str, means: str, captured: int = 0, fails_first: bool = False) -> None:
        """Write what the payer did: approved, rejected or aborted. The first one stands."""
        with self._store.transaction() as db:
            db.execute(
                "UPDATE webpay_transaction SET outcome = ?, means = ?, paid_at = ?, captured = ?, fails_first = ?,"
                " authorization_code = ? WHERE token = ? AND outcome = ''",
                (outcome, means, _now(), captured, fails_first, f"{secrets.randbelow(10**6):06d}", token),
            )

    def commit(self, token: str) -> Transaction:
        """Make an authorisation a payment, once. Raises `Refusal`."""
        known = self.current(token)
        if known.committed_at is not None:
            raise Refusal(contract.LOCKED)
        if known.outcome == "":
            raise Refusal(contract.NOT_PAID_YET)
        if known.outcome == "aborted":
            raise Refusal(contract.ABORTED)
        with self._store.transaction() as db:
            done = db.execute(
                "UPDATE webpay_transaction SET committed_at = ?, accounting_date = ?"
                " WHERE token = ? AND committed_at IS NULL",
                (_now(), self._today(), token),
            )
        if done.rowcount != 1:
            raise Refusal(contract.LOCKED)
        return self.current(token)

    def current(self, token: str) -> Transaction:
        """Give a transaction after time has done its work on it. Raises `Refusal` for an unknown one."""
        known = self.find(token)
        if known is None:
            raise Refusal(contract.NOT_FOUND)
        if known.committed_at is None and known.outcome != "aborted" and is_over(known):
            with self._store.transaction() as db:
                db.execute(
                    "UPDATE webpay_transaction SET outcome = 'aborted' WHERE token = ? AND committed_at IS NULL",
                    (token,),
                )
            return self.current(token)
        return known

    def admit_success(self, token: str) -> None:
        """End the time for which an approved payment was told as failed."""
        with self._store.transaction() as db:
            db.execute("UPDATE webpay_transaction SET fails_first = 0 WHERE token = ?", (token,))

    def refund(self, token: str, amount: int) -> Refund:
        """Give money back, as often as it is asked for. Raises `Refusal`."""
        self.current(token)
        with self._store.transaction() as db:
            known = self.find(token)
            assert known is not None
            _require_refundable(known, amount)
            assert known.committed_at is not None
            is_reversal = amount == known.captured and _age(known.committed_at) <= contract.REVERSED_WITHIN
            kind, now = "REVERSED" if is_reversal else "NULLIFIED", datetime.now(UTC)
            code = f"{secrets.randbelow(10**6):06d}"
            db.execute(
                "INSERT INTO webpay_refund (token, amount, kind, refunded_at, accounting_date) VALUES (?, ?, ?, ?, ?)",
                (token, amount, kind, now.isoformat(), self._clock.today().isoformat()),
            )
        return Refund(kind, amount, code, now, known.captured - known.refunded - amount)

    def let_pass(self, token: str, seconds: float) -> None:
        """Move everything that happened to a transaction into the past, as if so much time had gone by."""
        moves = ", ".join(f"{name} = {name} - ?" for name in _INSTANTS)
        with self._store.transaction() as db:
            db.execute(f"UPDATE webpay_transaction SET {moves} WHERE token = ?", (*[seconds] * len(_INSTANTS), token))  # noqa: S608 - the names stand above

    def captured(self) -> list[dict[str, object]]:
        """What Webpay really collected, oldest first, whatever was given back of it since."""
        return [
            {
                "idext": each.wish.buy_order,
                "formulario": each.commerce_code,
                "reference": each.token,
                "idoperacion": each.wish.buy_order,
                "total": each.captured,
                "paid_at": _local(each.paid_at),
                "means": each.means,
                "accounting_date": _local(each.committed_at, self._clock.shift_days)[:10],
            }
            for each in self.all()
            if each.committed_at and each.outcome == "approved"
        ]

    def refunded(self) -> list[dict[str, object]]:
        """What Webpay really gave back, oldest first."""
        rows = self._store.rows(
            "SELECT t.buy_order, t.commerce_code, r.* FROM webpay_refund r JOIN webpay_transaction t USING (token)"
            " ORDER BY r.id"
        )
        return [
            {
                "idext": row["buy_order"],
                "formulario": row["commerce_code"],
                "reference": row["token"],
                "idoperacion": row["buy_order"],
                "total": row["amount"],
                "kind": row["kind"],
                "refunded_at": _local(datetime.fromisoformat(row["refunded_at"])),
                "accounting_date": row["accounting_date"],
            }
            for row in rows
        ]

    def _today(self) -> str:
        return self._clock.today().strftime("%m%d")


def is_over(transaction: Transaction) -> bool:
    """Tell whether the time for the transaction's next step has passed."""
    if transaction.paid_at is not None:
        return _age(transaction.paid_at) > contract.COMMITTED_WITHIN
    if transaction.opened_at is not None:
        return _age(transaction.opened_at) > contract.PAID_WITHIN
    return _age(transaction.created_at) > contract.OPENED_WITHIN


def _require_refundable(known: Transaction, amount: int) -> None:
    """The numbers are those of Transbank's table of codes of an annulment."""
    if known.status not in ("AUTHORIZED", "PARTIALLY_NULLIFIED") or known.committed_at is None:
        raise Refusal("Transaction was nullified before (310)" if known.refunded else "Transaction not found (274)")
    if _age(known.committed_at) > contract.NULLIFIED_WITHIN:
        raise Refusal("Nullification period exceeded (284)")
    if not 0 < amount <= known.captured - known.refunded:
        raise Refusal("Amount to nullify exceeds the balance (311)")
    if amount < known.captured and known.means in contract.IN_INSTALMENTS:
        raise Refusal("Transaction does not allow partial nullification with instalments (53)")
    if amount < known.captured and known.means in contract.ONLY_WHOLE:
        raise Refusal("Rejected by the authoriser: only the whole amount (315)")


def _transaction(row: sqlite3.Row) -> Transaction:
    return Transaction(
        token=row["token"],
        commerce_code=row["commerce_code"],
        wish=Wish(row["buy_order"], row["session_id"], row["amount"], row["return_url"]),
        created_at=datetime.fromtimestamp(row["created_at"], UTC),
        opened_at=_moment(row["opened_at"]),
        outcome=row["outcome"],
        paid_at=_moment(row["paid_at"]),
        committed_at=_moment(row["committed_at"]),
        means=row["means"],
        authorization_code=row["authorization_code"],
        accounting_date=row["accounting_date"],
        captured=row["captured"],
        refunded=row["refunded"],
        is_reversed=bool(row["reversed"]),
        fails_first=bool(row["fails_first"]),
    )


def _moment(seconds: float | None) -> datetime | None:
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)


def _age(moment: datetime) -> timedelta:
    return datetime.now(UTC) - moment


def _now() -> float:
    return datetime.now(UTC).timestamp()


def _local(moment: datetime | None, days: int = 0) -> str:
    assert moment is not None
    local = moment.astimezone(SANTIAGO).replace(tzinfo=None, microsecond=0) + timedelta(days=days)
    return local.isoformat()
