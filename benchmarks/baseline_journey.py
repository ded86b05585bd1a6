"""The bare script of a payment: what `./sem bench journey` divides by. Prints its CPU in milliseconds as JSON.

Fixed: it changes only by a decision in docs/adr, and uses no code of the platform. For each payment: two selects; one
transaction (SELECT FOR UPDATE, payment, three ledger lines, outbox, UPDATE of the bill); one insert each for order,
receipt and mail; one RSA-2048 signature; one mail over SMTP on a connection kept open. Its CPU is this process' and
that of its PostgreSQL backend.
"""

import argparse
import json
import os
import secrets
import smtplib
import time
from pathlib import Path

import psycopg2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

SCHEMA = "baseline_journey"
BILLS = 20_000
TABLES = f"""
DROP SCHEMA IF EXISTS {SCHEMA} CASCADE;
CREATE SCHEMA {SCHEMA};
SET search_path = {SCHEMA};
CREATE TABLE taxpayer (id bigint PRIMARY KEY, rut text NOT NULL UNIQUE, name text NOT NULL);
CREATE TABLE bill (id bigint PRIMARY KEY, plate text NOT NULL, period text NOT NULL, amount bigint NOT NULL,
  taxpayer_id bigint NOT NULL REFERENCES taxpayer, state text NOT NULL DEFAULT 'OPEN', UNIQUE (plate, period));
CREATE TABLE orders (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, number text NOT NULL UNIQUE,
  bill_id bigint NOT NULL REFERENCES bill, total bigint NOT NULL, email text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now());
CREATE INDEX ON orders (bill_id);
CREATE TABLE payment (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, order_id bigint NOT NULL REFERENCES orders,
  operation text NOT NULL UNIQUE, amount bigint NOT NULL, paid_at timestamptz NOT NULL DEFAULT now());
CREATE TABLE ledger (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, payment_id bigint NOT NULL REFERENCES payment,
  line int NOT NULL, debit text NOT NULL, credit text NOT NULL, amount bigint NOT NULL CHECK (amount > 0),
  UNIQUE (payment_id, line));
CREATE TABLE outbox (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text NOT NULL, payload jsonb NOT NULL,
  at timestamptz NOT NULL DEFAULT now());
CREATE TABLE receipt (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, order_id bigint NOT NULL REFERENCES orders,
  folio bigint NOT NULL UNIQUE, sha256 text NOT NULL, file text NOT NULL, at timestamptz NOT NULL DEFAULT now());
CREATE TABLE mail (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, cause text NOT NULL, address text NOT NULL,
  subject text NOT NULL, body text NOT NULL, at timestamptz NOT NULL DEFAULT now(), UNIQUE (cause, address));
INSERT INTO taxpayer SELECT n, (44000000 + n)::text || '-0', 'Contribuyente de prueba ' || n
  FROM generate_series(1, {BILLS}) n;
INSERT INTO bill SELECT n, 'ZZ' || n, '2025', 50000 + n, n FROM generate_series(1, {BILLS}) n;
"""  # noqa: S608 - constants of this file
MAIL = """From: Pagos <no-responder@baseline.example>\r
To: {to}\r
Subject: Su permiso de circulacion\r
Message-ID: <{id}@baseline.example>\r
Content-Type: text/plain; charset=utf-8\r
\r
Su permiso de circulacion esta listo.\r
"""


