"""What arrives at the bank against what was filed."""

from datetime import date

import pytest

from backend.audit.models import AuditEntry
from backend.billing.models import LedgerEntry
from backend.billing.reconciliation import deposits
from backend.billing.reconciliation.deposits import DepositKnown
from backend.billing.reconciliation.intake import GatewayFileUnreadable, OtherAgreement
from backend.billing.reconciliation.matching import lines_in_transit
from backend.billing.reconciliation.rules import LARGEST_FILE
from backend.billing.reconciliation_models import Deposit
from tests.operations.debts import in_town
from tests.reconciliation.collected import (
    TOWN,
    TREASURER,
    advice,
    collection,
    deposit,
    differences,
    figures,
    kinds,
    load,
    new_day,
    next_day,
    unknown_line,
)


def postings(row: Deposit) -> list[tuple[str, str, int]]:
    with in_town(TOWN):
        rows = LedgerEntry.objects.filter(cause=f"deposit:tgr:{row.reference}").order_by("line")
        return list(rows.values_list("debit", "credit", "amount"))


def in_transit(day: date) -> list[str]:
    with in_town(TOWN):
        rows = lines_in_transit().filter(accounting_on=day).order_by("id")
        return list(rows.values_list("operation_id", flat=True))


def test_a_deposit_pays_for_the_lines_that_it_names() -> None:
    day = new_day()
    first, second = unknown_line(day), unknown_line(day, 7_000)
    load(collection(day, [first, second]))
    assert in_transit(day) == [str(first.operation), str(second.operation)]

    row = deposit(advice(next_day(day), [first]))

    assert in_transit(day) == [str(second.operation)]
    assert figures(day).in_transit.amount.pesos == 7_000
    assert figures(next_day(day)).deposited.pesos == 10_000
    assert postings(row) == [("bank", "gateway.tgr.receivable", 10_000)]
    assert kinds(next_day(day)) == ["NO_FILE"]
    with in_town(TOWN):
        assert AuditEntry.objects.get(act="deposit.recorded", object_key=str(row.id)).account_name == TREASURER.name


def test_what_was_withheld_is_posted_and_named_in_the_gateway_s_words() -> None:
    day = new_day()
    line = unknown_line(day)
    load(collection(day, [line]))

    row = deposit(advice(day, [line], withheld=[(300, "Comisión"), (200, "Contracargo 77")]))

    assert postings(row) == [
        ("bank", "gateway.tgr.receivable", 9_500),
        ("gateway.tgr.withheld", "gateway.tgr.receivable", 500),
    ]
    assert [(found.kind, found.found) for found in differences(day)] == [("WITHHELD", 300), ("WITHHELD", 200)]
    assert differences(day)[1].message.es == f"TGR retuvo $200 del depósito {row.reference}: Contracargo 77."


def test_the_same_advice_again_changes_nothing_and_another_of_its_reference_is_refused() -> None:
    day = new_day()
    line = unknown_line(day)
    load(collection(day, [line]))
    data = advice(day, [line], reference=f"BE-{day}")
    row = deposit(data)

    assert deposit(data).id == row.id
    with pytest.raises(DepositKnown):
        deposit(advice(day, [line], reference=f"BE-{day}", withheld=[(1, "x")]))

    assert len(postings(row)) == 1


def test_what_a_deposit_says_otherwise_is_named() -> None:
    day = new_day()
    line, other, never = unknown_line(day), unknown_line(day), unknown_line(day, 4_000)
    load(collection(day, [line, other]))
    deposit(advice(day, [line]))

    row = deposit(advice(day, [line, other.other(amount=9_000), never]))

    assert [(found.kind, found.row, found.expected, found.found) for found in differences(day)] == [
        ("DEPOSITED_TWICE", 2, 10_000, 10_000),
        ("DEPOSITED_OTHER_AMOUNT", 3, 10_000, 9_000),
        ("DEPOSITED_NOT_FILED", 4, None, 4_000),
    ]
    assert all(row.reference in found.message.es for found in differences(day))
    assert in_transit(day) == []


def test_a_deposit_that_does_not_add_up_is_posted_as_it_arrived_and_named() -> None:
    day = new_day()
    line = unknown_line(day)
    load(collection(day, [line]))

    row = deposit(advice(day, [line]).replace(f";{day};10000".encode(), f";{day};9999".encode()))

    assert postings(row) == [("bank", "gateway.tgr.receivable", 9_999)]
    (found,) = differences(day)
    assert (
        found.message.es == "Fila 1, MONTO: el depósito dice $9.999; sus operaciones suman $10.000 y lo retenido, $0."
    )


def test_an_operation_twice_in_an_advice_is_deposited_once() -> None:
    day = new_day()
    line = unknown_line(day)
    load(collection(day, [line]))

    deposit(advice(day, [line, line]))

    assert kinds(day) == ["DEPOSITED_TWICE"]


@pytest.mark.parametrize(
    "data", [b"", b"hola", b"\xff\xfe\x00", b"D;1;1\n"], ids=["empty", "words", "bytes", "headless"]
)
def test_what_is_no_advice_is_refused(data: bytes) -> None:
    with pytest.raises(GatewayFileUnreadable):
        deposit(data)


def test_a_file_that_is_too_large_is_refused_before_it_is_read() -> None:
    with pytest.raises(GatewayFileUnreadable) as refused:
        load(bytes(LARGEST_FILE + 1))

    assert "64 MB" in refused.value.message.es


def test_a_collection_file_is_no_advice_and_an_advice_is_no_collection_file() -> None:
    day = new_day()

    with pytest.raises(GatewayFileUnreadable):
        deposit(collection(day, []))
    with pytest.raises(GatewayFileUnreadable):
        load(advice(day, [unknown_line(day)]))


def test_a_file_of_another_agreement_is_refused() -> None:
    day = new_day()

    with pytest.raises(OtherAgreement):
        deposit(advice(day, [unknown_line(day)], form=1))
    with pytest.raises(OtherAgreement):
        load(collection(day, [], form=1))
    with in_town("nunoa"), pytest.raises(OtherAgreement):
        deposits.record_deposit(filename="x", data=advice(day, [unknown_line(day)]), actor=TREASURER)
