"""Notices that came to the wrong door: believed by the key of whom they name, delivered once, else kept."""

import json
from pathlib import Path

import pytest
from django.db import transaction

from backend.audit.actors import Actor
from backend.audit.models import AuditEntry
from backend.billing import delivering, notices
from backend.billing.delivering import AlreadySettled, NamesNobody, NotAuthenticThere, NoteMissing, UnroutedNotFound
from backend.billing.models import Notice
from backend.billing.unrouted.models import UnroutedNotice, UnroutedOutcome
from tests.operations.debts import ANNUAL, car, in_town
from tests.operations.gateway import SignedNotice, notice, notice_of, post, signed
from tests.operations.orders import at_once, checked_order, state
from tests.operations.platform import run_python

OPERATOR = Actor(account_id=None, name="Operadora de prueba 4")
NOWHERE = "pagos.desconocida.example"


def lost(sent: SignedNotice) -> int:
    """Send it to nobody's host; returns the id under which it is kept."""
    assert post("nunoa", sent, host=NOWHERE).status_code == 404
    with in_town("public"):
        return int(UnroutedNotice.objects.latest("id").id)


def deliver(unrouted_id: int) -> str:
    return delivering.deliver_notice(unrouted_id=unrouted_id, actor=OPERATOR)


def inbox(town: str, sent: SignedNotice) -> list[tuple[int, bool]]:
    """Ids and verdicts of the copies in a town's inbox."""
    with in_town(town):
        rows = Notice.objects.order_by("-id")[:200]
        return [(row.id, row.is_authentic) for row in rows if bytes(row.raw) == sent.raw]


def waiting() -> set[int]:
    return {each.row.id for each in delivering.waiting_notices()}


def test_a_notice_of_nobody_s_host_is_delivered_to_whom_it_names_and_settles_there() -> None:
    vehicle = car("valdivia")
    opened = checked_order(vehicle)
    sent = notice_of(vehicle, opened)
    unrouted = lost(sent)
    assert unrouted in waiting()

    towns = [deliver(unrouted) for _ in range(2)]

    ((notice_id, is_authentic),) = inbox("valdivia", sent)
    with in_town("valdivia"):
        assert notices.read_notice(notice_id=notice_id) == "APPLIED"
        assert AuditEntry.objects.filter(act="notice.delivered", object_key=str(notice_id)).count() == 1
    assert (towns, is_authentic, state(vehicle, opened)) == (["valdivia"] * 2, True, "PAID")
    assert unrouted not in waiting()
    with in_town("public"):
        outcome = UnroutedOutcome.objects.get(notice_id=unrouted)
        assert (outcome.to_schema, outcome.to_notice, outcome.account_name) == ("valdivia", notice_id, OPERATOR.name)
        assert AuditEntry.objects.filter(act="unrouted.delivered", object_key=str(unrouted)).count() == 1


def test_two_operators_at_once_deliver_it_once() -> None:
    vehicle = car("valdivia")
    sent = notice_of(vehicle, checked_order(vehicle))
    unrouted = lost(sent)

    at_once(*[lambda: deliver(unrouted)] * 4)

    assert len(inbox("valdivia", sent)) == 1, "a notice was delivered twice"
    assert deliver(unrouted) == "valdivia"


def test_a_crash_between_the_two_transactions_is_gone_on_with() -> None:
    vehicle = car("nunoa")
    sent = notice_of(vehicle, checked_order(vehicle))
    unrouted = lost(sent)
    with in_town("public"):
        row = UnroutedNotice.objects.get(id=unrouted)
    with in_town("nunoa"):
        delivering._put_into_inbox(row, sent.raw, OPERATOR)
    assert unrouted in waiting()

    deliver(unrouted)

    assert (len(inbox("nunoa", sent)), unrouted in waiting()) == (1, False)


def test_what_the_key_of_the_one_named_did_not_sign_is_not_delivered() -> None:
    vehicle = car("valdivia")
    opened = checked_order(vehicle)
    forged = notice("nunoa", opened.order.number, opened.order.total)
    unrouted = lost(forged)

    with pytest.raises(NotAuthenticThere):
        deliver(unrouted)

    assert (inbox("valdivia", forged), state(vehicle, opened)) == ([], "CREATED")
    assert unrouted in waiting()
    with in_town("public"):
        entry = AuditEntry.objects.get(object_kind="UnroutedNotice", object_key=str(unrouted))
    assert (entry.outcome, entry.account_name) == ("DENIED", OPERATOR.name)


