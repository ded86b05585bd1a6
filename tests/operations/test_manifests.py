"""The manifest of a day that ended: made once, of all files, and checked by others with openssl alone."""

import hashlib
import secrets
import subprocess
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from backend.cli.paths import ROOT
from backend.receipts import manifests
from backend.receipts.manifest_queries import days_without_manifest, manifest_of_day
from backend.receipts.manifest_rules import FIRST, problems_of_chain, read_manifest
from backend.receipts.models import DailyManifest, IssuedFile, StampedFile
from backend.receipts.operations import freeze_documents
from backend.receipts.stuck import waiting_here
from backend.receipts.verification import as_verified
from backend.shared import clock
from backend.signing.time_stamps import TimeStampUnavailable
from backend.tenants.files import tenant_files
from sandbox.authority import create_authority
from tests.api.asking import send
from tests.operations.debts import car, in_town
from tests.operations.deliveries import run_deliveries
from tests.operations.orders import at_once
from tests.operations.platform import environment, in_environment
from tests.operations.test_receipts import paid
from tests.operations.world import World

TOWN = "coyhaique"


@pytest.fixture(scope="module")
def made() -> DailyManifest:
    """Two documents with both of their files; two days later the manifest of their day, asked for twice at once."""
    with in_environment():
        for _ in range(2):
            opened = paid(car(TOWN))
            for _again in range(2):
                run_deliveries(TOWN, order_id=opened.order.id)
        before_time_stamp_came = attempt_without_stamps()
        assert before_time_stamp_came == 0, "a manifest without a time stamp was kept"
        _assert_its_day_waits()
        at_once(make, make)
        with in_town(TOWN):
            return DailyManifest.objects.get()


def _assert_its_day_waits() -> None:
    assert missing(timedelta(0)) == [], "its day has not ended"
    ((day, files, age),) = missing(timedelta(days=2))
    assert (day, files >= 2) == (datetime.now(UTC).astimezone(clock.SANTIAGO).date(), True)
    assert timedelta(hours=22) < age < timedelta(days=2)


def make() -> DailyManifest | None:
    with in_town(TOWN):
        return manifests.make_next_manifest(now=clock.now() + timedelta(days=2))


def attempt_without_stamps() -> int:
    with World() as world:
        world.fault("tsa", "wrong_hash")
        with pytest.raises(TimeStampUnavailable):
            make()
        world.no_faults()
    with in_town(TOWN):
        return DailyManifest.objects.count()


def missing(after: timedelta) -> list[tuple[date, int, timedelta]]:
    """Day, number of files and age of the manifests that are missing so long after now."""
    now = clock.now() + after
    with in_town(TOWN):
        return [(each.day, each.files, now - each.due_at) for each in days_without_manifest(now=now)]


def stored(made: DailyManifest) -> tuple[bytes, bytes]:
    with in_town(TOWN):
        return tenant_files().get(made.file_key), tenant_files().get(made.signature_key)


def test_a_manifest_names_every_file_of_its_day(made: DailyManifest) -> None:
    text, _signature = stored(made)
    manifest = read_manifest(text)
    with in_town(TOWN):
        hashes = dict(IssuedFile.objects.values_list("sha256", "file_key"))
        stamped = dict(StampedFile.objects.values_list("sha256", "file_key"))
        keys = {**hashes, **stamped}
        files = {f"{line.folio} {line.kind}": tenant_files().get(keys[line.sha256]) for line in manifest.lines}

    assert (manifest.commune_code, manifest.slug, manifest.previous) == ("11101", TOWN, FIRST)
    assert sorted(line.sha256 for line in manifest.lines if line.kind == "issued") == sorted(hashes)
    assert sorted(line.sha256 for line in manifest.lines if line.kind == "stamped") == sorted(stamped)
    assert (len(hashes), made.files) == (2, 2 + len(stamped))
    assert hashlib.sha256(text).hexdigest() == made.sha256
    assert problems_of_chain([text], files) == []