class Payer:
    """One connection, one key, one mail server: nothing is opened twice."""

    def __init__(self, database: str, smtp: str) -> None:
        host, _, port = smtp.rpartition(":")
        self.connection = psycopg2.connect(database)
        self.connection.autocommit = True
        self.cursor = self.connection.cursor()
        self.key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self.mail = smtplib.SMTP(host, int(port))
        self.mail.ehlo()

    def pay(self, bill: int) -> None:
        """Do what is counted, once."""
        run, to = self.cursor.execute, f"contribuyente-{bill}@baseline.example"
        run(
            "SELECT b.id, b.amount FROM bill b JOIN taxpayer t ON t.id = b.taxpayer_id"
            " WHERE b.plate = %s AND t.rut = %s",
            (f"ZZ{bill}", f"{44_000_000 + bill}-0"),
        )
        bill_id, amount = self.cursor.fetchall()[0]
        run("SELECT o.id FROM orders o WHERE o.bill_id = %s", (bill_id,))
        self.cursor.fetchall()
        run(
            "INSERT INTO orders (number, bill_id, total, email) VALUES (%s, %s, %s, %s) RETURNING id",
            (secrets.token_hex(8), bill_id, amount, to),
        )
        order_id = self.cursor.fetchall()[0][0]
        self.settle(bill_id, order_id, amount)
        signature = self.key.sign(secrets.token_bytes(64), padding.PKCS1v15(), hashes.SHA256())
        run(
            "INSERT INTO receipt (order_id, folio, sha256, file) VALUES (%s, %s, %s, %s)",
            (order_id, order_id, signature.hex()[:64], f"{order_id}.pdf"),
        )
        run(
            "INSERT INTO mail (cause, address, subject, body) VALUES (%s, %s, %s, %s)",
            (f"receipt:{order_id}", to, "Su permiso de circulacion", "Su permiso de circulacion esta listo."),
        )
        self.mail.sendmail("no-responder@baseline.example", [to], MAIL.format(to=to, id=secrets.token_hex(16)).encode())

    def settle(self, bill_id: int, order_id: int, amount: int) -> None:
        """Record the payment: the one transaction."""
        run, fund = self.cursor.execute, amount * 5 // 8
        run("BEGIN")
        run(f"SET LOCAL search_path = {SCHEMA}")
        run("SELECT id, state FROM bill WHERE id = %s FOR UPDATE", (bill_id,))
        self.cursor.fetchall()
        run(
            "INSERT INTO payment (order_id, operation, amount) VALUES (%s, %s, %s) RETURNING id",
            (order_id, secrets.token_hex(8), amount),
        )
        payment_id = self.cursor.fetchall()[0][0]
        run(
            "INSERT INTO ledger (payment_id, line, debit, credit, amount) VALUES"
            " (%s, 1, 'receivable', 'clearing', %s), (%s, 2, 'clearing', 'fund', %s), (%s, 3, 'clearing', 'own', %s)",
            (payment_id, amount, payment_id, fund, payment_id, amount - fund),
        )
        run("INSERT INTO outbox (name, payload) VALUES ('Paid', %s)", (json.dumps({"payment": payment_id}),))
        run("UPDATE bill SET state = 'PAID' WHERE id = %s", (bill_id,))
        run("COMMIT")


def backend_seconds(pid: int) -> float:
    """CPU of one process so far, user and system (proc(5), fields 14 and 15)."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def main() -> None:
    """Make the tables anew, warm up, pay, print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--database", required=True, help="address of a role that may create a schema")
    parser.add_argument("--smtp", required=True, help="host:port")
    parser.add_argument("--payments", type=int, default=400)
    parser.add_argument("--warm-up", type=int, default=40)
    wanted = parser.parse_args()
    payer = Payer(wanted.database, wanted.smtp)
    payer.cursor.execute(TABLES)
    payer.cursor.execute("ANALYZE taxpayer, bill")
    for bill in range(1, wanted.warm_up + 1):
        payer.pay(bill)
    backend = payer.connection.info.backend_pid
    script_before, backend_before = time.process_time(), backend_seconds(backend)
    for bill in range(wanted.warm_up + 1, wanted.warm_up + wanted.payments + 1):
        payer.pay(bill)
    script, database = time.process_time() - script_before, backend_seconds(backend) - backend_before
    payer.cursor.execute(f"DROP SCHEMA {SCHEMA} CASCADE")
    payer.mail.quit()
    print(
        json.dumps(
            {
                "payments": wanted.payments,
                "script_ms": script * 1000 / wanted.payments,
                "postgres_ms": database * 1000 / wanted.payments,
            }
        )
    )


if __name__ == "__main__":
    main()
