"""What the sandbox remembers: one SQLite database, in memory unless a directory for it is given."""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

SCHEMA = """
CREATE TABLE IF NOT EXISTS agreement (
    formulario INTEGER PRIMARY KEY, municipality TEXT NOT NULL, key TEXT NOT NULL, notice_url TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS payment_order (
    reference TEXT PRIMARY KEY, formulario INTEGER NOT NULL, idext TEXT NOT NULL, message BLOB NOT NULL,
    return_url TEXT NOT NULL, calendar_days INTEGER NOT NULL, UNIQUE (formulario, idext)
);
CREATE TABLE IF NOT EXISTS operation (
    idoperacion INTEGER PRIMARY KEY, reference TEXT NOT NULL REFERENCES payment_order, status TEXT NOT NULL,
    total INTEGER NOT NULL, paid_at TEXT NOT NULL, means TEXT NOT NULL, accounting_date TEXT NOT NULL,
    notice BLOB NOT NULL, notice_wanted INTEGER NOT NULL, notice_not_before REAL NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0, delivered INTEGER NOT NULL DEFAULT 0, last_answer TEXT
);
CREATE TABLE IF NOT EXISTS webpay_commerce (
    code INTEGER PRIMARY KEY, municipality TEXT NOT NULL, secret TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS webpay_transaction (
    token TEXT PRIMARY KEY, commerce_code INTEGER NOT NULL, buy_order TEXT NOT NULL, session_id TEXT NOT NULL,
    amount INTEGER NOT NULL, return_url TEXT NOT NULL, created_at REAL NOT NULL, opened_at REAL,
    outcome TEXT NOT NULL DEFAULT '', paid_at REAL, committed_at REAL, means TEXT NOT NULL DEFAULT '',
    authorization_code TEXT NOT NULL DEFAULT '', accounting_date TEXT NOT NULL, captured INTEGER NOT NULL DEFAULT 0,
    fails_first INTEGER NOT NULL DEFAULT 0, UNIQUE (commerce_code, buy_order)
);
CREATE TABLE IF NOT EXISTS webpay_refund (
    id INTEGER PRIMARY KEY AUTOINCREMENT, token TEXT NOT NULL REFERENCES webpay_transaction, amount INTEGER NOT NULL,
    kind TEXT NOT NULL, refunded_at TEXT NOT NULL, accounting_date TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS host_page (
    slug TEXT PRIMARY KEY, name TEXT NOT NULL, platform_origin TEXT NOT NULL, design TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS host_policy (slug TEXT PRIMARY KEY REFERENCES host_page, policy TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS vehicle (plate TEXT PRIMARY KEY, overrides TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS paid_fine (
    plate TEXT NOT NULL, fine_id INTEGER NOT NULL, paid_on TEXT NOT NULL, receipt TEXT NOT NULL,
    PRIMARY KEY (plate, fine_id)
);
CREATE TABLE IF NOT EXISTS mail (
    id INTEGER PRIMARY KEY AUTOINCREMENT, sender TEXT NOT NULL, recipients TEXT NOT NULL,
    received_at TEXT NOT NULL, raw BLOB NOT NULL
);
"""


class Store:
    """One connection for all threads; a transaction holds the lock, so writers come one after another."""

    def __init__(self, directory: Path | None) -> None:
        if directory is None:
            place = ":memory:"
        else:
            directory.mkdir(parents=True, exist_ok=True)
            place = str(directory / "sandbox.sqlite3")
        self._connection = sqlite3.connect(place, check_same_thread=False, isolation_level=None)
        self._connection.row_factory = sqlite3.Row
        self._lock = threading.RLock()
        # what was committed outlives this process; only a failing machine may lose the last rows
        self._connection.executescript("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;" + SCHEMA)

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        with self._lock:
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self._connection
            except BaseException:
                self._connection.execute("ROLLBACK")
                raise
            self._connection.execute("COMMIT")

    def rows(self, query: str, *values: object) -> list[sqlite3.Row]:
        with self._lock:
            return self._connection.execute(query, values).fetchall()

    def row(self, query: str, *values: object) -> sqlite3.Row | None:
        found = self.rows(query, *values)
        return found[0] if found else None

    def close(self) -> None:
        with self._lock:
            self._connection.close()
