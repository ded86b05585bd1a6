"""Whatever opens something here opens nothing in another municipality, and its answer there tells nothing."""

import json
import uuid
from urllib.parse import urlsplit

import pytest
from django.test import Client

from backend.billing import payments
from backend.billing.operations import OpenedOrder
from backend.receipts.models import Document
from backend.receipts.queries import order_status
from backend.shared import clock
from tests.api.asking import ask, by_id, codes, found, post_graphql, search, send, wanted
from tests.operations.debts import Car, car, in_town
from tests.operations.deliveries import run_deliveries
from tests.operations.gateway import hear, notice_of
from tests.operations.orders import check, checked_order, held_slots, state
from tests.operations.platform import in_environment

HOME, ELSEWHERE = "nunoa", "valdivia"


@pytest.fixture(scope="module")
def issued() -> tuple[Car, OpenedOrder]:
    """An order of Ñuñoa, paid and documented."""
    with in_environment():
        vehicle = car(HOME)
        opened = checked_order(vehicle)
        hear(HOME, notice_of(vehicle, opened))
        run_deliveries(HOME, order_id=opened.order.id)
    return vehicle, opened


def test_a_plate_of_another_municipality_is_unknown() -> None:
    vehicle = car(HOME)

    here = search(HOME, f"{vehicle.plate}-{vehicle.check_digit}", vehicle.rut)
    there = search(ELSEWHERE, f"{vehicle.plate}-{vehicle.check_digit}", vehicle.rut)

    assert len(here["debts"]) == 1
    assert (there["debts"], codes(there)) == ([], ["billing.debt_not_found"])


@pytest.mark.parametrize("document", ["checkRun", "orderResume"])
def test_a_debt_id_opens_nothing_elsewhere(document: str) -> None:
    vehicle = car(HOME)
    debt = found(vehicle)["id"]

    real = post_graphql(ELSEWHERE, by_id(document, debtId=debt)).content
    made_up = post_graphql(ELSEWHERE, by_id(document, debtId="made-up")).content

    assert real == made_up
    assert b"billing.debt_not_found" in real


def test_a_debt_id_cannot_be_ordered_elsewhere() -> None:
    vehicle = car(HOME)
    check(vehicle)
    debt = found(vehicle)["id"]

    refused = ask(ELSEWHERE, "orderCreate", wanted(debt, key=uuid.uuid4().hex))
    made = ask(HOME, "orderCreate", wanted(debt, key=uuid.uuid4().hex))

    assert (refused["order"], codes(refused)) == (None, ["billing.debt_not_found"])
    assert (made["errors"], len(held_slots(vehicle))) == ([], 2)


@pytest.mark.parametrize("document", ["orderPay", "orderCancel"])
def test_an_order_token_opens_nothing_elsewhere(document: str) -> None:
    vehicle = car(HOME)
    opened = checked_order(vehicle)

    real = post_graphql(ELSEWHERE, by_id(document, token=opened.token)).content
    guessed = post_graphql(ELSEWHERE, by_id(document, token="A" * 22)).content

    assert real == guessed
    assert b"billing.order_not_found" in real
    assert (state(vehicle, opened), len(held_slots(vehicle))) == ("CREATED", 2)


def test_the_state_of_an_order_is_told_at_home_only(issued: tuple[Car, OpenedOrder]) -> None:
    _vehicle, opened = issued

    home = send(f"{HOME}.localhost", f"/state/{opened.token}")
    elsewhere = send(f"{ELSEWHERE}.localhost", f"/state/{opened.token}")
    guessed = send(f"{ELSEWHERE}.localhost", f"/state/{'A' * 22}")

    assert json.loads(home.content)["state"] == "PAID"
    assert (elsewhere.status_code, json.loads(elsewhere.content)["state"]) == (404, "UNKNOWN")
    assert (guessed.status_code, guessed.content) == (elsewhere.status_code, elsewhere.content)


