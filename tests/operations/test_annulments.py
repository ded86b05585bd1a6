"""The document of money that was given back: annulled wherever it is asked about, downloadable still, never mailed."""

import pytest
from django.db import ProgrammingError
from django.test import Client

from backend.billing import refunds
from backend.billing.operations import OpenedOrder
from backend.messaging.models import Message
from backend.receipts import annulments, documents_mail, operations, refund_mail
from backend.receipts.models import Annulment, Document, IssuedFile
from backend.receipts.queries import file_of_link, order_status
from backend.receipts.stuck import waiting_here
from backend.receipts.verification import Verified, verify
from backend.shared import clock
from tests.operations.debts import ANNUAL, Car, car, in_town
from tests.operations.deliveries import run_deliveries
from tests.operations.refunding import (
    DECREE,
    DIRECTOR,
    REFERENCE,
    approved,
    given_back,
    paid,
    paid_twice,
    request,
    transfer,
)

TOWN = "valdivia"


def issued(*cars: Car) -> OpenedOrder:
    """A paid order whose documents are signed and mailed."""
    opened = paid(*cars)
    for _ in range(2):
        run_deliveries(TOWN, order_id=opened.order.id)
    return opened


def verified(vehicle: Car) -> Verified | None:
    with in_town(TOWN):
        content = Document.objects.get(item__obligation_id=vehicle.obligation_id).content
        return verify(folio=content["folio"], code=content["verification_code"])


def page_of(vehicle: Car) -> str:
    with in_town(TOWN):
        content = Document.objects.get(item__obligation_id=vehicle.obligation_id).content
    answer = Client().get(
        f"/v/{content['folio']}/{content['verification_code']}", headers={"host": f"{TOWN}.localhost"}
    )
    assert answer.status_code == 200
    return answer.content.decode()


def messages(cause: str) -> list[Message]:
    with in_town(TOWN):
        return list(Message.objects.filter(cause=cause))


def test_a_refund_annuls_the_document_and_tells_the_citizen_once() -> None:
    vehicle = car(TOWN)
    opened = issued(vehicle)
    refund_id = given_back(vehicle, opened)

    runs = [run_deliveries(TOWN, refund_id=refund_id) for _ in range(2)]
    with in_town(TOWN):  # a delivery may come twice
        annulments.annul_documents(refund_id=refund_id)
        refund_mail.tell_refund(refund_id=refund_id)
        assert Annulment.objects.get(document__item__obligation_id=vehicle.obligation_id).refund_id == refund_id

    assert runs[1] == [("execute_refund", "DONE"), ("annul_documents", "DONE"), ("tell_refund", "DONE")]
    (mail,) = messages(f"refund:{refund_id}")
    assert (mail.to_address, mail.attachments) == (opened.order.email, [])
    assert mail.subject == "Le devolvimos $59.543 · Municipalidad de Valdivia"
    for words in ("$59.543", vehicle.plate, DECREE, REFERENCE, "ya no vale", opened.order.number):
        assert words in mail.text
        assert words in mail.html


def test_verification_says_annulled_from_the_refund_on() -> None:
    vehicle = car(TOWN)
    opened = issued(vehicle)
    before, page_before = verified(vehicle), page_of(vehicle)

    refund_id = given_back(vehicle, opened)
    at_once, page_at_once = verified(vehicle), page_of(vehicle)
    run_deliveries(TOWN, refund_id=refund_id)
    after = verified(vehicle)

    today = f"{clock.today():%d-%m-%Y}"
    assert before is not None
    assert before.annulled_on == ""
    assert "Documento auténtico" in page_before
    assert at_once is not None
    assert (at_once.annulled_on, at_once) == (today, after), "an annulled document is told as one that holds"
    assert "Documento ANULADO" in page_at_once
    assert today in page_at_once
    assert "auténtico" not in page_at_once
    assert "✓" not in page_at_once


def test_the_state_page_shows_it_and_the_file_can_be_downloaded_still() -> None:
    vehicle = car(TOWN)
    opened = issued(vehicle)
    given_back(vehicle, opened)

    with in_town(TOWN):
        status = order_status(token=opened.token, now=clock.now())
        file = file_of_link(status.documents[0].url.rpartition("/")[2])
        assert file == IssuedFile.objects.get(document__order=opened.order)
    answer = Client().get(f"/state/{opened.token}", headers={"host": f"{TOWN}.localhost"}).json()

    assert (status.state, status.is_complete) == ("REFUNDED", True)
    (shown,) = answer["documents"]
    assert (shown["annulled"], shown["title"][:9]) == (True, "ANULADO: ")
    assert (answer["state"], answer["complete"], answer["title"]) == ("REFUNDED", True, "El pago fue devuelto")


