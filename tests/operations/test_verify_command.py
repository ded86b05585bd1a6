"""./sem verify: 0 for what is authentic and holds, and for nothing else."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from backend.receipts.models import IssuedFile
from backend.signing.examination.limits import LARGEST_FILE
from backend.tenants.files import tenant_files
from tests.documents import attacks
from tests.operations.debts import car, in_town
from tests.operations.deliveries import run_deliveries
from tests.operations.platform import in_environment, run_python
from tests.operations.refunding import given_back
from tests.operations.test_receipts import paid

TOWN = "valdivia"


@pytest.fixture(scope="module")
def issued() -> bytes:
    with in_environment():
        opened = paid(car(TOWN))
        run_deliveries(TOWN, order_id=opened.order.id)
        with in_town(TOWN):
            return tenant_files().get(IssuedFile.objects.get(document__order=opened.order).file_key)


def sem_verify(path: Path, content: bytes, *more: str) -> subprocess.CompletedProcess[str]:
    path.write_bytes(content)
    return run_python("-m", "backend.cli", "verify", str(path), *more)


def answer(path: Path, content: bytes, *more: str) -> tuple[int, Any]:
    done = sem_verify(path, content, "--json", *more)
    assert "Traceback" not in done.stderr, done.stderr
    return done.returncode, json.loads(done.stdout)


def test_an_authentic_file_ends_with_nought(issued: bytes, tmp_path: Path) -> None:
    code, said = answer(tmp_path / "a.pdf", issued)

    assert (code, said["authentic"], said["verdict"], said["municipality"]) == (0, True, "AUTHENTIC", TOWN)
    assert said["sha256"] == attacks.sha256(issued)
    assert said["document"]["total"] == "$59.543"


def test_altered_unsigned_and_unreadable_files_end_with_one(issued: bytes, tmp_path: Path) -> None:
    answers = [
        answer(tmp_path / "a.pdf", content)
        for content in (attacks.flip_a_byte(issued), attacks.add_bytes(issued), b"no PDF", b"")
    ]

    assert [(code, said["verdict"], said["reason"]) for code, said in answers] == [
        (1, "ALTERED", "CONTENT_CHANGED"),
        (1, "ALTERED", "CHANGED_AFTERWARDS"),
        (1, "UNREADABLE", "NOT_A_PDF"),
        (1, "UNREADABLE", "NOT_A_PDF"),
    ]


def test_an_annulled_file_ends_with_one(tmp_path: Path) -> None:
    vehicle = car(TOWN)
    opened = paid(vehicle)
    run_deliveries(TOWN, order_id=opened.order.id)
    with in_town(TOWN):
        pdf = tenant_files().get(IssuedFile.objects.get(document__order=opened.order).file_key)
    given_back(vehicle, opened)

    code, said = answer(tmp_path / "a.pdf", pdf)

    assert (code, said["authentic"], said["verdict"]) == (1, False, "ANNULLED")


def test_a_person_reads_it_too(issued: bytes, tmp_path: Path) -> None:
    done = sem_verify(tmp_path / "a.pdf", issued)

    assert (done.returncode, done.stdout) == (0, "")
    assert "Documento auténtico" in done.stderr


def test_of_another_municipality_it_is_none(issued: bytes, tmp_path: Path) -> None:
    code, said = answer(tmp_path / "a.pdf", issued, "--municipality=nunoa")
    nobody = sem_verify(tmp_path / "a.pdf", issued, "--municipality=nowhere")

    assert (code, said["verdict"], said["reason"]) == (1, "FOREIGN", "NOT_OUR_OFFICIAL")
    assert (nobody.returncode, "Traceback" in nobody.stderr) == (1, False)


def test_of_several_files_all_must_be_authentic(issued: bytes, tmp_path: Path) -> None:
    (tmp_path / "b.pdf").write_bytes(issued)
    both = answer(tmp_path / "a.pdf", issued, str(tmp_path / "b.pdf"))
    (tmp_path / "b.pdf").write_bytes(attacks.flip_a_byte(issued))
    one = answer(tmp_path / "a.pdf", issued, str(tmp_path / "b.pdf"))

    assert (both[0], [said["verdict"] for said in both[1]]) == (0, ["AUTHENTIC"] * 2)
    assert (one[0], [said["verdict"] for said in one[1]]) == (1, ["AUTHENTIC", "ALTERED"])
    assert [said["file"] for said in one[1]] == [str(tmp_path / "a.pdf"), str(tmp_path / "b.pdf")]


def test_a_file_larger_than_any_document_is_hashed_and_not_looked_at(tmp_path: Path) -> None:
    content = b"%PDF-1.7\n" + bytes(LARGEST_FILE)

    code, said = answer(tmp_path / "a.pdf", content)

    assert (code, said["verdict"], said["reason"]) == (1, "UNREADABLE", "TOO_COSTLY")
    assert said["sha256"] == attacks.sha256(content)


@pytest.mark.parametrize("path", ["nowhere.pdf", "folder", "/dev/zero"])
def test_what_is_no_file_ends_with_one_and_a_sentence(tmp_path: Path, path: str) -> None:
    (tmp_path / "folder").mkdir()

    done = run_python("-m", "backend.cli", "verify", str(tmp_path / path), "--json")

    assert (done.returncode, done.stdout) == (1, "")
    assert "is no file" in done.stderr
    assert "Traceback" not in done.stderr
