"""A document is found by folio and code together, and a stranger with the code learns nothing of the owner."""

from dataclasses import asdict

import pytest

from backend.receipts.models import Document
from backend.receipts.verification import Verified, verify
from tests.operations.debts import Car, car, in_town
from tests.operations.deliveries import run_deliveries
from tests.operations.gateway import hear, notice_of
from tests.operations.orders import checked_order


@pytest.fixture(scope="module")
def issued() -> tuple[Car, str, str]:
    """A vehicle of Valdivia with folio and code of its document."""
    from tests.operations.platform import in_environment

    with in_environment():
        vehicle = car("valdivia")
        opened = checked_order(vehicle)
        hear("valdivia", notice_of(vehicle, opened))
        run_deliveries("valdivia", order_id=opened.order.id)
        with in_town("valdivia"):
            content = Document.objects.get(order=opened.order).content
    return vehicle, content["folio"], content["verification_code"]


def found(town: str, folio: str, code: str) -> Verified | None:
    with in_town(town):
        return verify(folio=folio, code=code)


def test_folio_and_code_open_the_document(issued: tuple[Car, str, str]) -> None:
    _vehicle, folio, code = issued

    answers = [found("valdivia", folio, code), found("valdivia", folio, f" {code.lower()} ")]

    assert answers[0] is not None
    assert answers[0] == answers[1]
    assert answers[0].municipality == "Municipalidad de Valdivia"
    assert (answers[0].total, answers[0].folio, answers[0].valid_until) == ("$59.543", folio, "31-03-2026")


def test_the_answer_names_neither_owner_nor_vehicle(issued: tuple[Car, str, str]) -> None:
    vehicle, folio, code = issued

    told = " ".join(asdict(found("valdivia", folio, code) or Verified(*[""] * 11)).values())

    assert vehicle.plate not in told
    assert vehicle.rut.split("-")[0] not in told.replace(".", "")
    assert "Contribuyente" not in told


def test_the_folio_alone_opens_nothing(issued: tuple[Car, str, str]) -> None:
    _vehicle, folio, code = issued
    last = "A" if code[-1] != "A" else "B"

    for wrong in ("", "AAAA-AAAA-AAAA-AAAA", code[:-1], code[:-1] + last, code.replace("-", ""), "%", code + "\0"):
        assert found("valdivia", folio, wrong) is None


def test_the_code_alone_opens_nothing(issued: tuple[Car, str, str]) -> None:
    _vehicle, folio, code = issued
    other = f"{int(folio) + 1:010d}"

    for wrong in ("", other, folio[4:], folio + "0", f"{folio}' OR 1=1", "2025000000", "²025000001"):
        assert found("valdivia", wrong, code) is None


def test_the_document_is_unknown_elsewhere(issued: tuple[Car, str, str]) -> None:
    _vehicle, folio, code = issued

    assert found("nunoa", folio, code) is None


def test_a_document_that_is_not_signed_yet_is_not_authentic() -> None:
    from backend.receipts.operations import freeze_documents

    vehicle = car("nunoa")
    opened = checked_order(vehicle)
    hear("nunoa", notice_of(vehicle, opened))
    with in_town("nunoa"):
        content = freeze_documents(order_id=opened.order.id)[0].content

    assert found("nunoa", content["folio"], content["verification_code"]) is None


def test_the_code_has_eighty_random_bits_and_is_stored_hashed(issued: tuple[Car, str, str]) -> None:
    _vehicle, _folio, code = issued

    assert len(code.replace("-", "")) * 5 == 80
    with in_town("valdivia"):
        assert not Document.objects.filter(code_sha256__contains=code).exists()