def test_of_two_documents_the_other_one_holds() -> None:
    kept, returned = car(TOWN), car(TOWN)
    opened = issued(kept, returned)

    given_back(returned, opened)

    held, annulled = verified(kept), verified(returned)
    assert held is not None
    assert held.annulled_on == ""
    assert annulled is not None
    assert annulled.annulled_on
    with in_town(TOWN):
        status = order_status(token=opened.token, now=clock.now())
    assert (status.state, status.is_complete) == ("PAID", True)
    assert [link.is_annulled for link in status.documents] == [False, True]


def test_an_annulled_document_is_not_mailed() -> None:
    kept, returned = car(TOWN), car(TOWN)
    opened = paid(kept, returned)
    run_deliveries(TOWN, order_id=opened.order.id)
    given_back(returned, opened)

    with in_town(TOWN):
        documents_mail.mail_receipt(order_id=opened.order.id)

    (mail,) = messages(f"receipt:{opened.order.number}")
    assert len(mail.attachments) == 1, "an annulled document was mailed"
    assert kept.plate in mail.text
    assert returned.plate not in mail.text


def test_where_all_was_given_back_no_document_is_mailed() -> None:
    vehicle = car(TOWN)
    opened = paid(vehicle)
    run_deliveries(TOWN, order_id=opened.order.id)
    given_back(vehicle, opened)

    with in_town(TOWN):
        documents_mail.mail_receipt(order_id=opened.order.id)

    assert messages(f"receipt:{opened.order.number}") == []


def test_what_was_given_back_before_it_was_signed_never_is() -> None:
    frozen, later = car(TOWN), car(TOWN)
    opened, other = paid(frozen), paid(later)
    with in_town(TOWN):
        operations.freeze_documents(order_id=opened.order.id)
    refund_id = given_back(frozen, opened)
    given_back(later, other)

    run_deliveries(TOWN, refund_id=refund_id)
    with in_town(TOWN):
        for order_id in (opened.order.id, other.order.id):
            operations.issue_receipt(order_id=order_id)
        issued_files = IssuedFile.objects.filter(document__order_id__in=[opened.order.id, other.order.id])
        assert not issued_files.exists()
        assert not Document.objects.filter(order=other.order).exists()
        waiting = {each.subject for each in waiting_here()}
    assert verified(frozen) is None
    assert not waiting & {f"order {opened.order.number}", f"order {other.order.number}"}


def test_the_rest_of_an_order_is_mailed_though_one_document_was_given_back_unsigned() -> None:
    kept, returned = car(TOWN), car(TOWN)
    opened = paid(kept, returned)
    with in_town(TOWN):
        operations.freeze_documents(order_id=opened.order.id)
        operations._issue(Document.objects.get(item__obligation_id=kept.obligation_id), clock.now())
    refund_id = given_back(returned, opened)

    run_deliveries(TOWN, refund_id=refund_id)
    for _ in range(2):
        run_deliveries(TOWN, order_id=opened.order.id)

    (mail,) = messages(f"receipt:{opened.order.number}")
    assert (len(mail.attachments), kept.plate in mail.text) == (1, True)


def test_homeless_money_that_was_given_back_annuls_nothing_and_is_told() -> None:
    kept = paid_twice(TOWN)
    refund_id = kept.take(ANNUAL)
    with in_town(TOWN):
        refunds.approve_refund(refund_id=refund_id, actor=DIRECTOR)
    transfer(TOWN, refund_id)

    runs = [run_deliveries(TOWN, refund_id=refund_id) for _ in range(2)]

    assert {state for _name, state in runs[1]} == {"DONE"}
    (mail,) = messages(f"refund:{refund_id}")
    assert "no correspondía a una deuda pendiente" in mail.text
    assert "ANULADO" not in mail.html
    with in_town(TOWN):
        assert not Annulment.objects.filter(refund_id=refund_id).exists()


def test_a_refund_that_waits_is_listed_with_what_it_waits_for() -> None:
    asked, agreed = car(TOWN), car(TOWN)
    first = request(asked, paid(asked))
    second = approved(agreed, paid(agreed))

    with in_town(TOWN):
        found = {each.subject: each for each in waiting_here()}

    assert found[f"refund {first}"].kind == "refund-requested"
    assert found[f"refund {second}"].kind == "refund-approved"
    assert "transfer to be recorded" in found[f"refund {second}"].detail


def test_an_annulment_is_never_undone_by_the_application() -> None:
    vehicle = car(TOWN)
    refund_id = given_back(vehicle, issued(vehicle))
    run_deliveries(TOWN, refund_id=refund_id)

    with in_town(TOWN), pytest.raises(ProgrammingError, match="permission denied"):
        Annulment.objects.filter(refund_id=refund_id).delete()
