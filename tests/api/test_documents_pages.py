"""Fetching documents again as browsers meet it: a link that opens and ends, a form that tells nothing, limits."""

import json
import re
from collections.abc import Callable
from datetime import timedelta
from urllib.parse import urlencode

import pytest
from django.http import HttpResponse

from backend.receipts.mail_models import CopyRequest
from backend.receipts.models import Document, IssuedFile
from backend.receipts.retrieval import make_link
from backend.shared import clock
from backend.tenants.files import tenant_files
from backend.tenants.limits import COPIES_PER_NETWORK, RETRIEVALS_PER_NETWORK
from tests.api.asking import ask, by_id, codes, new_address, post_graphql, send
from tests.operations.debts import in_town
from tests.operations.mailing import Mailed, mailed
from tests.operations.platform import in_environment
from tests.operations.refunding import given_back

TOWN, HOST = "valdivia", "valdivia.localhost"
STRANGER = "otra@correo.example"


@pytest.fixture(scope="module")
def paid() -> Mailed:
    with in_environment():
        return mailed(TOWN, cars=2)


def documents_of(paid: Mailed) -> list[Document]:
    with in_town(paid.town):
        return list(Document.objects.filter(order=paid.order).order_by("id"))


def ask_form(number: str, email: str, *, address: str | None = None) -> HttpResponse:
    body = urlencode({"orden": number, "correo": email}).encode()
    kind = "application/x-www-form-urlencoded"
    return send(HOST, "/documentos", method="POST", body=body, content_type=kind, address=address)


def until_refused(ask: Callable[[], HttpResponse], *, most: int) -> list[int]:
    """Ask until it is one too many; a window may end meanwhile and another begin."""
    statuses: list[int] = []
    while 429 not in statuses and len(statuses) <= 2 * most:
        statuses.append(ask().status_code)
    return statuses


def page(response: HttpResponse) -> str:
    return re.sub(r"\s+", " ", response.content.decode())


def is_private(response: HttpResponse) -> bool:
    names = ("Cache-Control", "X-Robots-Tag", "Referrer-Policy")
    return [response[name] for name in names] == ["private, no-store", "noindex, nofollow", "no-referrer"]


def test_the_link_lists_the_documents_and_says_no_name_and_no_whole_plate(paid: Mailed) -> None:
    response = send(HOST, paid.path)

    assert response.status_code == 200
    assert is_private(response)
    assert "<script" not in page(response)
    for document in documents_of(paid):
        assert document.content["folio"] in page(response)
        assert document.content["owner_name"] not in page(response)
        assert document.content["owner_rut"] not in page(response)
        assert document.content["plate"] not in page(response)
    assert paid.email not in page(response)


def test_each_document_is_downloaded_as_a_file(paid: Mailed) -> None:
    for document in documents_of(paid):
        folio = document.content["folio"]
        response = send(HOST, f"{paid.path}/{folio}.pdf")

        with in_town(TOWN):
            key = IssuedFile.objects.get(document=document).stamped.file_key
            assert response.content == tenant_files().get(key)
        assert response["Content-Disposition"] == f'attachment; filename="permiso-{folio}.pdf"'
        assert response["Content-Type"] == "application/pdf"
        assert is_private(response)
        assert response["X-Content-Type-Options"] == "nosniff"


def test_a_link_opens_no_other_document(paid: Mailed) -> None:
    other = mailed(TOWN)
    folio = documents_of(other)[0].content["folio"]

    for path in (f"{paid.path}/{folio}.pdf", f"{paid.path}/2025999999.pdf", f"{paid.path}/x.pdf"):
        assert send(HOST, path).status_code == 404


def test_a_link_opens_nothing_at_another_municipality(paid: Mailed) -> None:
    folio = documents_of(paid)[0].content["folio"]

    for path in (paid.path, f"{paid.path}/{folio}.pdf"):
        response = send("nunoa.localhost", path)
        assert (response.status_code, is_private(response)) == (404, True)


def test_a_link_that_nobody_made_says_how_to_ask(paid: Mailed) -> None:
    response = send(HOST, f"{paid.path[:-1]}{'A' if paid.path[-1] != 'A' else 'B'}")

    assert response.status_code == 404
    assert "No conocemos este enlace" in page(response)
    assert 'href="/documentos"' in page(response)


