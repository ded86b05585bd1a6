"""The same request again, another request under the same key, and the page to return to."""

import uuid

import pytest

from backend.billing import operations, payments, queries
from backend.billing.gateways.base import GatewayUnavailable
from backend.billing.models import Order, OrderToken
from backend.billing.order_input import IdempotencyConflict, ReturnAddressNotRegistered
from tests.operations.debts import ANNUAL, FIRST, Car, car, in_town
from tests.operations.orders import (
    at_once,
    check,
    checked_order,
    held_slots,
    kinds,
    order,
    start,
    state,
)
from tests.operations.platform import environment
from tests.operations.world import World


def checked_car(town: str) -> Car:
    vehicle = car(town)
    check(vehicle)
    return vehicle


def page_of(town: str) -> str:
    return f"http://www.{town}.localhost:{environment()['SANDBOX_PORT']}/permisos?paso=2"


def test_the_same_request_under_the_same_key_is_the_same_order() -> None:
    vehicle, key = checked_car("nunoa"), uuid.uuid4().hex

    first, second = order(vehicle, key=key), order(vehicle, key=key)

    assert second.order.id == first.order.id
    assert second.token != first.token
    assert held_slots(vehicle) == [(1, first.order.number), (2, first.order.number)]


def test_another_request_under_the_same_key_is_a_conflict() -> None:
    vehicle, other, key = checked_car("nunoa"), checked_car("nunoa"), uuid.uuid4().hex
    opened = order(vehicle, key=key)

    with pytest.raises(IdempotencyConflict):
        order(vehicle, option="first", key=key)
    with pytest.raises(IdempotencyConflict):
        order(vehicle, email="otra@correo.example", key=key)
    with pytest.raises(IdempotencyConflict):
        order(other, key=key)

    assert (opened.order.total, held_slots(other)) == (ANNUAL, [])
    assert len(held_slots(vehicle)) == 2


def test_one_key_serves_both_municipalities_without_a_meeting() -> None:
    here, there, key = checked_car("nunoa"), checked_car("valdivia"), uuid.uuid4().hex

    orders = [order(here, key=key), order(there, option="first", key=key)]

    assert [opened.order.total for opened in orders] == [ANNUAL, FIRST]


def test_the_same_request_twice_at_the_same_moment_is_one_order() -> None:
    vehicle, key = checked_car("valdivia"), uuid.uuid4().hex

    results = at_once(*[lambda: order(vehicle, key=key).order.number] * 2)

    assert kinds(results) == ["str", "str"], "a request that was repeated got another answer"
    assert len(set(results)) == 1


def test_two_requests_under_one_key_at_the_same_moment_are_one_order_and_one_conflict() -> None:
    vehicles, key = [checked_car("valdivia"), checked_car("valdivia")], uuid.uuid4().hex

    results = at_once(*[lambda vehicle=vehicle: order(vehicle, key=key) for vehicle in vehicles])

    assert kinds(results) == ["IdempotencyConflict", "OpenedOrder"]
    assert sorted(len(held_slots(vehicle)) for vehicle in vehicles) == [0, 2]


@pytest.mark.parametrize("key", ["", "1234567", "x" * 81, "12345678\x00", "12345678\ud800", "contraseña"])
def test_a_key_that_cannot_tell_requests_apart_is_refused(key: str) -> None:
    vehicle = checked_car("nunoa")

    with pytest.raises(IdempotencyConflict):
        order(vehicle, key=key)

    assert held_slots(vehicle) == []


def test_the_payer_comes_back_to_the_registered_page_with_a_token_in_the_fragment() -> None:
    vehicle, page = checked_car("nunoa"), page_of("nunoa")
    opened = order(vehicle, return_url=f"{page}#old")

    with in_town("nunoa"):
        signed = payments.return_address(opened.order).rpartition("/")[2]
        addresses = [payments.come_back(signed=signed) for _ in range(2)]

    assert {address.partition("#sem=")[0] for address in addresses} == {page}
    tokens = {address.partition("#sem=")[2] for address in addresses}
    with in_town("nunoa"):
        assert {queries.order_of_token(token).id for token in tokens} == {opened.order.id}
        assert OrderToken.objects.filter(token_sha256__in=tokens).count() == 0  # only hashes are kept
    assert (len(tokens), state(vehicle, opened)) == (2, "CREATED")  # the browser's return marks nothing paid