@pytest.mark.parametrize("token", ["A" * 22, "x", "%00", "..", "1", "a" * 3000])
def test_a_guessed_token_finds_no_order(token: str) -> None:
    answer = send(f"{HOME}.localhost", f"/state/{token}")

    assert (answer.status_code, json.loads(answer.content)["state"]) == (404, "UNKNOWN")


def test_a_link_to_a_document_opens_it_at_home_only(issued: tuple[Car, OpenedOrder]) -> None:
    _vehicle, opened = issued
    with in_town(HOME):
        path = urlsplit(order_status(token=opened.token, now=clock.now()).documents[0].url).path

    home, elsewhere = send(f"{HOME}.localhost", path), send(f"{ELSEWHERE}.localhost", path)
    forged = send(f"{HOME}.localhost", path[:-2] + "AA")

    assert (home.status_code, home.content[:5]) == (200, b"%PDF-")
    assert home["Cache-Control"] == "private, no-store"
    assert (elsewhere.status_code, forged.status_code) == (404, 404)
    assert b"%PDF" not in elsewhere.content + forged.content


def test_the_way_back_leads_home_only(issued: tuple[Car, OpenedOrder]) -> None:
    _vehicle, opened = issued
    with in_town(HOME):
        path = urlsplit(payments.return_address(opened.order)).path

    home, elsewhere = send(f"{HOME}.localhost", path), send(f"{ELSEWHERE}.localhost", path)

    assert (home.status_code, "#sem=" in home["Location"]) == (303, True)
    assert (elsewhere.status_code, elsewhere.get("Location")) == (404, None)


def test_a_capability_of_one_kind_is_none_of_another(issued: tuple[Car, OpenedOrder]) -> None:
    vehicle, opened = issued
    with in_town(HOME):
        link = urlsplit(order_status(token=opened.token, now=clock.now()).documents[0].url).path.rpartition("/")[2]
        back = urlsplit(payments.return_address(opened.order)).path.rpartition("/")[2]

    answers = [
        send(f"{HOME}.localhost", path).status_code
        for path in (f"/return/{link}", f"/d/{back}", f"/d/{vehicle.debt}", f"/state/{link}", f"/return/{opened.token}")
    ]

    assert answers == [404] * 5


def test_a_printed_address_is_authentic_at_home_only(issued: tuple[Car, OpenedOrder]) -> None:
    _vehicle, opened = issued
    with in_town(HOME):
        path = urlsplit(Document.objects.get(order=opened.order).content["verification_url"]).path

    home, elsewhere = send(f"{HOME}.localhost", path), send(f"{ELSEWHERE}.localhost", path)
    nobody = send(f"{ELSEWHERE}.localhost", "/v/2025999999/AAAA-AAAA-AAAA-AAAA")

    assert (home.status_code, "Municipalidad de Ñuñoa" in home.content.decode()) == (200, True)
    assert (elsewhere.status_code, nobody.status_code) == (404, 404)
    assert elsewhere.content == nobody.content
    assert "Ñuñoa" not in elsewhere.content.decode()


@pytest.mark.parametrize("path", ["/pagar", "/theme.css", "/logo.png"])
def test_each_municipality_shows_its_own_look(path: str) -> None:
    here, there = send(f"{HOME}.localhost", path), send(f"{ELSEWHERE}.localhost", path)

    assert (here.status_code, there.status_code) == (200, 200)
    assert here.content != there.content
    assert "Ñuñoa" not in there.content.decode("utf-8", "ignore")


def test_no_page_of_the_public_sets_a_cookie(issued: tuple[Car, OpenedOrder]) -> None:
    _vehicle, opened = issued
    client = Client(headers={"host": f"{HOME}.localhost"})

    for path in ("/pagar", "/logo.png", f"/state/{opened.token}", "/v/2025999999/AAAA-AAAA-AAAA-AAAA"):
        client.get(path)

    assert not client.cookies
