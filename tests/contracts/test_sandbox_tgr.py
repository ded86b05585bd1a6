"""TGR as simulated: orders, portal, notices, book, and the faults that can be ordered."""

import hashlib
import hmac
import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import count
from zoneinfo import ZoneInfo

import httpx
import pytest

from tests.contracts.sandbox_process import Institution, Received, Sandbox, institution, wait_until

KEY = "clave de prueba ñ"
FORMULARIO = 991
RETURN_URL = "http://prueba.localhost:9/return/abc?x=1"
_ids = count(1)


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox() as running:
        yield running


@pytest.fixture
def municipality(sandbox: Sandbox) -> Iterator[Institution]:
    with institution() as heard:
        sandbox.control("agreements", formulario=FORMULARIO, municipality="Prueba", key=KEY, notice_url=heard.url)
        yield heard
    sandbox.http.delete("/_control/faults").raise_for_status()


def order(**changes: object) -> dict[str, object]:
    now = local_now()
    return {
        "VERSION": 1,
        "REFADDRESS": 7,
        "DATETIME": now.isoformat(),
        "NUMBER": 1,
        "IDEXT": f"13120-{next(_ids)}",
        "STATUS": "NEW",
        "RUT": 44000001,
        "DV": "0",
        "FORMULARIO": FORMULARIO,
        "FOLIO": 5,
        "VENCIMIENTO": (now + timedelta(minutes=30)).isoformat(),
        "MONEDA": 152,
        "MONTO": 70_000,
        "MOVIMIENTO": "PAG",
        "URLRETORNO": RETURN_URL,
        "ITEMS": [
            {"ITEM": 1, "GLOSA": "Permiso de circulación 2025", "MONTO": 50_000},
            {"ITEM": 2, "GLOSA": "Otra línea <b>", "MONTO": 20_000},
        ],
    } | changes


def local_now() -> datetime:
    return datetime.now(ZoneInfo("America/Santiago")).replace(tzinfo=None, microsecond=0)


def sign(body: bytes, key: str = KEY) -> str:
    return "sha256=" + hmac.new(key.encode(), body, hashlib.sha256).hexdigest()


def send(sandbox: Sandbox, message: object, *, key: str = KEY) -> httpx.Response:
    body = json.dumps(message).encode()
    return sandbox.http.post("/tgr/orders", content=body, headers={"X-TGR-Signature": sign(body, key)})


def place(sandbox: Sandbox, **changes: object) -> tuple[str, str]:
    """Place an order and give IDEXT and REFERENCIA."""
    answer = send(sandbox, order(**changes)).raise_for_status().json()
    return answer["IDEXT"], answer["REFERENCIA"]


def act(sandbox: Sandbox, reference: str, action: str = "pay", means: str = "D") -> httpx.Response:
    return sandbox.http.post(f"/tgr/pay/{reference}", data={"action": action, "means": means})


def captured(sandbox: Sandbox, idext: str) -> list[dict[str, object]]:
    return [each for each in sandbox.http.get("/tgr/book").json()["captured"] if each["idext"] == idext]


def is_genuine(notice: Received) -> bool:
    return notice.headers["X-TGR-Signature"] == sign(notice.body)


def test_an_order_is_paid_and_notified(sandbox: Sandbox, municipality: Institution) -> None:
    message = order()
    answer = send(sandbox, message).raise_for_status().json()
    page = sandbox.http.get(answer["URLPAGO"])
    back = act(sandbox, answer["REFERENCIA"], means="T")
    (notice,) = municipality.wait_for(1)

    assert answer["IDEXT"] == message["IDEXT"]
    assert "<title>Tesorería General — portal de pagos (simulado)</title>" in page.text
    assert "$70.000" in page.text
    assert "Otra línea &lt;b&gt;" in page.text
    assert "script" not in page.headers["Content-Security-Policy"]
    assert "<script" not in page.text
    assert (back.status_code, back.headers["Location"]) == (303, RETURN_URL)
    assert is_genuine(notice)
    echoed = ("VERSION", "REFADDRESS", "NUMBER", "IDEXT", "RUT", "FORMULARIO", "FOLIO", "VENCIMIENTO")
    assert {name: notice.message[name] for name in echoed} == {name: message[name] for name in echoed}
    assert notice.message["STATUS"] == "OK"
    assert notice.message["TOTALPAGO"] == 70_000
    assert notice.message["TIPOPAGO"] == "T"
    assert len(str(notice.message["NOMBRE"])) <= 30
    paid_at = datetime.fromisoformat(str(notice.message["FECHAPAGO"]))
    assert abs(paid_at - local_now()) < timedelta(minutes=1)
    wait_until(lambda: bool(captured(sandbox, str(message["IDEXT"]))[0]["notice_delivered"]))
    assert captured(sandbox, str(message["IDEXT"])) == [
        {
            "idext": message["IDEXT"],
            "formulario": FORMULARIO,
            "reference": answer["REFERENCIA"],
            "idoperacion": notice.message["IDOPERACION"],
            "total": 70_000,
            "paid_at": notice.message["FECHAPAGO"],
            "means": "T",
            "accounting_date": local_now().date().isoformat(),
            "attempts_of_notice": 1,
            "notice_delivered": True,
        }
    ]