def test_a_link_that_expired_says_so_and_how_to_ask_again(paid: Mailed) -> None:
    with in_town(TOWN):
        link = make_link(order_id=paid.order.id, now=clock.now() - timedelta(days=30, seconds=1))
        fresh = make_link(order_id=paid.order.id, now=clock.now() - timedelta(days=29))
    folio = documents_of(paid)[0].content["folio"]

    responses = [send(HOST, f"/documentos/{link.token}{more}") for more in ("", f"/{folio}.pdf")]

    assert [response.status_code for response in responses] == [410, 410]
    assert all("El enlace venció" in page(response) for response in responses)
    assert all('href="/documentos"' in page(response) for response in responses)
    assert all(folio not in page(response) for response in responses)
    assert send(HOST, f"/documentos/{fresh.token}").status_code == 200


def test_an_annulled_document_is_told_as_annulled() -> None:
    paid = mailed(TOWN, cars=2)
    given_back(paid.cars[1], type("Opened", (), {"order": paid.order})())

    shown = page(send(HOST, paid.path))

    assert shown.count("ANULADO: ") == 1
    assert shown.count("Este documento ya no vale") == 1
    assert shown.count("Descargar el documento anulado") == 1


def test_links_are_counted_by_network(paid: Mailed) -> None:
    address = new_address()
    statuses = until_refused(lambda: send(HOST, paid.path, address=address), most=RETRIEVALS_PER_NETWORK.most)

    assert statuses[-1] == 429
    assert set(statuses[:-1]) == {200}


def test_the_form_answers_the_same_whatever_it_names(paid: Mailed) -> None:
    pairs = [(paid.order.number, paid.email), (paid.order.number, STRANGER), ("1410100000000ZZZZ", paid.email)]

    answers = [ask_form(*pair) for pair in pairs]

    assert {response.status_code for response in answers} == {200}
    assert len({page(response) for response in answers}) == 1
    assert "Si el número y el correo corresponden a un pago" in page(answers[0])
    assert all(is_private(response) for response in answers)
    assert not any(name in page(answers[0]) for pair in pairs for name in pair)


def test_the_form_asks_for_both(paid: Mailed) -> None:
    assert page(send(HOST, "/documentos")).count("<input") == 2
    assert "form-action 'self'" in send(HOST, "/documentos")["Content-Security-Policy"]
    for pair in ((paid.order.number, ""), ("", paid.email), ("<b>", paid.email)):
        response = ask_form(*pair)
        assert (response.status_code, "Escriba el número de la orden" in page(response)) == (400, True)


def test_requests_are_counted_by_network(paid: Mailed) -> None:
    address = new_address()
    with in_town(TOWN):
        before = CopyRequest.objects.count()

    statuses = until_refused(lambda: ask_form("1", "a@b.cl", address=address), most=COPIES_PER_NETWORK.most)

    with in_town(TOWN):
        kept = CopyRequest.objects.count() - before
    assert statuses[-1] == 429, "requests of one network were not counted"
    assert kept == statuses.count(200) >= COPIES_PER_NETWORK.most


def test_the_mutation_answers_the_same_whatever_it_names(paid: Mailed) -> None:
    pairs = [(paid.order.number, paid.email), (paid.order.number, STRANGER), ("1410100000000ZZZZ", paid.email)]

    raw = [
        post_graphql(TOWN, by_id("documentsSendAgain", orderNumber=number, email=email)).content
        for number, email in pairs
    ]

    assert len(set(raw)) == 1
    assert json.loads(raw[0]) == {"data": {"documentsSendAgain": {"errors": []}}}


def test_the_mutation_is_counted_with_the_form(paid: Mailed) -> None:
    address = new_address()
    wish = {"orderNumber": "1", "email": "a@b.cl"}
    until_refused(lambda: ask_form("1", "a@b.cl", address=address), most=COPIES_PER_NETWORK.most)

    assert codes(ask(TOWN, "documentsSendAgain", wish, address=address)) == ["schema.too_many_requests"]
    assert codes(ask(TOWN, "documentsSendAgain", {**wish, "email": ""})) == ["receipts.copy_request_incomplete"]


def test_both_parts_of_the_mail_say_the_link_its_end_and_where_to_ask(paid: Mailed) -> None:
    message = paid.message()
    until = f"{(message.created_at + timedelta(days=30)).astimezone(clock.SANTIAGO):%d-%m-%Y}"

    for part in (message.text, message.html):
        assert paid.path in part
        assert until in part
        assert re.search(r"valdivia\.localhost(:\d+)?/documentos[\"\n]", part)