def test_it_is_made_once_and_not_before_its_day_has_ended(made: DailyManifest) -> None:
    with in_town(TOWN):
        again = manifests.make_next_manifest(now=clock.now() + timedelta(days=2))
        count = DailyManifest.objects.count()
    with in_town("valdivia"):
        early = manifests.make_next_manifest(now=clock.now())

    assert (again, early, count) == (None, None, 1)


@pytest.mark.parametrize(
    ("harm", "said"),
    [
        ("nothing", "signature: ok"),
        ("text", "signature: WRONG"),
        ("day before", "chain: WRONG"),
        ("authority of stamps", "time stamp: WRONG"),
    ],
)
def test_anybody_checks_it_with_openssl(made: DailyManifest, tmp_path: Path, harm: str, said: str) -> None:
    text, signature = stored(made)
    root = Path(environment()["SANDBOX_PKI"]) / "root.pem"
    before = tmp_path / "before.txt"
    before.write_bytes(b"another day")
    stamps = create_authority(tmp_path / "other", "http://127.0.0.1:9").root_pem if "stamps" in harm else root
    (tmp_path / "day.txt").write_bytes(text.replace(b" issued", b" Issued", 1) if harm == "text" else text)
    (tmp_path / "day.p7s").write_bytes(signature)
    files = [str(tmp_path / "day.txt"), str(tmp_path / "day.p7s"), str(root), str(stamps)]

    done = subprocess.run(
        [str(ROOT / "docs/manifests/check.sh"), *files, *([str(before)] if harm == "day before" else [])],
        capture_output=True,
        text=True,
        check=False,
    )

    assert said in done.stdout, done.stderr
    assert done.returncode == (0 if harm == "nothing" else 1), done.stdout + done.stderr
    assert ("Time stamp:" in done.stdout) == (harm in ("nothing", "day before"))


def test_anybody_downloads_it(made: DailyManifest) -> None:
    host, path = f"{TOWN}.localhost", f"/verificar/manifiestos/{made.day}"

    answers = [send(host, f"{path}.{kind}") for kind in ("txt", "p7s")]
    nothing = [send(host, f"{path}.pdf"), send(host, "/verificar/manifiestos/x.txt"), send("nunoa.localhost", path)]

    assert tuple(answer.content for answer in answers) == stored(made)
    assert [answer.status_code for answer in nothing] == [404] * 3


def test_the_verification_page_knows_its_manifest(made: DailyManifest) -> None:
    with in_town(TOWN):
        told = as_verified(IssuedFile.objects.select_related("document").order_by("id")[0].document)

    assert told.manifest == made.day.isoformat() == datetime.now(UTC).astimezone(clock.SANTIAGO).date().isoformat()


def test_a_day_that_has_its_manifest_waits_for_none(made: DailyManifest) -> None:
    assert missing(timedelta(days=2)) == []


def test_a_manifest_is_of_a_day_in_chile(made: DailyManifest) -> None:
    assert made.ends_at.astimezone(clock.SANTIAGO).time().isoformat() == "00:00:00"
    assert made.ends_at.astimezone(clock.SANTIAGO).date() == made.day + timedelta(days=1)
    assert manifest_of_day("nonsense") is None
    assert isinstance(made.day, date)


def test_a_day_that_lacks_its_manifest_is_stuck_with_its_age_until_it_has_it() -> None:
    town, issued_at = "iquique", clock.now() - timedelta(days=3)
    opened = paid(car(town))
    with in_town(town):
        (document,) = freeze_documents(order_id=opened.order.id)
        content = b"%PDF of three days ago, " + secrets.token_bytes(8)
        key = tenant_files().put(content, ".pdf")
        IssuedFile.objects.create(
            document=document,
            sha256=hashlib.sha256(content).hexdigest(),
            file_key=key,
            signer_fingerprint="0" * 64,
            issued_at=issued_at,
        )

        before = [row for row in waiting_here() if row.kind == "manifest-missing"]
        made = manifests.make_next_manifest(now=clock.now())
        after = [row for row in waiting_here() if row.kind == "manifest-missing"]

    (row,) = before
    assert made is not None
    assert (row.subject, row.detail) == (f"manifest of {made.day}", "1 files")
    assert timedelta(days=1) < clock.now() - row.since < timedelta(days=3)
    assert after == []
