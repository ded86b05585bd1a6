"""One document per paid object: a folio without gaps, frozen data, one signed file, however often it is asked for."""

import hashlib
import io
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pypdf import PdfReader

from backend.billing.models import Order, OrderItem
from backend.billing.operations import OpenedOrder
from backend.messaging.models import Message
from backend.outbox.models import Event
from backend.receipts import operations as receipts
from backend.receipts.models import Document, FolioCounter, IssuedFile
from backend.receipts.queries import order_status
from backend.receipts.stuck import waiting_here
from backend.shared import clock
from backend.signing.operations import NoOfficialInOffice, register_official
from backend.signing.signers.revocation import CertificateRevoked
from backend.tenants.files import tenant_files
from sandbox.authority import Authority
from tests.operations.debts import Car, car, in_town
from tests.operations.deliveries import run_deliveries
from tests.operations.gateway import hear, notice_of
from tests.operations.orders import at_once, checked_order, state
from tests.operations.platform import environment


def paid(*cars: Car) -> OpenedOrder:
    opened = checked_order(*cars)
    assert hear(cars[0].town, notice_of(cars[0], opened)) == "APPLIED"
    return opened


def folios(town: str, opened: OpenedOrder) -> list[int]:
    with in_town(town):
        return sorted(Document.objects.filter(order=opened.order).values_list("folio", flat=True))


def test_a_paid_order_gets_its_document_and_the_page_its_link() -> None:
    opened = paid(car("nunoa"))

    with in_town("nunoa"):
        before = order_status(token=opened.token, now=clock.now())
    runs = [run_deliveries("nunoa", order_id=opened.order.id) for _ in range(2)]

    assert runs[0] == [("issue_receipt", "DONE")]
    assert runs[1] == [("issue_receipt", "DONE"), ("mail_receipt", "DONE"), ("stamp_receipt", "DONE")]
    with in_town("nunoa"):
        after = order_status(token=opened.token, now=clock.now())
        issued = IssuedFile.objects.get(document__order=opened.order)
        content = tenant_files().get(issued.file_key)
    assert (before.is_complete, before.documents) == (False, ())
    assert (after.is_complete, after.state, len(after.documents)) == (True, "PAID", 1)
    assert hashlib.sha256(content).hexdigest() == issued.sha256
    assert content.startswith(b"%PDF-")


def test_documents_of_one_kind_are_compiled_and_share_what_they_have_in_common() -> None:
    orders = [paid(car("nunoa")) for _ in range(3)]

    with in_town("nunoa"):
        for opened in orders:
            receipts.issue_receipt(order_id=opened.order.id)
        issued = IssuedFile.objects.filter(document__order__in=[opened.order for opened in orders]).order_by("id")
        keys = [file.file_key for file in issued]
        contents = [tenant_files().get(key) for key in keys]
        folder = Path(environment()["SEM_FILES_DIR"]) / "nunoa"
        sizes = [(folder / key).stat().st_size for key in keys]

    assert [hashlib.sha256(content).hexdigest() for content in contents] == [file.sha256 for file in issued]
    assert [Path(key).suffix for key in keys[1:]] == [".tail", ".tail"]
    assert all(len(content) > 5 * size for content, size in zip(contents[1:], sizes[1:], strict=True))


def test_issuing_again_gives_the_same_document() -> None:
    opened = paid(car("valdivia"))

    with in_town("valdivia"):
        for _ in range(3):
            receipts.issue_receipt(order_id=opened.order.id)
        rows = IssuedFile.objects.filter(document__order=opened.order)
        told = Event.objects.filter(name="ReceiptIssued", payload={"order_id": opened.order.id})

        assert (rows.count(), told.count()) == (1, 1)


def test_freezing_twice_gives_the_same_words_and_the_same_folio() -> None:
    opened = paid(car("nunoa"))

    with in_town("nunoa"):
        first, second = (receipts.freeze_documents(order_id=opened.order.id) for _ in range(2))

    assert [(row.id, row.folio, row.content) for row in first] == [(row.id, row.folio, row.content) for row in second]


def test_an_order_that_is_not_paid_has_no_document() -> None:
    opened = checked_order(car("nunoa"))

    with in_town("nunoa"), pytest.raises(RuntimeError, match="only a paid order"):
        receipts.issue_receipt(order_id=opened.order.id)

    assert folios("nunoa", opened) == []


def test_each_object_of_an_order_has_a_document_and_the_payer_one_mail() -> None:
    cars = [car("valdivia") for _ in range(2)]
    opened = paid(*cars)

    for _ in range(2):
        run_deliveries("valdivia", order_id=opened.order.id)

    with in_town("valdivia"):
        printed = {row.content["plate"].replace("-", "")[:6] for row in Document.objects.filter(order=opened.order)}
        mail = Message.objects.get(cause=f"receipt:{opened.order.number}")
    assert printed == {each.plate for each in cars}
    assert (len(mail.attachments), mail.to_address) == (2, opened.order.email)