@pytest.mark.parametrize("raw", [b"nonsense", b"[" * 60_000, b'{"IDEXT": 1}'])
def test_what_names_nobody_stays_until_it_is_set_aside(raw: bytes) -> None:
    unrouted = lost(signed(raw, town="nunoa"))

    with pytest.raises(NamesNobody):
        deliver(unrouted)
    with pytest.raises(NoteMissing):
        delivering.set_aside(unrouted_id=unrouted, note=" ", actor=OPERATOR)
    assert unrouted in waiting()
    for _ in range(2):
        delivering.set_aside(unrouted_id=unrouted, note="Ruido de internet", actor=OPERATOR)

    assert unrouted not in waiting()
    with pytest.raises(AlreadySettled):
        deliver(unrouted)


def test_a_commune_without_a_municipality_here_is_nobody() -> None:
    unrouted = lost(notice("nunoa", "1510100000001AAAA", ANNUAL))

    with pytest.raises(NamesNobody):
        deliver(unrouted)

    assert unrouted in waiting()


def test_what_was_delivered_is_not_set_aside_and_what_is_not_there_is_not_found() -> None:
    vehicle = car("nunoa")
    unrouted = lost(notice_of(vehicle, checked_order(vehicle)))
    deliver(unrouted)

    with pytest.raises(AlreadySettled):
        delivering.set_aside(unrouted_id=unrouted, note="No", actor=OPERATOR)
    with pytest.raises(UnroutedNotFound):
        deliver(10**15)


def test_of_a_stranger_s_headers_only_signatures_are_kept() -> None:
    unrouted = lost(signed(b"{}", town="nunoa"))

    with in_town("public"):
        kept = UnroutedNotice.objects.get(id=unrouted).headers

    assert {name.lower() for name in kept} == {"x-tgr-signature"}


def test_a_notice_at_another_municipality_s_host_goes_at_once_where_its_key_vouches_for_it() -> None:
    vehicle = car("valdivia")
    opened = checked_order(vehicle)
    sent = notice_of(vehicle, opened)

    answer = post("valdivia", sent, host="nunoa.localhost")

    assert answer.status_code == 200
    assert (inbox("nunoa", sent), [ok for _id, ok in inbox("valdivia", sent)]) == ([], [True])
    with in_town("valdivia"):
        notices.read_notice(notice_id=inbox("valdivia", sent)[0][0])
    assert state(vehicle, opened) == "PAID"


def test_one_municipality_s_key_does_not_pay_another_s_debts() -> None:
    vehicle = car("valdivia")
    opened = checked_order(vehicle)
    forged = notice("nunoa", opened.order.number, opened.order.total)

    answers = [post("nunoa", forged, host=f"{town}.localhost").status_code for town in ("valdivia", "taltal")]

    assert [ok for _id, ok in inbox("valdivia", forged)] == [False], "another municipality's key was believed"
    assert answers == [401, 401]
    assert state(vehicle, opened) == "CREATED"


def test_a_stranger_s_bytes_at_a_municipality_s_host_are_kept_as_forged() -> None:
    for raw in (b"[" * 60_000, json.dumps({"IDEXT": "14101", "IDOPERACION": float("inf")}).encode(), b"\xff"):
        sent = SignedNotice(raw, "sha256=00")

        assert post("nunoa", sent).status_code == 401
        assert inbox("nunoa", sent)[0][1] is False


def test_the_commands_list_deliver_and_set_aside(tmp_path: Path) -> None:
    vehicle = car("nunoa")
    sent = notice_of(vehicle, checked_order(vehicle))
    good, noise = lost(sent), lost(signed(b"nonsense", town="nunoa"))

    listed = run_python("-m", "backend.cli", "unrouted", "list", f"--json={tmp_path / 'list.json'}")
    delivered = run_python("-m", "backend.cli", "unrouted", "deliver", str(good), str(noise))
    aside = run_python("-m", "backend.cli", "unrouted", "set-aside", str(noise), "--note", "Ruido")

    assert listed.returncode == 0, listed.stderr
    found = {row["id"]: row for row in json.loads((tmp_path / "list.json").read_text())}
    assert (found[good]["names"], found[good]["amount"], found[good]["host"]) == ("nunoa", ANNUAL, NOWHERE)
    assert (found[noise]["names"], found[noise]["amount"]) == ("", None)
    assert delivered.returncode == 1
    assert str(noise) in delivered.stdout + delivered.stderr
    assert aside.returncode == 0, aside.stderr
    assert {good, noise} & waiting() == set()
    assert len(inbox("nunoa", sent)) == 1


def test_the_application_cannot_rewrite_what_was_done() -> None:
    from django.db.utils import ProgrammingError

    unrouted = lost(signed(b"nonsense", town="nunoa"))
    delivering.set_aside(unrouted_id=unrouted, note="Ruido", actor=OPERATOR)

    with in_town("public"), pytest.raises(ProgrammingError), transaction.atomic():
        UnroutedOutcome.objects.filter(notice_id=unrouted).update(note="Otra cosa")
