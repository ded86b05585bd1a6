"""Staff see every day's manifest, where to download it, and which days lack theirs."""

import hashlib
from datetime import timedelta

from backend.people.rules import Role
from backend.receipts import manifests
from backend.receipts.models import DailyManifest, IssuedFile
from backend.receipts.operations import freeze_documents
from backend.shared import clock
from tests.api.asking import send
from tests.operations.debts import car, in_town
from tests.operations.test_receipts import paid
from tests.staff.people import TOWN, known

LIST = """query { manifests(first: 1) {
  edges { node { day files sha256 previousDay stampedAt textUrl signatureUrl } } pageInfo { hasNextPage } } }"""
MISSING = "query { manifestsMissing { day files dueAt } }"


def a_file_of(days_ago: int) -> None:
    opened = paid(car(TOWN))
    with in_town(TOWN):
        (document,) = freeze_documents(order_id=opened.order.id)
        IssuedFile.objects.create(
            document=document,
            sha256=hashlib.sha256(b"%d" % document.id).hexdigest(),
            file_key="",
            signer_fingerprint="0" * 64,
            issued_at=clock.now() - timedelta(days=days_ago),
        )


def test_a_day_is_missing_until_its_manifest_is_listed_and_downloaded() -> None:
    auditor = known(Role.AUDITOR)
    a_file_of(days_ago=4)
    a_file_of(days_ago=3)

    missing = auditor.ask(MISSING)["data"]["manifestsMissing"]
    with in_town(TOWN):
        made = [manifests.make_next_manifest(now=clock.now()) for _ in range(3)]
        last = DailyManifest.objects.order_by("-day")[0]
    nothing_more = auditor.ask(MISSING)["data"]["manifestsMissing"]
    page = auditor.ask(LIST)["data"]["manifests"]
    (listed,) = (edge["node"] for edge in page["edges"])

    days = [each.day.isoformat() for each in made if each is not None]
    assert [(row["day"], row["files"]) for row in missing] == [(day, 1) for day in days]
    assert (len(days), made[2], nothing_more) == (2, None, [])
    assert (listed["day"], listed["files"], listed["sha256"]) == (days[1], 1, last.sha256)
    assert (listed["previousDay"], page["pageInfo"]["hasNextPage"]) == (days[0], True)
    for address in (listed["textUrl"], listed["signatureUrl"]):
        host, _, path = address.partition("://")[2].partition("/")
        assert send(host.partition(":")[0], f"/{path}").status_code == 200