@pytest.mark.parametrize(
    "address",
    [
        "https://estafa.example/permisos",
        "http://www.nunoa.localhost/",  # another port is another origin
        "http://www.nunoa.localhost:{port}@estafa.example/",
        "http://www.valdivia.localhost:{port}/",
        "http://www.nunoa.localhost:{port}.estafa.example/",
        "//www.nunoa.localhost:{port}/",
        "javascript:alert(1)",
        "http://www.nunoa.localhost:{port}\\@estafa.example/",
        "ftp://www.nunoa.localhost:{port}/",
    ],
)
def test_a_foreign_page_to_return_to_is_refused(address: str) -> None:
    vehicle = checked_car("nunoa")

    for _ in range(2):
        with pytest.raises(ReturnAddressNotRegistered):
            order(vehicle, return_url=address.format(port=environment()["SANDBOX_PORT"]))

    assert held_slots(vehicle) == []


def test_a_page_that_was_struck_off_since_is_replaced_by_our_own() -> None:
    vehicle = checked_car("nunoa")
    opened = order(vehicle, return_url=page_of("nunoa"))
    with in_town("nunoa"):
        Order.objects.filter(id=opened.order.id).update(return_url="https://fue.nunoa.example/pagar")

        signed = payments.return_address(opened.order).rpartition("/")[2]
        address = payments.come_back(signed=signed)

    assert address.startswith(f"http://nunoa.localhost:{environment()['PORT']}/pagar#sem=")


def test_tgr_is_told_the_same_order_again_in_the_same_words(world: World) -> None:
    vehicle = checked_car("nunoa")
    opened = order(vehicle)

    portals = {start(vehicle, opened) for _ in range(2)}

    told = [bill for bill in world.orders() if bill["idext"] == opened.order.number]
    assert len(portals) == 1
    assert [(bill["total"], bill["formulario"]) for bill in told] == [(ANNUAL, 90001)]
    assert state(vehicle, opened) == "SENT"


def test_an_answer_of_tgr_that_was_lost_is_asked_for_again(world: World) -> None:
    vehicle = checked_car("valdivia")
    opened = order(vehicle)
    world.fault("tgr", "refuse", match=opened.order.number, times=1)
    with pytest.raises(GatewayUnavailable):
        start(vehicle, opened)

    portal = start(vehicle, opened)

    assert "/tgr/pay/" in portal
    assert len([bill for bill in world.orders() if bill["idext"] == opened.order.number]) == 1


@pytest.mark.parametrize("kind", ["error_500", "garbage"])
def test_while_tgr_makes_no_sense_nothing_is_sent(world: World, kind: str) -> None:
    vehicle = checked_car("valdivia")
    opened = order(vehicle)
    world.fault("tgr", kind, match=opened.order.number, times=2)

    for _ in range(2):
        with pytest.raises(GatewayUnavailable):
            start(vehicle, opened)

    assert state(vehicle, opened) == "CREATED"
    assert world.orders() == [bill for bill in world.orders() if bill["idext"] != opened.order.number]


def test_an_open_order_is_continued_by_whoever_finds_the_debt() -> None:
    vehicle = car("nunoa")
    opened = checked_order(vehicle)

    with in_town("nunoa"):
        again = [operations.resume_order(debt=vehicle.debt, now=opened.order.created_at) for _ in range(2)]

    assert {each.order.id for each in again} == {opened.order.id}
    assert len({opened.token, *(each.token for each in again)}) == 3


def test_a_cancelled_order_frees_its_slots_and_stays_cancelled() -> None:
    vehicle = car("nunoa")
    opened = checked_order(vehicle)

    with in_town("nunoa"):
        cancelled = [operations.cancel_order(token=opened.token) for _ in range(2)]

    assert {each.state for each in cancelled} == {"CANCELLED"}
    assert held_slots(vehicle) == []
    with pytest.raises(operations.OrderNotOpen):
        start(vehicle, opened)
    with in_town("nunoa"), pytest.raises(operations.OrderNotOpen):
        operations.resume_order(debt=vehicle.debt, now=opened.order.created_at)
