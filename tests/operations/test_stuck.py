"""`./sem stuck` shows each thing that waits, where, and since when."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from backend.billing.models import Notice
from backend.receipts.stuck import waiting_everywhere
from tests.operations.debts import car, in_town
from tests.operations.gateway import SignedNotice, hear, new_operation, notice, notice_of, post, signed
from tests.operations.orders import checked_order
from tests.operations.platform import environment, run_python


def kinds_in(town: str) -> set[tuple[str, str]]:
    """Kind and subject of what waits there."""
    with in_town("public"):
        return {(row.kind, row.subject) for where, row in waiting_everywhere() if where == town}


def latest_notice(town: str) -> str:
    with in_town(town):
        return f"notice {Notice.objects.latest('id').id}"


def test_a_notice_that_nobody_has_read() -> None:
    vehicle = car("nunoa")
    opened = checked_order(vehicle)

    post("nunoa", notice_of(vehicle, opened))

    assert ("notice-unread", latest_notice("nunoa")) in kinds_in("nunoa")


def test_a_forged_notice() -> None:
    post("valdivia", SignedNotice(b"{}", "sha256=00"))

    assert ("notice-forged", latest_notice("valdivia")) in kinds_in("valdivia")


def test_an_unreadable_notice() -> None:
    hear("nunoa", signed(b"nonsense", town="nunoa"))

    assert ("notice-unreadable", latest_notice("nunoa")) in kinds_in("nunoa")


def test_a_contradiction() -> None:
    vehicle, operation = car("valdivia"), new_operation()
    opened = checked_order(vehicle)
    hear("valdivia", notice_of(vehicle, opened, operation=operation))
    hear("valdivia", notice_of(vehicle, opened, operation=operation, amount=1))

    assert ("notice-contradiction", latest_notice("valdivia")) in kinds_in("valdivia")


def test_homeless_money_with_its_amount_reason_and_action() -> None:
    sent = notice("nunoa", "1312088888888AAAA", 12_347)
    hear("nunoa", sent)

    with in_town("public"):
        row = next(
            row
            for where, row in waiting_everywhere(only="nunoa")
            if row.kind == "homeless-money" and row.subject == f"operation {sent.operation_id}"
        )

    assert row.detail == "$12347 unknown_order → claim_at_gateway (OPEN)"
    assert ("notice-unknown-order", latest_notice("nunoa")) in kinds_in("nunoa")


def test_a_notice_of_another_municipality_and_one_of_nobody() -> None:
    opened = checked_order(car("valdivia"))
    hear("nunoa", notice("nunoa", opened.order.number, opened.order.total))
    post("nunoa", signed(b"{}", town="nunoa"), host="nadie.example")

    assert ("notice-misrouted", latest_notice("nunoa")) in kinds_in("nunoa")
    assert ("notice-unrouted", "notice at nadie.example") in kinds_in("-")


def test_the_command_prints_and_writes_the_list(tmp_path: Path) -> None:
    hear("valdivia", signed(b"nonsense", town="valdivia"))
    file = tmp_path / "stuck.json"

    done = run_python("-m", "backend.cli", "stuck", "--municipality=valdivia", f"--json={file}")

    listed = json.loads(file.read_text())
    assert done.returncode == 0, done.stderr
    assert {row["municipality"] for row in listed} == {"valdivia"}
    assert latest_notice("valdivia") in {row["subject"] for row in listed if row["kind"] == "notice-unreadable"}
    assert all(row["since"].endswith("+00:00") for row in listed)
    assert all(0 <= row["age_seconds"] < 10**9 for row in listed)


def test_each_town_shows_its_own() -> None:
    hear("nunoa", signed(b"nonsense", town="nunoa"))
    here = latest_notice("nunoa")

    with in_town("public"):
        elsewhere = {row.subject for where, row in waiting_everywhere(only="lebu")}

    assert here not in elsewhere


def test_a_revocation_list_that_ended() -> None:
    folder = Path(environment()["SEM_TRUST_DIR"]) / "lists"
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Autoridad de prueba")])
    ended = x509.CertificateRevocationListBuilder(name, now - timedelta(days=9), now - timedelta(days=2))
    (folder / "ended.crl").write_bytes(ended.sign(key, hashes.SHA256()).public_bytes(Encoding.DER))
    (folder / "nonsense.crl").write_bytes(b"nonsense")

    try:
        with in_town("public"):
            rows = [row for where, row in waiting_everywhere() if row.kind == "revocation-list-ended"]
            elsewhere = [row.kind for _where, row in waiting_everywhere(only="nunoa")]
    finally:
        (folder / "ended.crl").unlink()
        (folder / "nonsense.crl").unlink()

    assert [(row.subject, row.detail) for row in rows] == [
        ("list ended.crl", "CN=Autoridad de prueba"),
        ("list nonsense.crl", "unreadable"),
    ]
    assert now - rows[0].since > timedelta(days=1)
    assert "revocation-list-ended" not in elsewhere
