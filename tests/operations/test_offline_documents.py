"""Issued documents bring what validates them without a network; where it cannot be had they wait, or get it later."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from backend.outbox.models import Delivery
from backend.profile.models import TimeStamps
from backend.receipts.models import IssuedFile, StampedFile
from backend.shared import clock
from backend.signing.examination.examiner import examine_file
from backend.signing.examination.findings import Stamp, Trust
from backend.signing.operations import register_official
from backend.signing.pades import certificates_in
from backend.signing.pdf_store import covers_stamp
from backend.signing.signers.evidence import RevocationUnknown
from backend.signing.trust import TrustFolder
from backend.tenants.files import tenant_files
from sandbox.authority import Authority
from tests.operations.debts import car, in_town
from tests.operations.deliveries import run_deliveries
from tests.operations.platform import environment
from tests.operations.test_receipts import certificate, paid
from tests.operations.test_time_stamps import chosen
from tests.operations.world import World

TOWN = "valdivia"


@pytest.fixture
def world() -> Iterator[World]:
    with World() as world:
        yield world


@contextmanager
def unpinned(kind: str) -> Iterator[None]:
    """Take the pinned root away for a while, as an operator might by mistake."""
    root = Path(environment()["SEM_TRUST_DIR"]) / kind / "root.pem"
    aside = root.with_name("aside")
    root.rename(aside)
    try:
        yield
    finally:
        aside.rename(root)


def new_official(name: str) -> None:
    """One of whom no process knows anything yet."""
    with in_town(TOWN):
        register_official(role="treasurer", key_file=certificate(TOWN, f"{name}.p12"))


def stamper() -> bytes:
    path = Authority(Path(environment()["SANDBOX_PKI"])).directory / "tsa.pem"
    return x509.load_pem_x509_certificate(path.read_bytes()).public_bytes(Encoding.DER)


def contents(order_id: int) -> tuple[bytes, bytes]:
    """The file as issued and as stamped, empty where it was not."""
    with in_town(TOWN):
        issued = IssuedFile.objects.get(document__order_id=order_id)
        later = StampedFile.objects.filter(issued=issued).first()
        files = tenant_files()
        return files.get(issued.file_key), files.get(later.file_key) if later else b""


def validates_offline(pdf: bytes, folder: Path) -> bool:
    """Tell whether an examination that has nothing but the roots finds signature and stamp in order."""
    for kind in ("signers", "time-stamps"):
        (folder / kind).mkdir(parents=True, exist_ok=True)
        root = Path(environment()["SEM_TRUST_DIR"]) / kind / "root.pem"
        (folder / kind / "root.pem").write_bytes(root.read_bytes())
    (found,) = examine_file(pdf, TrustFolder(folder), now=clock.now()).signatures
    return (found.trust, found.stamp) == (Trust.TRUSTED, Stamp.HOLDS)


@pytest.mark.parametrize("choice", list(TimeStamps))
def test_a_stamped_document_validates_offline(choice: TimeStamps, tmp_path: Path) -> None:
    with chosen(choice):
        opened = paid(car(TOWN))
        for _ in range(2):
            run_deliveries(TOWN, order_id=opened.order.id)

    first, later = contents(opened.order.id)

    assert bool(later) == (choice == TimeStamps.AFTERWARDS)
    assert covers_stamp(first, stamper(), at=clock.now())
    assert (later or first).count(b"%%EOF") == 1
    assert validates_offline(later or first, tmp_path)


def test_documents_of_a_signer_and_hour_share_what_validates_them() -> None:
    files = []
    for _ in range(4):
        opened = paid(car(TOWN))
        run_deliveries(TOWN, order_id=opened.order.id)
        with in_town(TOWN):
            files.append(IssuedFile.objects.get(document__order=opened.order).file_key)
    with in_town(TOWN):
        shared = [tenant_files()._parts(key)[0] for key in files if key.endswith(".tail")]

    assert len(shared) >= 2, "the third one is compiled at the latest"
    assert {len(parts) for parts in shared} == {3}, "base, look, what validates"
    assert len({parts[1] for parts in shared}) == 1
    assert len({parts[2] for parts in shared}) <= 2, "an hour may end while this is tested"


def test_a_time_stamp_authority_that_is_away_keeps_no_document_from_bringing_its_data(world: World) -> None:
    before = paid(car(TOWN))
    run_deliveries(TOWN, order_id=before.order.id)
    world.fault("tsa", "refuse")

    opened = paid(car(TOWN))
    run_deliveries(TOWN, order_id=opened.order.id)

    assert covers_stamp(contents(opened.order.id)[0], stamper(), at=clock.now()), "it is known by what it stamped"


def test_where_the_stamp_comes_later_a_document_waits_for_no_data_and_gets_it_with_the_stamp(tmp_path: Path) -> None:
    new_official("afterwards")
    opened = paid(car(TOWN))
    with unpinned("signers"):
        run = run_deliveries(TOWN, order_id=opened.order.id)
        still = run_deliveries(TOWN, order_id=opened.order.id)
    unstamped = contents(opened.order.id)
    later = run_deliveries(TOWN, order_id=opened.order.id)

    first, second = contents(opened.order.id)

    assert ("issue_receipt", "DONE") in run
    assert ("stamp_receipt", "WAITING") in still
    assert unstamped == (first, b"")
    assert ("stamp_receipt", "DONE") in later
    assert (first.count(b"%%EOF"), second.count(b"%%EOF")) == (1, 2)
    assert not covers_stamp(first, stamper(), at=clock.now())
    assert validates_offline(second, tmp_path)


def test_where_the_stamp_comes_at_once_a_document_waits_for_its_data() -> None:
    new_official("at-once")
    with chosen(TimeStamps.AT_ONCE):
        opened = paid(car(TOWN))
        with unpinned("signers"):
            run = run_deliveries(TOWN, order_id=opened.order.id)
        with in_town(TOWN):
            issued = IssuedFile.objects.filter(document__order=opened.order).count()
            why = Delivery.objects.get(event__payload={"order_id": opened.order.id}).last_error
        later = run_deliveries(TOWN, order_id=opened.order.id)

    assert (run, issued) == ([("issue_receipt", "WAITING")], 0), "a document was issued without its data"
    assert why.startswith(RevocationUnknown.__name__)
    assert later == [("issue_receipt", "DONE")]
    assert contents(opened.order.id)[0].count(b"%%EOF") == 1


def test_a_stamp_of_an_authority_that_nobody_pinned_is_none() -> None:
    opened = paid(car(TOWN))
    with unpinned("time-stamps"):
        for _ in range(2):
            run_deliveries(TOWN, order_id=opened.order.id)
        files = contents(opened.order.id)

    assert files[1] == b""
    assert certificates_in(files[0])[0].not_valid_after_utc > clock.now()
    run_deliveries(TOWN, order_id=opened.order.id)
    assert contents(opened.order.id)[1]


def test_a_signer_whom_the_responder_calls_revoked_signs_nothing(world: World) -> None:
    new_official("known-to-the-responder")
    world.fault("authority", "revoked", match="ocsp", times=1)
    opened = paid(car(TOWN))

    run = run_deliveries(TOWN, order_id=opened.order.id)

    assert run == [("issue_receipt", "WAITING")]
    with in_town(TOWN):
        assert not IssuedFile.objects.filter(document__order=opened.order).exists()
    new_official("after-the-revoked")
    assert ("issue_receipt", "DONE") in run_deliveries(TOWN, order_id=opened.order.id)
