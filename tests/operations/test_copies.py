"""Documents asked for again: to the order's own address alone, three times a day, and the door tells nothing."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from backend.billing.models import Order
from backend.messaging.models import Message
from backend.receipts import copies
from backend.receipts.copies import CopyRequestIncomplete, ask_for_copy, send_copy
from backend.receipts.mail_models import Copy, CopyRequest, RetrievalLink
from backend.shared import clock
from backend.tenants.files import tenant_files
from tests.operations.debts import in_town
from tests.operations.deliveries import run_deliveries
from tests.operations.mailing import Mailed, link_of, mailed
from tests.operations.orders import at_once
from tests.operations.refunding import given_back
from tests.operations.world import World

TOWN = "nunoa"
STRANGER = "otra@correo.example"


def ask(number: str, email: str, *, town: str = TOWN, days_ago: int = 0) -> int:
    """Ask; returns the request's id."""
    with in_town(town):
        ask_for_copy(number=number, email=email)
        request = CopyRequest.objects.latest("id")
        if days_ago:  # the table takes no changes from the platform
            request = CopyRequest.objects.create(
                number=request.number,
                address_sha256=request.address_sha256,
                asked_at=request.asked_at - timedelta(days=days_ago),
            )
        return request.id


def act(request_id: int, town: str = TOWN) -> None:
    with in_town(town):
        send_copy(request_id=request_id)


def copies_of(paid: Mailed) -> list[Message]:
    with in_town(paid.town):
        return list(Message.objects.filter(cause__startswith=f"copy:{paid.order.number}:").order_by("id"))


def test_who_knows_both_gets_the_documents_where_she_paid(world: World) -> None:
    paid = mailed(TOWN)

    request = ask(f" {paid.order.number.lower()} ", f" {paid.email.upper()} ")
    runs = [run_deliveries(TOWN, request_id=request) for _ in range(2)]

    (copy,) = copies_of(paid)
    run_deliveries(TOWN, message_id=copy.id)
    arrived = [mail for mail in world.mails(paid.email) if mail["message_id"] == copy.message_id]
    assert runs == [[("send_copy", "DONE")]] * 2
    assert copy.to_address == paid.email
    assert world.attachment(arrived[0], 0).startswith(b"%PDF-")
    assert "Le enviamos otra vez lo que pidió" in copy.text
    assert "Si no lo pidió usted" in copy.text
    assert link_of(copy) != paid.path


def test_another_address_gets_nothing_and_neither_does_the_payer(world: World) -> None:
    paid = mailed(TOWN)

    act(ask(paid.order.number, STRANGER))
    act(ask(f"{paid.order.number[:-1]}X", paid.email))

    assert copies_of(paid) == [], "a request with another address was granted"
    assert world.mails(STRANGER) == []


def test_another_municipality_sends_nothing() -> None:
    paid = mailed(TOWN)

    act(ask(paid.order.number, paid.email, town="valdivia"), town="valdivia")

    assert copies_of(paid) == []
    with in_town("valdivia"):
        assert not Message.objects.filter(cause__contains=paid.order.number).exists()


def test_three_copies_a_day_and_the_next_day_another_one() -> None:
    paid = mailed(TOWN)

    for _ in range(5):
        act(ask(paid.order.number, paid.email))
    today = len(copies_of(paid))
    act(ask(paid.order.number, paid.email, days_ago=1))

    with in_town(TOWN):
        granted = Copy.objects.filter(order=paid.order).order_by("id").values_list("asked_on", "nth")
        days = [((clock.today() - day).days, nth) for day, nth in granted]
    assert today == 3
    assert days == [(0, 1), (0, 2), (0, 3), (1, 1)]
    assert len({copy.message_id for copy in copies_of(paid)}) == 4


def test_requests_at_the_same_moment_are_not_more_than_three() -> None:
    paid = mailed(TOWN)
    requests = [ask(paid.order.number, paid.email) for _ in range(5)]

    at_once(*[lambda request=request: act(request) for request in requests])

    assert len(copies_of(paid)) == 3


def test_a_request_that_is_read_again_sends_nothing_more() -> None:
    paid = mailed(TOWN)
    request = ask(paid.order.number, paid.email)

    for _ in range(3):
        act(request)

    with in_town(TOWN):
        links = RetrievalLink.objects.filter(order=paid.order).count()
    assert (len(copies_of(paid)), links) == (1, 2)


def test_what_was_given_back_is_not_sent_and_what_is_not_paid_neither() -> None:
    paid, returned = mailed(TOWN), mailed(TOWN)
    with in_town(TOWN):
        opened = type("Opened", (), {"order": Order.objects.get(id=returned.order.id)})()
    given_back(returned.cars[0], opened)

    act(ask(returned.order.number, returned.email))

    assert copies_of(returned) == []
    assert copies_of(paid) == []


def test_the_door_does_the_same_for_a_pair_that_exists_and_one_that_does_not() -> None:
    paid = mailed(TOWN)

    def statements(number: str, email: str) -> list[str]:
        with in_town(TOWN), CaptureQueriesContext(connection) as asked:
            ask_for_copy(number=number, email=email)
        return [query["sql"].split(" VALUES ")[0] for query in asked]

    there = statements(paid.order.number, paid.email)
    assert there == statements("1312000000000ZZZZ", STRANGER)
    assert not any("billing_order" in statement for statement in there)


def test_a_stranger_s_address_is_not_kept() -> None:
    request = ask("1312000000000ZZZZ", STRANGER)

    with in_town(TOWN):
        row = CopyRequest.objects.get(id=request)
    assert STRANGER not in f"{row.number} {row.address_sha256}"


@pytest.mark.parametrize(("number", "email"), [("", "a@b.cl"), ("12-34", "a@b.cl"), ("1" * 21, "a@b.cl"), ("1", "x")])
def test_what_cannot_be_a_pair_is_said_at_once(number: str, email: str) -> None:
    with in_town(TOWN), pytest.raises(CopyRequestIncomplete):
        ask_for_copy(number=number, email=email)


def test_the_mail_carries_a_link_that_its_row_forgets_once_it_is_sent(world: World) -> None:
    paid = mailed(TOWN)
    waiting = paid.message()
    path = link_of(waiting)
    token = path.rpartition("/")[2]

    run_deliveries(TOWN, message_id=waiting.id)

    sent, arrived = paid.message(), world.mails(paid.email)
    assert token in waiting.html
    assert token in world.mail_page(arrived[0])
    assert token not in f"{sent.text}{sent.html}{sent.secrets}", "the link is in the row still"
    assert path.removesuffix(token) in sent.text
    with in_town(TOWN):
        assert not RetrievalLink.objects.filter(token_sha256__contains=token).exists()
        assert tenant_files().get(sent.attachments[0]["key"]).startswith(b"%PDF-")


def test_addresses_are_compared_without_regard_to_capitals() -> None:
    assert copies.normal_address(" Ana@Correo.CL ") == "ana@correo.cl"