def test_the_same_order_again_gets_the_same_answer(sandbox: Sandbox, municipality: Institution) -> None:
    message = order()
    first = send(sandbox, message)
    again = send(sandbox, message | {"NUMBER": 2, "DATETIME": "2025-03-20T12:00:00"})
    other = send(sandbox, message | {"FOLIO": 6})

    assert first.json() == again.json()
    assert other.status_code == 409


def test_an_order_without_a_good_signature_is_refused(sandbox: Sandbox, municipality: Institution) -> None:
    forged = send(sandbox, order(), key="otra")
    unknown = send(sandbox, order(FORMULARIO=12))

    assert (forged.status_code, unknown.status_code) == (401, 401)
    assert set(forged.json()) == {"CODIGO", "MENSAJE"}


@pytest.mark.parametrize(
    "change",
    [
        {"MONTO": 69_999},
        {"MONTO": "70000"},
        {"DV": "4"},
        {"MONEDA": 840},
        {"IDEXT": "x" * 21},
        {"IDEXT": ""},
        {"ITEMS": []},
        {"VENCIMIENTO": "2025-02-30T00:00:00"},
        {"DATETIME": "2025-03-20T12:00:00Z"},
        {"URLRETORNO": "/return"},
        {"STATUS": "OK"},
    ],
)
def test_a_malformed_order_is_refused(sandbox: Sandbox, municipality: Institution, change: dict[str, object]) -> None:
    assert send(sandbox, order(**change)).status_code == 400


def test_after_a_rejection_the_payer_may_try_again(sandbox: Sandbox, municipality: Institution) -> None:
    idext, reference = place(sandbox)

    assert act(sandbox, reference, "reject").status_code == 303
    assert municipality.wait_for(1)[0].message["STATUS"] == "NOK"
    assert captured(sandbox, idext) == []
    assert act(sandbox, reference).status_code == 303
    first, second = municipality.wait_for(2)
    assert second.message["STATUS"] == "OK"
    assert first.message["IDOPERACION"] != second.message["IDOPERACION"]


def test_leaving_changes_nothing(sandbox: Sandbox, municipality: Institution) -> None:
    idext, reference = place(sandbox)

    assert act(sandbox, reference, "leave").headers["Location"] == RETURN_URL
    assert captured(sandbox, idext) == []
    assert municipality.notices == []


def test_a_payment_needs_a_means(sandbox: Sandbox, municipality: Institution) -> None:
    idext, reference = place(sandbox)
    answer = act(sandbox, reference, means="")

    assert answer.status_code == 400
    assert "Elija un medio de pago" in answer.text
    assert captured(sandbox, idext) == []


def test_a_paid_reference_is_not_paid_again_unless_ordered(sandbox: Sandbox, municipality: Institution) -> None:
    idext, reference = place(sandbox)
    act(sandbox, reference)

    assert act(sandbox, reference).status_code == 409
    assert "ya fue recibido" in sandbox.http.get(f"/tgr/pay/{reference}").text
    assert len(captured(sandbox, idext)) == 1

    sandbox.fault("tgr", "double_capture", match=idext, times=1)
    assert act(sandbox, reference).status_code == 303
    assert act(sandbox, reference).status_code == 409
    assert len({each["idoperacion"] for each in captured(sandbox, idext)}) == 2
    assert len({notice.message["IDOPERACION"] for notice in municipality.wait_for(2)}) == 2


def test_a_late_payment_is_taken_only_when_ordered(sandbox: Sandbox, municipality: Institution) -> None:
    idext, reference = place(sandbox, VENCIMIENTO=(local_now() - timedelta(minutes=1)).isoformat())

    assert "plazo de esta orden terminó" in sandbox.http.get(f"/tgr/pay/{reference}").text
    assert act(sandbox, reference).status_code == 409
    assert captured(sandbox, idext) == []

    sandbox.fault("tgr", "accept_late", match=idext)
    assert act(sandbox, reference).status_code == 303
    assert len(captured(sandbox, idext)) == 1


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
