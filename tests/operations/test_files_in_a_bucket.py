"""Everything that keeps files works with a bucket as well, and never calls it with anything held."""

from collections.abc import Iterator
from io import BytesIO

import pytest
from django.test import override_settings
from pypdf import PdfReader

from backend.billing.institutions import institutions
from backend.receipts.file_verification import verify_file
from backend.receipts.files import best_key
from backend.receipts.models import IssuedFile
from backend.receipts.queries import order_status
from backend.receipts.verdicts import Verdict
from backend.shared import breaker, clock
from backend.shared.files import StorageUnavailable
from backend.shared.files_in_s3 import INSTITUTION
from backend.tenants.files import tenant_files
from tests.api.asking import send
from tests.operations import outside_calls
from tests.operations.debts import car, in_town
from tests.operations.deliveries import run_deliveries
from tests.operations.test_receipts import paid
from tests.reconciliation import collected
from tests.rolls.batches import new_year, row, uploaded_and_read
from tests.rules.s3_server import S3Server, running_s3

TOWN = "valdivia"


@pytest.fixture(scope="module")
def bucket(tmp_path_factory: pytest.TempPathFactory) -> Iterator[S3Server]:
    with running_s3(tmp_path_factory.mktemp("s3") / "buckets") as server:
        yield server


@pytest.fixture
def in_bucket(bucket: S3Server) -> Iterator[S3Server]:
    with override_settings(
        SEM_FILES_URL=bucket.address("sem"), AWS_ACCESS_KEY_ID="who", AWS_SECRET_ACCESS_KEY="secret"
    ):
        breaker.start_afresh()
        yield bucket
        breaker.start_afresh()


def test_a_document_is_issued_stamped_mailed_downloaded_and_verified(in_bucket: S3Server) -> None:
    opened = paid(car(TOWN))

    done = [name for _ in range(3) for name, state in run_deliveries(TOWN, order_id=opened.order.id) if state == "DONE"]
    with in_town(TOWN):
        file = IssuedFile.objects.select_related("stamped").get(document__order=opened.order)
        contents = [tenant_files().get(key) for key in (file.file_key, best_key(file))]
        verdicts = [verify_file(content, now=clock.now()).verdict for content in contents]
        (link,) = order_status(token=opened.token, now=clock.now()).documents
    downloaded = send(f"{TOWN}.localhost", "/" + link.url.partition("://")[2].partition("/")[2])

    assert {"issue_receipt", "mail_receipt", "stamp_receipt"} <= set(done)
    assert verdicts == [Verdict.AUTHENTIC] * 2
    assert downloaded.content == contents[1]
    assert len(PdfReader(BytesIO(contents[1])).pages) == 1
    assert (in_bucket.folder / "sem" / TOWN / file.file_key).is_file()
    assert outside_calls.violations == []


def test_rolls_and_the_files_of_gateways_are_taken_in_and_read(in_bucket: S3Server) -> None:
    year, day = new_year(), collected.new_day()

    good = uploaded_and_read([row(year)], year=year, town=TOWN)
    wrong = uploaded_and_read([row(year, Fecha_vencimiento="ayer")], year=year, town=TOWN)
    read = collected.load(collected.collection(day, [collected.unknown_line(day)]))
    deposit = collected.deposit(collected.advice(day, [collected.unknown_line(day)]))

    assert (good.state, wrong.state) == ("READY", "REJECTED")
    assert (read.items_done, deposit.withheld) == (3, 0)
    for town, key in (
        (TOWN, good.file_key),
        (TOWN, wrong.corrections_key),
        (collected.TOWN, read.file_key),
        (collected.TOWN, deposit.file_key),
    ):
        assert (in_bucket.folder / "sem" / town / key).is_file()
    assert outside_calls.violations == []


def test_while_the_storage_does_not_answer_a_document_waits_and_a_download_says_so(bucket: S3Server) -> None:
    opened = paid(car(TOWN))
    nobody = "s3://documents?endpoint=http://127.0.0.1:9"

    with override_settings(SEM_FILES_URL=nobody, AWS_ACCESS_KEY_ID="who", AWS_SECRET_ACCESS_KEY="secret"):
        breaker.start_afresh()
        states = run_deliveries(TOWN, order_id=opened.order.id)
        listed = {each.code for each in institutions()}
        with in_town(TOWN), pytest.raises(StorageUnavailable):
            tenant_files().get("ab/" + "0" * 62)
    breaker.start_afresh()
    with in_town(TOWN):
        issued_meanwhile = IssuedFile.objects.filter(document__order=opened.order).count()
    run_deliveries(TOWN, order_id=opened.order.id)
    with in_town(TOWN):
        (link,) = order_status(token=opened.token, now=clock.now()).documents
    path = "/" + link.url.partition("://")[2].partition("/")[2]
    with override_settings(SEM_FILES_URL=nobody, AWS_ACCESS_KEY_ID="who", AWS_SECRET_ACCESS_KEY="secret"):
        refused = send(f"{TOWN}.localhost", path)
    breaker.start_afresh()

    assert ("issue_receipt", "DONE") not in states
    assert INSTITUTION in listed
    assert issued_meanwhile == 0
    assert refused.status_code == 503
    assert send(f"{TOWN}.localhost", path).status_code == 200
