"""The public page of verification as browsers meet it: forms without scripts, one small file, limits, nothing told."""

import re
import subprocess
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass

import pytest
from django.http import HttpResponse

from backend.receipts.models import Document, IssuedFile
from backend.signing.examination.limits import LARGEST_FILE
from backend.tenants.files import tenant_files
from backend.tenants.limits import FILES_PER_NETWORK, VERIFICATIONS_PER_NETWORK
from tests.api.asking import new_address, send
from tests.api.test_rate_limits import within_a_window
from tests.api.test_valkey_away import answers
from tests.api.valkey_doors import away, silent
from tests.documents import attacks
from tests.operations.debts import Car, car, in_town
from tests.operations.deliveries import run_deliveries
from tests.operations.platform import in_environment
from tests.operations.refunding import given_back
from tests.operations.test_receipts import paid

TOWN, HOST = "valdivia", "valdivia.localhost"
_BOUNDARY = "the-end-of-a-part"
_FORM = f"multipart/form-data; boundary={_BOUNDARY}"


@dataclass(frozen=True)
class Issued:
    vehicle: Car
    folio: str
    code: str
    owner: str
    pdf: bytes
    stamped: bytes


@pytest.fixture(scope="module")
def issued() -> Issued:
    with in_environment():
        vehicle = car(TOWN)
        opened = paid(vehicle)
        for _ in range(2):
            run_deliveries(TOWN, order_id=opened.order.id)
        with in_town(TOWN):
            document = Document.objects.get(order=opened.order)
            file = IssuedFile.objects.select_related("stamped").get(document=document)
            files = tenant_files().get(file.file_key), tenant_files().get(file.stamped.file_key)
    content = document.content
    return Issued(vehicle, content["folio"], content["verification_code"], content["owner_name"], *files)


def form(*files: bytes) -> bytes:
    """A form with files, as a browser sends it."""
    head = 'Content-Disposition: form-data; name="archivo"; filename="permiso.pdf"\r\nContent-Type: application/pdf'
    parts = (f"--{_BOUNDARY}\r\n{head}\r\n\r\n".encode() + file + b"\r\n" for file in files)
    return b"".join(parts) + f"--{_BOUNDARY}--\r\n".encode()


def drop(*files: bytes, address: str | None = None, host: str = HOST) -> HttpResponse:
    return send(host, "/verificar", method="POST", body=form(*files), content_type=_FORM, address=address)


