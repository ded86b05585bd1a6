"""TGR as simulated: orders and portal."""

from datetime import datetime, timedelta

import pytest

from tests.contracts.sandbox_process import Institution, Sandbox, wait_until
from tests.contracts.tgr_partner import (
    FORMULARIO,
    RETURN_URL,
    act,
    captured,
    is_genuine,
    local_now,
    order,
    place,
    send,
)


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
