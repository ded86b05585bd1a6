"""Webpay Plus as simulated: what a shop may rely on, and what it must not."""

from collections.abc import Iterator

import httpx
import pytest

from tests.contracts.sandbox_process import Sandbox
from tests.contracts.webpay_partner import BASE, CODE, RETURN_URL, SECRET, Shop, act, later, message, shape

ABORTED = (422, "Transaction has an invalid finished state: aborted")


@pytest.fixture
def shop(sandbox: Sandbox) -> Iterator[Shop]:
    sandbox.control("commerces", commerce_code=CODE, municipality="Prueba", secret=SECRET)
    yield Shop(sandbox)
    sandbox.http.delete("/_control/faults").raise_for_status()


def book(sandbox: Sandbox, token: str, part: str = "captured") -> list[dict[str, object]]:
    return [each for each in sandbox.http.get("/webpay/book").json()[part] if each["reference"] == token]


def test_a_transaction_is_created_paid_committed_and_captured_once(sandbox: Sandbox, shop: Shop) -> None:
    created = shop.create(buy_order="orden-1").raise_for_status().json()
    token = created["token"]
    form = sandbox.http.get(created["url"], params={"token_ws": token})
    before = shop.status(token).json()
    back = act(sandbox, token, "pay", means="VD")
    uncommitted, nothing = shop.status(token).json(), book(sandbox, token)
    committed = shop.commit(token).raise_for_status().json()

    assert (len(token), created["url"].rpartition("/")[2]) == (64, "initTransaction")
    assert "$70.000" in form.text
    assert (before["status"], uncommitted["status"], nothing) == ("INITIALIZED", "INITIALIZED", [])
    assert (back.status_code, back.headers["Location"]) == (303, f"{RETURN_URL}?token_ws={token}")
    assert committed["status"] == "AUTHORIZED"
    assert committed["response_code"] == 0
    assert (committed["amount"], committed["buy_order"], committed["payment_type_code"]) == (70_000, "orden-1", "VD")
    assert shop.status(token).json() == committed
    assert message(shop.commit(token)) == (422, "Transaction already locked by another process")
    assert [(row["idoperacion"], row["formulario"], row["total"]) for row in book(sandbox, token)] == [
        ("orden-1", CODE, 70_000)
    ]


def test_a_transaction_that_nobody_paid_cannot_be_committed_and_can_still_be_paid(sandbox: Sandbox, shop: Shop) -> None:
    token = shop.token()

    status, words = message(shop.commit(token))
    act(sandbox, token, "pay")

    assert (status, words.startswith("Invalid status '0'")) == (422, True)
    assert shop.commit(token).json()["status"] == "AUTHORIZED"


def test_a_rejection_is_told_by_the_commit(sandbox: Sandbox, shop: Shop) -> None:
    token = shop.token()
    back = act(sandbox, token, "reject")
    told = shop.commit(token).json()

    assert shape(back) == {"token_ws"}
    assert (told["status"], told["response_code"]) == ("FAILED", -1)
    assert shop.status(token).json()["status"] == "FAILED"
    assert book(sandbox, token) == []


@pytest.mark.parametrize(
    ("action", "expected"),
    [
        ("cancel", {"TBK_TOKEN", "TBK_ID_SESION", "TBK_ORDEN_COMPRA"}),
        ("time_out", {"TBK_ID_SESION", "TBK_ORDEN_COMPRA"}),
    ],
)
def test_what_the_payer_gave_up_goes_back_without_a_token_and_is_aborted(
    sandbox: Sandbox, shop: Shop, action: str, expected: set[str]
) -> None:
    token = shop.token()

    back = act(sandbox, token, action)

    assert shape(back) == expected
    assert message(shop.commit(token)) == ABORTED
    assert shop.status(token).json()["status"] == "INITIALIZED"
    assert shape(act(sandbox, token, "pay")) == {"TBK_ID_SESION", "TBK_ORDEN_COMPRA"}
    assert book(sandbox, token) == []


def test_a_form_that_was_answered_is_an_error_when_it_is_answered_again(sandbox: Sandbox, shop: Shop) -> None:
    token = shop.token()
    act(sandbox, token, "pay")

    again = sandbox.http.post(f"/webpayserver/answer/{token}", data={"action": "pay", "means": "VN"})

    assert shape(again) == {"token_ws", "TBK_TOKEN", "TBK_ID_SESION", "TBK_ORDEN_COMPRA"}


@pytest.mark.parametrize("action", ["leave_unpaid", "pay_and_leave"])
def test_a_browser_that_is_closed_does_not_go_back(sandbox: Sandbox, shop: Shop, action: str) -> None:
    assert act(sandbox, shop.token(), action).status_code == 200


def test_time_aborts_what_nobody_opened_paid_or_committed(sandbox: Sandbox, shop: Shop) -> None:
    never, opened, authorised, in_time = (shop.token() for _ in range(4))
    sandbox.http.get("/webpayserver/initTransaction", params={"token_ws": opened})
    for token in (authorised, in_time):
        act(sandbox, token, "pay_and_leave")

    later(sandbox, never, 301)
    later(sandbox, opened, 601)
    later(sandbox, authorised, 601)
    later(sandbox, in_time, 590)

    assert [message(shop.commit(token)) for token in (never, opened, authorised)] == [ABORTED] * 3
    assert shop.commit(in_time).json()["status"] == "AUTHORIZED"
    assert [len(book(sandbox, token)) for token in (never, opened, authorised, in_time)] == [0, 0, 0, 1]


