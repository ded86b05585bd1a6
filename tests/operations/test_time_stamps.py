"""Time stamps of issued documents: at once where the municipality chose so, else afterwards; never in name only."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from asn1crypto.cms import ContentInfo

from backend.audit.actors import terminal
from backend.audit.models import AuditEntry
from backend.billing.operations import OpenedOrder
from backend.messaging.models import Message
from backend.outbox.models import Delivery
from backend.profile.models import SignatureSetting, TimeStamps
from backend.profile.operations import choose_time_stamps
from backend.receipts import operations as receipts
from backend.receipts.files import best_key
from backend.receipts.models import IssuedFile, StampedFile
from backend.receipts.queries import file_of_link, order_status
from backend.receipts.stamping import stamp_receipt
from backend.receipts.stuck import waiting_here
from backend.shared import clock
from backend.signing.first_revision import hole_of
from backend.signing.time_stamps import TimeStampUnavailable
from backend.tenants.files import tenant_files
from tests.operations.debts import car, in_town
from tests.operations.deliveries import run_deliveries
from tests.operations.orders import at_once
from tests.operations.test_receipts import paid
from tests.operations.world import World

TOWN = "valdivia"


@pytest.fixture
def world() -> Iterator[World]:
    with World() as world:
        yield world


@contextmanager
def chosen(time_stamps: TimeStamps) -> Iterator[None]:
    """Have the town choose, and take it back in the end."""
    with in_town(TOWN):
        choose_time_stamps(time_stamps=time_stamps, actor=terminal())
    yield
    with in_town(TOWN):
        choose_time_stamps(time_stamps=TimeStamps.AFTERWARDS, actor=terminal())


def has_stamp(pdf: bytes) -> bool:
    message = ContentInfo.load(hole_of(pdf).content(pdf), strict=False)
    kinds = [attribute["type"].native for attribute in message["content"]["signer_infos"][0]["unsigned_attrs"]]
    return kinds == ["signature_time_stamp_token"]


def downloaded(opened: OpenedOrder) -> bytes:
    """What the link of the page gives."""
    with in_town(TOWN):
        status = order_status(token=opened.token, now=clock.now())
        file = file_of_link(status.documents[0].url.rpartition("/")[2])
        return tenant_files().get(best_key(file))


def test_a_document_is_issued_at_once_and_stamped_afterwards() -> None:
    opened = paid(car(TOWN))

    run_deliveries(TOWN, order_id=opened.order.id)
    with in_town(TOWN):
        issued = IssuedFile.objects.get(document__order=opened.order)
        first = tenant_files().get(issued.file_key)
    before = downloaded(opened)
    run = run_deliveries(TOWN, order_id=opened.order.id)

    with in_town(TOWN):
        stamped = StampedFile.objects.get(issued=issued)
        second = tenant_files().get(stamped.file_key)
    assert [reaction for reaction, state in run if state == "DONE"] == [
        "issue_receipt",
        "mail_receipt",
        "stamp_receipt",
    ]
    assert (before, downloaded(opened)) == (first, second)
    assert (issued.stamped_at, has_stamp(first), has_stamp(second)) == (None, False, True)
    assert hashlib.sha256(second).hexdigest() == stamped.sha256 != issued.sha256
    assert abs(stamped.stamped_at - clock.now()).total_seconds() < 60
    assert hole_of(first).covered(first) == hole_of(second).covered(second)


def test_a_stamp_that_cannot_be_had_is_asked_for_again_and_the_document_stands(world: World) -> None:
    opened = paid(car(TOWN))
    run_deliveries(TOWN, order_id=opened.order.id)
    world.fault("tsa", "wrong_hash")

    with in_town(TOWN):
        for _ in range(2):
            with pytest.raises(TimeStampUnavailable):
                stamp_receipt(order_id=opened.order.id)
    run = run_deliveries(TOWN, order_id=opened.order.id)
    with in_town(TOWN):
        stuck = [row.kind for row in waiting_here() if opened.order.number in row.subject and "Stamp" in row.detail]
        stamps = StampedFile.objects.filter(issued__document__order=opened.order).count()
        mails = Message.objects.filter(cause=f"receipt:{opened.order.number}").count()
    handed_out = downloaded(opened)
    world.no_faults()
    later = run_deliveries(TOWN, order_id=opened.order.id)

    assert ("stamp_receipt", "WAITING") in run
    assert (stuck, stamps, mails, has_stamp(handed_out)) == (["document-unstamped"], 0, 1, False)
    assert ("stamp_receipt", "DONE") in later
    assert has_stamp(downloaded(opened))


def test_stamping_again_and_at_the_same_moment_gives_one_stamped_file() -> None:
    opened = paid(car(TOWN))
    with in_town(TOWN):
        receipts.issue_receipt(order_id=opened.order.id)

    def stamp() -> None:
        with in_town(TOWN):
            stamp_receipt(order_id=opened.order.id)

    assert at_once(stamp, stamp) == [None, None]
    stamp()

    with in_town(TOWN):
        assert StampedFile.objects.filter(issued__document__order=opened.order).count() == 1


def test_where_stamps_come_at_once_no_document_is_without() -> None:
    with chosen(TimeStamps.AT_ONCE):
        opened = paid(car(TOWN))
        for _ in range(2):
            run_deliveries(TOWN, order_id=opened.order.id)

    with in_town(TOWN):
        issued = IssuedFile.objects.get(document__order=opened.order)
        content = tenant_files().get(issued.file_key)
        assert not StampedFile.objects.filter(issued=issued).exists()
    assert issued.stamped_at is not None
    assert has_stamp(content)
    assert downloaded(opened) == content


@pytest.mark.parametrize("kind", ["refuse", "wrong_nonce", "expired_certificate", "bad_signature"])
def test_where_stamps_come_at_once_a_document_waits_for_its_stamp(world: World, kind: str) -> None:
    world.fault("tsa", kind)
    with chosen(TimeStamps.AT_ONCE):
        opened = paid(car(TOWN))
        run = run_deliveries(TOWN, order_id=opened.order.id)
        with in_town(TOWN):
            issued = IssuedFile.objects.filter(document__order=opened.order).count()
            why = Delivery.objects.get(event__payload={"order_id": opened.order.id}).last_error
        world.no_faults()
        later = run_deliveries(TOWN, order_id=opened.order.id)

    assert (run, issued) == ([("issue_receipt", "WAITING")], 0), "a document was issued without its stamp"
    assert why.startswith("TimeStampUnavailable")
    assert later == [("issue_receipt", "DONE")]
    assert has_stamp(downloaded(opened))


def test_a_choice_is_one_row_and_written_into_the_log() -> None:
    with chosen(TimeStamps.AT_ONCE), in_town(TOWN):
        rows = list(SignatureSetting.objects.values_list("time_stamps", flat=True))
        entry = AuditEntry.objects.filter(act="signature.time_stamps_chosen").latest("id")

    assert rows == ["AT_ONCE"]
    assert entry.changes["time_stamps"] == ["AFTERWARDS", "AT_ONCE"]