def said(response: HttpResponse) -> str:
    """The page as text."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def test_the_page_asks_for_folio_and_code_or_for_the_file() -> None:
    response = send(HOST, "/verificar")

    assert response.status_code == 200
    assert "<script" not in response.content.decode()
    assert "form-action 'self'" in response["Content-Security-Policy"]
    assert "script-src" not in response["Content-Security-Policy"]
    assert response["Cache-Control"] == "private, no-store"


def test_folio_and_code_lead_to_the_address_that_is_printed(issued: Issued) -> None:
    response = send(HOST, f"/verificar?folio={issued.folio}&codigo=%20{issued.code.lower()}%20")

    assert (response.status_code, response["Location"]) == (302, f"/v/{issued.folio}/{issued.code}")
    assert "Documento auténtico" in said(send(HOST, response["Location"]))


@pytest.mark.parametrize("typed", ["//example.com/", "..%2F..%2Fstaff", "%0d%0aX: 1", "@example.com"])
def test_nothing_typed_leads_elsewhere(typed: str) -> None:
    response = send(HOST, f"/verificar?folio={typed}&codigo={typed}")

    assert re.fullmatch(r"/v/[0-9A-Za-z-]+/[0-9A-Z-]+", response["Location"])


def test_the_folio_alone_tells_nothing(issued: Issued) -> None:
    alone = send(HOST, f"/verificar?folio={issued.folio}")
    guessed = send(HOST, f"/v/{issued.folio}/AAAA-AAAA-AAAA-AAAA")

    assert "se necesitan los dos" in said(alone)
    assert guessed.status_code == 404
    for response in (alone, guessed):
        assert "$59.543" not in said(response)


def test_the_file_itself_is_authentic_and_says_no_name(issued: Issued) -> None:
    response = drop(issued.pdf)

    assert response.status_code == 200
    assert "Documento auténtico" in said(response)
    assert "byte por byte" in said(response)
    assert "$59.543" in said(response)
    assert attacks.sha256(issued.pdf) in said(response)
    assert issued.vehicle.plate not in said(response)
    assert issued.owner not in said(response)


def test_each_file_of_a_document_is_authentic_and_with_a_byte_more_altered(issued: Issued) -> None:
    assert issued.pdf != issued.stamped
    for pdf in (issued.pdf, issued.stamped):
        assert "Documento auténtico" in said(drop(pdf))
        assert "Documento ALTERADO" in said(drop(pdf + b" "))


def test_an_altered_file_is_told_without_what_the_record_says(issued: Issued) -> None:
    response = drop(attacks.flip_a_byte(issued.pdf))

    assert "Documento ALTERADO" in said(response)
    assert "alguien lo cambió" in said(response)
    assert "$59.543" not in said(response)


def test_another_municipality_does_not_know_it(issued: Issued) -> None:
    assert "Está firmado, pero no es nuestro" in said(drop(issued.pdf, host="nunoa.localhost"))


def test_an_annulled_file_is_told() -> None:
    vehicle = car(TOWN)
    opened = paid(vehicle)
    run_deliveries(TOWN, order_id=opened.order.id)
    with in_town(TOWN):
        pdf = tenant_files().get(IssuedFile.objects.get(document__order=opened.order).file_key)
    given_back(vehicle, opened)

    assert "Documento ANULADO" in said(drop(pdf))


def test_no_file_several_files_and_one_that_is_too_large(issued: Issued) -> None:
    answers = [drop(), drop(issued.pdf, issued.pdf), drop(b"%PDF-" + bytes(LARGEST_FILE + 20_000))]
    rubbish = send(HOST, "/verificar", method="POST", body=b"{}", content_type="multipart/form-data; boundary=x")

    assert [response.status_code for response in answers] == [400, 400, 413]
    assert rubbish.status_code == 400
    assert all("auténtico" not in said(response) for response in answers)


def test_files_are_counted_by_network(issued: Issued) -> None:
    address = new_address()
    statuses = [drop(b"x", address=address).status_code for _ in range(FILES_PER_NETWORK.most + 1)]

    assert statuses[:-1] == [200] * FILES_PER_NETWORK.most
    assert statuses[-1] == 429, "files of one network were not counted"
    assert drop(issued.pdf).status_code == 200


@pytest.mark.parametrize("valkey", [away, silent])
def test_without_valkey_codes_and_files_are_still_counted(valkey: Callable[[], AbstractContextManager[str]]) -> None:
    """Each process counts for itself then, by network and by municipality."""

    def statuses() -> tuple[list[int], list[int]]:
        body = form(b"x").decode()
        files = [{"host": HOST, "path": "/verificar", "body": body, "content_type": _FORM}] * 12
        codes = [{"host": HOST, "path": "/v/2025000001/AAAA-AAAA-AAAA-AAAA", "method": "GET"}] * 32
        with valkey() as address:
            found = [answer["status"] for answer in answers([*files, *codes], address)]
        return found[:12], found[12:]

    files, codes = within_a_window(FILES_PER_NETWORK, statuses)

    assert files == [200] * FILES_PER_NETWORK.most + [429] * 2
    assert codes == [404] * VERIFICATIONS_PER_NETWORK.most + [429] * 2


def test_no_process_stays_behind(issued: Issued) -> None:
    drop(attacks.flip_a_byte(issued.pdf))

    left = subprocess.run(["pgrep", "-f", "signing.examination.child"], capture_output=True, text=True, check=False)
    assert left.stdout == ""