def test_status_is_told_for_seven_days(sandbox: Sandbox, shop: Shop) -> None:
    token = shop.paid()
    later(sandbox, token, 7 * 24 * 3600 - 60)
    still = shop.status(token)
    later(sandbox, token, 120)

    assert still.status_code == 200
    assert message(shop.status(token))[0] == 422


def test_a_whole_refund_within_three_hours_is_a_reversal(sandbox: Sandbox, shop: Shop) -> None:
    token = shop.paid(means="VD")

    given = shop.refund(token, 70_000)
    again = shop.refund(token, 70_000)

    assert given.json() == {"type": "REVERSED"}
    assert shop.status(token).json()["status"] == "REVERSED"
    assert again.status_code == 422
    assert [row["total"] for row in book(sandbox, token)] == [70_000]
    assert [(row["total"], row["kind"]) for row in book(sandbox, token, "refunded")] == [(70_000, "REVERSED")]


def test_a_part_is_nullified_and_asking_twice_gives_twice(sandbox: Sandbox, shop: Shop) -> None:
    token = shop.paid()

    first, second = shop.refund(token, 20_000).json(), shop.refund(token, 20_000).json()
    after = shop.status(token).json()
    rest = shop.refund(token, 30_000).json()

    assert (first["type"], first["nullified_amount"], first["balance"]) == ("NULLIFIED", 20_000, 50_000)
    assert second["balance"] == 30_000
    assert (after["status"], after["balance"]) == ("PARTIALLY_NULLIFIED", 30_000)
    assert (rest["balance"], shop.status(token).json()["status"]) == (0, "NULLIFIED")


@pytest.mark.parametrize(
    ("means", "amount", "days", "code"),
    [("VN", 70_001, 0, 311), ("VC", 1, 0, 53), ("VD", 1, 0, 315), ("VP", 1, 0, 315), ("VN", 1, 91, 284)],
)
def test_what_cannot_be_given_back_is_refused_by_its_code(
    sandbox: Sandbox, shop: Shop, means: str, amount: int, days: int, code: int
) -> None:
    token = shop.paid(means=means)
    later(sandbox, token, days * 24 * 3600)

    status, words = message(shop.refund(token, amount))

    assert (status, f"({code})" in words) == (422, True)
    assert book(sandbox, token, "refunded") == []


@pytest.mark.parametrize(
    "change",
    [
        {"buy_order": "x" * 27},
        {"buy_order": None},
        {"session_id": "x" * 62},
        {"amount": 0},
        {"amount": "70000"},
        {"amount": None},
        {"return_url": "http://a.example/" + "x" * 240},
        {"return_url": "/relative"},
    ],
)
def test_a_create_beyond_the_limits_is_refused(shop: Shop, change: dict[str, object]) -> None:
    assert shop.create(**change).status_code == 422


def test_a_buy_order_is_taken_once(shop: Shop) -> None:
    shop.token(buy_order="orden-única")

    assert message(shop.create(buy_order="orden-única")) == (422, "Invalid value for parameter: buy_order")


def test_only_the_shop_itself_is_answered(sandbox: Sandbox, shop: Shop) -> None:
    token = shop.token()
    sandbox.control("commerces", commerce_code=CODE + 1, municipality="Otra", secret="otra")
    other, forged = Shop(sandbox, CODE + 1, "otra"), Shop(sandbox, CODE, "otra")

    assert [forged.create().status_code, forged.status(token).status_code] == [401, 401]
    assert sandbox.http.get(f"{BASE}/{token}").status_code == 401
    assert message(other.status(token)) == (422, "Invalid value for parameter: transaction not found")
    assert (other.commit(token).status_code, other.refund(token, 1).status_code) == (422, 422)


def test_an_answer_can_be_lost_after_the_work_was_done(sandbox: Sandbox, shop: Shop) -> None:
    token = shop.token(buy_order="orden-perdida")
    act(sandbox, token, "pay")
    sandbox.fault("webpay", "timeout", match="commit orden-perdida", seconds=0, times=1)

    with pytest.raises(httpx.RemoteProtocolError):
        shop.commit(token)

    assert shop.status(token).json()["status"] == "AUTHORIZED"


def test_a_payment_may_be_told_as_failed_first(sandbox: Sandbox, shop: Shop) -> None:
    sandbox.fault("webpay", "fails_first", match="orden-fallida", times=1)
    token = shop.token(buy_order="orden-fallida")
    act(sandbox, token, "pay")

    assert [shop.commit(token).json()["status"], shop.status(token).json()["status"]] == ["FAILED", "AUTHORIZED"]


def test_another_amount_may_be_captured(sandbox: Sandbox, shop: Shop) -> None:
    sandbox.fault("webpay", "wrong_amount", match="orden-otra", amount=69_999, times=1)
    token = shop.paid(buy_order="orden-otra")

    assert shop.status(token).json()["amount"] == 69_999
    assert [row["total"] for row in book(sandbox, token)] == [69_999]
