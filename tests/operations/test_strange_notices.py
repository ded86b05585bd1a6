"""Notices of nobody's order, of another municipality, without an agreement, or in no language: kept, not guessed."""

import json

import pytest

from backend.billing import notices, tasks
from backend.billing.models import Notice
from backend.billing.unrouted.models import UnroutedNotice
from backend.outbox.models import Delivery
from backend.outbox.relay import expand
from backend.reactions import REACTIONS
from tests.operations.debts import ANNUAL, car, in_town
from tests.operations.gateway import (
    SignedNotice,
    books,
    hear,
    homeless,
    notice,
    notice_of,
    post,
    postings,
    signed,
)
from tests.operations.orders import checked_order, state


def test_money_for_an_unknown_order_is_kept_with_its_posting() -> None:
    sent = notice("nunoa", "1312099999999ABCD", 12_345)

    outcome = hear("nunoa", sent)

    assert outcome == "UNKNOWN_ORDER"
    assert homeless("nunoa", sent) == [(12_345, "unknown_order", "claim_at_gateway")]
    assert postings("nunoa", sent) == [("gateway.tgr.receivable", "homeless", 12_345)]


def test_a_failure_of_an_unknown_order_moves_no_money() -> None:
    sent = notice("nunoa", "1312099999999FFFF", 12_345, status="NOK")

    assert (hear("nunoa", sent), homeless("nunoa", sent), postings("nunoa", sent)) == ("UNKNOWN_ORDER", [], [])


def test_another_municipality_s_order_is_passed_on_once() -> None:
    vehicle = car("valdivia")
    opened = checked_order(vehicle)
    misrouted = notice("nunoa", opened.order.number, opened.order.total)

    outcome = hear("nunoa", misrouted)
    with in_town("nunoa"):
        row = Notice.objects.latest("id")
        for _ in range(2):
            notices.pass_on_misrouted_notice(notice_id=row.id)

    assert (outcome, state(vehicle, opened)) == ("MISROUTED", "CREATED")
    assert (homeless("nunoa", misrouted), postings("nunoa", misrouted)) == ([], [])
    with in_town("public"):
        kept = UnroutedNotice.objects.get(from_schema="nunoa", from_notice=row.id)
        assert (bytes(kept.raw), kept.reason) == (misrouted.raw, "other_municipality")


def test_a_misrouted_notice_travels_by_the_outbox() -> None:
    opened = checked_order(car("valdivia"))
    misrouted = notice("nunoa", opened.order.number, opened.order.total)
    hear("nunoa", misrouted)

    with in_town("nunoa"):
        row = Notice.objects.latest("id")
        expand(REACTIONS)
        delivery = Delivery.objects.get(event__name="NoticeMisrouted", event__payload={"notice_id": row.id})
        for _ in range(2):
            tasks.pass_on_misrouted_notice.fn(delivery.id)
        delivery.refresh_from_db()

    assert delivery.state == "DONE"
    with in_town("public"):
        assert UnroutedNotice.objects.filter(from_schema="nunoa", from_notice=row.id).count() == 1


def test_a_notice_at_a_host_that_is_nobody_s_is_kept() -> None:
    vehicle = car("nunoa")
    opened = checked_order(vehicle)
    sent = notice_of(vehicle, opened)

    answer = post("nunoa", sent, host="pagos.desconocida.example")

    assert (answer.status_code, state(vehicle, opened)) == (404, "CREATED")
    with in_town("public"):
        kept = UnroutedNotice.objects.latest("id")
        assert (kept.host, kept.reason, bytes(kept.raw)) == ("pagos.desconocida.example", "unknown_host", sent.raw)


@pytest.mark.parametrize("raw", [b"", b"nonsense", b"[]", b"{}", b"\xff\xfe", b"1"])
def test_bytes_that_are_no_message_are_kept_as_unreadable(raw: bytes) -> None:
    readings, posted, kept = books("nunoa")

    outcome = hear("nunoa", signed(raw, town="nunoa"))

    assert outcome == "UNREADABLE"
    assert books("nunoa") == (readings + 1, posted, kept)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("TOTALPAGO", "59543"),
        ("TOTALPAGO", -5),
        ("TOTALPAGO", 59543.0),
        ("TOTALPAGO", True),
        ("TOTALPAGO", 10**23),
        ("STATUS", "MAYBE"),
        ("FECHAPAGO", "yesterday"),
        ("FECHAPAGO", None),
        ("IDOPERACION", "x"),
        ("IDOPERACION", 10**60),
        ("IDEXT", "13120\0"),
        ("IDEXT", "13120" * 5),
        ("IDEXT", None),
    ],
)
def test_an_authentic_notice_against_the_contract_is_kept_as_unreadable(field: str, value: object) -> None:
    readings, posted, kept = books("nunoa")
    sound = json.loads(notice("nunoa", "1312099999999EEEE", ANNUAL).raw)
    raw = json.dumps({**sound, field: value}).encode()

    outcome = hear("nunoa", signed(raw, town="nunoa"))

    assert outcome == "UNREADABLE"
    assert books("nunoa") == (readings + 1, posted, kept)


def test_a_notice_to_a_municipality_without_an_agreement_is_kept_and_believed_by_nobody() -> None:
    answer = post("loncoche", SignedNotice(b'{"IDEXT": "0910900000001AAAA"}', "sha256=00"))

    assert answer.status_code == 401
    with in_town("loncoche"):
        kept = Notice.objects.latest("id")
        assert (bytes(kept.raw), kept.is_authentic) == (b'{"IDEXT": "0910900000001AAAA"}', False)


def test_a_notice_that_is_too_large_is_refused() -> None:
    huge = signed(b" " * (notices.LARGEST_NOTICE + 1), town="nunoa")

    assert post("nunoa", huge).status_code == 413
