"""TGR as simulated: notices, book, and the faults that can be ordered."""

from datetime import datetime, timedelta

import httpx
import pytest

from tests.contracts.sandbox_process import Institution, Sandbox, institution, wait_until
from tests.contracts.tgr_partner import (
    FORMULARIO,
    KEY,
    act,
    captured,
    is_genuine,
    local_now,
    order,
    place,
    send,
)


def test_a_notice_is_repeated_until_it_is_answered_with_200(sandbox: Sandbox, municipality: Institution) -> None:
    municipality.answers[:] = [500, 503]
    idext, reference = place(sandbox)
    act(sandbox, reference)
    notices = municipality.wait_for(3)

    assert len({notice.body for notice in notices}) == 1
    wait_until(lambda: captured(sandbox, idext)[0]["attempts_of_notice"] == 3)
    assert captured(sandbox, idext)[0]["notice_delivered"] is True


def test_a_duplicate_notice_is_the_same_notice_three_times(sandbox: Sandbox, municipality: Institution) -> None:
    idext, reference = place(sandbox)
    sandbox.fault("tgr", "duplicate_notice", match=idext)
    act(sandbox, reference)

    assert len({notice.body for notice in municipality.wait_for(3)}) == 1
    assert len(captured(sandbox, idext)) == 1


def test_a_notice_can_come_before_the_browser_returns(sandbox: Sandbox, municipality: Institution) -> None:
    _idext, reference = place(sandbox)
    sandbox.fault("tgr", "notice_before_return", times=1)
    act(sandbox, reference)

    assert len(municipality.notices) == 1


def test_a_notice_can_come_late(sandbox: Sandbox, municipality: Institution) -> None:
    idext, reference = place(sandbox)
    sandbox.fault("tgr", "late_notice", seconds=0.5, match=idext)
    act(sandbox, reference)

    assert municipality.notices == []
    assert municipality.wait_for(1)[0].message["IDEXT"] == idext


def test_the_first_notice_of_a_reference_can_be_overtaken_by_the_second(
    sandbox: Sandbox, municipality: Institution
) -> None:
    idext, reference = place(sandbox)
    sandbox.fault("tgr", "overtaken_notice", seconds=4, match=idext)
    act(sandbox, reference, "reject")
    act(sandbox, reference)

    assert [notice.message["STATUS"] for notice in municipality.wait_for(2)] == ["OK", "NOK"]


def test_a_fault_can_meet_a_share_of_the_uses(sandbox: Sandbox, municipality: Institution) -> None:
    message = order()
    sandbox.fault("tgr", "error_500", percent=75, match=str(message["IDEXT"]))

    statuses = [send(sandbox, message).status_code for _ in range(8)]

    assert statuses.count(500) == 6
    assert statuses.count(200) == 2


@pytest.mark.parametrize("percent", [0, 101, "90"])
def test_a_share_is_a_percentage(sandbox: Sandbox, percent: object) -> None:
    answer = sandbox.http.post("/_control/faults", json={"institution": "tgr", "kind": "slow", "percent": percent})

    assert answer.status_code == 400
    assert sandbox.http.get("/_control/state").json()["faults"] == []


def test_a_notice_that_never_came_can_be_sent_by_hand(sandbox: Sandbox, municipality: Institution) -> None:
    idext, reference = place(sandbox)
    sandbox.fault("tgr", "no_notice", times=1)
    act(sandbox, reference)

    assert municipality.notices == []
    assert captured(sandbox, idext)[0]["notice_delivered"] is False
    sent = sandbox.control(f"notices/{reference}").json()["sent"]
    assert [each["answer"] for each in sent] == ["200"]
    assert is_genuine(municipality.notices[0])


def test_another_amount_is_captured_when_ordered(sandbox: Sandbox, municipality: Institution) -> None:
    idext, reference = place(sandbox)
    sandbox.fault("tgr", "wrong_amount", amount=1_234, times=1)
    act(sandbox, reference)

    assert municipality.wait_for(1)[0].message["TOTALPAGO"] == 1_234
    assert captured(sandbox, idext)[0]["total"] == 1_234


def test_a_bad_signature_is_sent_as_often_as_ordered(sandbox: Sandbox, municipality: Institution) -> None:
    municipality.answers[:] = [401]
    idext, reference = place(sandbox)
    sandbox.fault("tgr", "bad_signature", times=1, match=idext)
    act(sandbox, reference)

    assert [is_genuine(notice) for notice in municipality.wait_for(2)] == [False, True]


def test_an_order_whose_answer_was_lost_is_kept(sandbox: Sandbox, municipality: Institution) -> None:
    message = order()
    sandbox.fault("tgr", "timeout", times=1, match=str(message["IDEXT"]), seconds=0.3)

    with pytest.raises(httpx.RemoteProtocolError):
        send(sandbox, message)
    known = [each["idext"] for each in sandbox.http.get("/_control/state").json()["orders"]]
    assert message["IDEXT"] in known
    assert send(sandbox, message).status_code == 200


def test_the_book_outlives_a_restart_and_waiting_notices_go_out(tmp_path_factory: pytest.TempPathFactory) -> None:
    state = str(tmp_path_factory.mktemp("state"))
    with institution() as heard:
        with Sandbox(SANDBOX_STATE=state) as first:
            first.control("agreements", formulario=FORMULARIO, municipality="Prueba", key=KEY, notice_url=heard.url)
            first.fault("tgr", "late_notice", seconds=1)
            idext, reference = place(first)
            act(first, reference)
            code = first.stop()
        with Sandbox(SANDBOX_STATE=state) as second:
            book = captured(second, idext)
            heard.wait_for(1)

    assert code == 0
    assert len(book) == 1
    assert heard.notices[0].message["IDOPERACION"] == book[0]["idoperacion"]


@pytest.mark.parametrize("days_ahead", [0, -600])
def test_dates_follow_the_calendar_of_the_partner(days_ahead: int) -> None:
    """A platform with a shifted domain date may write its messages by either calendar."""
    partner_now = local_now() + timedelta(days=days_ahead)
    with Sandbox(SANDBOX_DATE_SHIFT_DAYS="-600") as shifted, institution() as heard:
        shifted.control("agreements", formulario=FORMULARIO, municipality="Prueba", key=KEY, notice_url=heard.url)
        idext, reference = place(
            shifted,
            DATETIME=partner_now.isoformat(),
            VENCIMIENTO=(partner_now + timedelta(minutes=30)).isoformat(),
        )
        status = act(shifted, reference).status_code
        paid = captured(shifted, idext)[0]

    assert status == 303
    assert abs(datetime.fromisoformat(str(paid["paid_at"])) - partner_now) < timedelta(minutes=1)
    assert paid["accounting_date"] == (local_now() - timedelta(days=600)).date().isoformat()