def test_folios_have_no_gaps_and_no_twins_under_concurrency() -> None:
    orders = [paid(car("nunoa")) for _ in range(6)]
    with in_town("nunoa"):
        year = clock.today().year
        counter = FolioCounter.objects.filter(year=year).first()
        last = counter.last if counter else 0

    def freeze(opened: OpenedOrder) -> list[Document]:
        with in_town("nunoa"):
            return receipts.freeze_documents(order_id=opened.order.id)

    results = at_once(*[lambda opened=opened: freeze(opened) for opened in orders])

    assert all(isinstance(result, list) for result in results), "a folio was taken twice"
    taken = sorted(folio for opened in orders for folio in folios("nunoa", opened))
    assert taken == list(range(last + 1, last + 7))


def test_a_freeze_that_fails_takes_no_folio() -> None:
    opened, other = paid(car("nunoa")), paid(car("nunoa"))
    with in_town("nunoa"):
        item = opened.order.items.get()
        damaged = OrderItem.objects.filter(id=item.id)
        damaged.update(lines=[{}])
        with pytest.raises(KeyError):
            receipts.freeze_documents(order_id=opened.order.id)
        after_failure = receipts.freeze_documents(order_id=other.order.id)[0].folio
        damaged.update(lines=item.lines)
        mended = receipts.freeze_documents(order_id=opened.order.id)[0].folio

    assert mended == after_failure + 1


def test_two_workers_at_once_make_one_file() -> None:
    opened = paid(car("valdivia"))

    def issue() -> None:
        with in_town("valdivia"):
            receipts.issue_receipt(order_id=opened.order.id)

    results = at_once(issue, issue)

    assert results == [None, None], "a document was issued twice"
    with in_town("valdivia"):
        assert IssuedFile.objects.filter(document__order=opened.order).count() == 1
        assert Event.objects.filter(name="ReceiptIssued", payload={"order_id": opened.order.id}).count() == 1


def test_the_document_says_whose_it_is_and_nothing_of_where_they_live() -> None:
    vehicle = car("nunoa")
    opened = paid(vehicle)
    run_deliveries("nunoa", order_id=opened.order.id)

    with in_town("nunoa"):
        issued = IssuedFile.objects.get(document__order=opened.order)
        content = tenant_files().get(issued.file_key)
    text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)

    assert "Contribuyente de prueba" in text
    assert "59.543" in text
    assert "Calle de prueba" not in text


def certificate(
    town: str, name: str, *, days: int = 365, not_before: datetime | None = None, revoked: bool = False
) -> str:
    """A certificate of the development authority in the town's secrets folder."""
    env = environment()
    Authority(Path(env["SANDBOX_PKI"])).issue_official(
        common_name="Tesorería Municipal de Taltal",
        rut="44000017-7",
        organisation="Municipalidad de Taltal",
        path=Path(env["SEM_SECRETS_DIR"]) / town / name,
        passphrase=env["SEM_KEY_PASSPHRASE"],
        days=days,
        not_before=not_before,
        revoked=revoked,
    )
    return name


def test_without_a_valid_certificate_the_document_waits_and_the_payment_stands() -> None:
    vehicle = car("taltal")
    opened = paid(vehicle)

    with in_town("taltal"):
        for _ in range(2):
            with pytest.raises(NoOfficialInOffice):
                receipts.issue_receipt(order_id=opened.order.id)
        run = run_deliveries("taltal", order_id=opened.order.id)
    waiting = folios("taltal", opened)
    with in_town("taltal"):
        stuck = [(row.kind, row.detail[:18]) for row in waiting_here() if opened.order.number in row.subject]
        past = datetime.now(UTC) - timedelta(days=400)
        register_official(role="treasurer", key_file=certificate("taltal", "expired.p12", not_before=past))
        with pytest.raises(NoOfficialInOffice):
            receipts.issue_receipt(order_id=opened.order.id)
        register_official(role="treasurer", key_file=certificate("taltal", "valid.p12"))
    issued = run_deliveries("taltal", order_id=opened.order.id)

    assert (run, len(waiting)) == ([("issue_receipt", "WAITING")], 1)
    assert stuck == [("document-unsigned", "NoOfficialInOffice")]
    assert issued == [("issue_receipt", "DONE")]
    assert (state(vehicle, opened), folios("taltal", opened)) == ("PAID", waiting)
    with in_town("taltal"):
        assert IssuedFile.objects.filter(document__order=opened.order).count() == 1
        assert not [row for row in waiting_here() if opened.order.number in row.subject]
        assert Order.objects.get(id=opened.order.id).documents.count() == 1


def test_a_revoked_certificate_signs_nothing_and_the_document_waits_for_another() -> None:
    vehicle = car("taltal")
    opened = paid(vehicle)
    with in_town("taltal"):
        register_official(role="treasurer", key_file=certificate("taltal", "revoked.p12", revoked=True))
        with pytest.raises(CertificateRevoked):
            receipts.issue_receipt(order_id=opened.order.id)
    run = run_deliveries("taltal", order_id=opened.order.id)
    with in_town("taltal"):
        (stuck,) = [row.detail for row in waiting_here() if opened.order.number in row.subject]
        register_official(role="treasurer", key_file=certificate("taltal", "after-revoked.p12"))

    assert run == [("issue_receipt", "WAITING")]
    assert stuck.startswith("CertificateRevoked")
    assert run_deliveries("taltal", order_id=opened.order.id) == [("issue_receipt", "DONE")]
    with in_town("taltal"):
        assert IssuedFile.objects.filter(document__order=opened.order).count() == 1
