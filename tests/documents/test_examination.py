"""What a stranger's file is found to be, by a process with limits that asks nobody: every known attack has a reason."""

import os
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from backend.shared import limited
from backend.signing.examination.examiner import ExaminationTooCostly, examine_file
from backend.signing.examination.findings import Reason, Stamp, Trust, reason_of_file
from backend.signing.examination.limits import LARGEST_FILE, LIMITS
from backend.signing.trust import TrustFolder
from backend.signing.trust_checks import ended_lists
from sandbox.authority import Authority, create_authority
from tests.documents import attacks
from tests.documents.alterations import ALTERATIONS
from tests.documents.conftest import OpenKey, signed
from tests.documents.test_time_stamps import stamped

Trusting = Callable[[], TrustFolder]


@pytest.fixture
def trusting(authority: Authority, tmp_path: Path) -> Trusting:
    """Give a function that writes a folder which trusts the authority, with its lists of this moment."""

    def write() -> TrustFolder:
        folder = tmp_path / "trust"
        for name in ("signers", "time-stamps", "lists"):
            (folder / name).mkdir(parents=True, exist_ok=True)
        for name in ("signers", "time-stamps"):
            (folder / name / "root.pem").write_bytes(authority.root_pem.read_bytes())
        for name in ("root", "ca"):
            (folder / "lists" / f"{name}.crl").write_bytes(authority.crl(name))
        return TrustFolder(folder)

    return write


def reason(pdf: bytes, trust: TrustFolder) -> Reason | None:
    return reason_of_file(examine_file(pdf, trust, now=datetime.now(UTC)))


def test_a_document_of_ours_is_sound(
    authority: Authority, open_key: OpenKey, rendered_permit: bytes, trusting: Trusting
) -> None:
    key = open_key()
    plain = signed(rendered_permit, key)
    later = stamped(plain, authority)

    for pdf, stamp in ((plain, Stamp.NONE), (later.pdf, Stamp.HOLDS)):
        findings = examine_file(pdf, trusting(), now=datetime.now(UTC))

        (found,) = findings.signatures
        assert reason_of_file(findings) is None
        assert (found.fingerprint, found.trust, found.stamp) == (key.fingerprint, Trust.TRUSTED, stamp)
        assert (found.is_certification, findings.document_stamps) == (True, 0)
    assert found.signed_at == later.at


@pytest.mark.parametrize(("attack", "expected"), ALTERATIONS.values(), ids=ALTERATIONS.keys())
def test_an_altered_document_is_told_with_its_reason(
    open_key: OpenKey,
    rendered_permit: bytes,
    trusting: Trusting,
    attack: Callable[[bytes], bytes],
    expected: Reason,
) -> None:
    altered = attack(signed(rendered_permit, open_key()))

    assert reason(altered, trusting()) == expected


@pytest.mark.parametrize("edit", [attacks.other_content, attacks.text_over_it], ids=["03b content", "07b text over it"])
def test_a_change_after_a_signature_that_does_not_certify_is_told_as_well(
    open_key: OpenKey, rendered_permit: bytes, trusting: Trusting, edit: attacks.Edit
) -> None:
    pdf = attacks.approved(rendered_permit, open_key())

    assert reason(pdf, trusting()) is None
    assert reason(attacks.revised(pdf, edit), trusting()) == Reason.CHANGED_AFTERWARDS


def test_a_document_that_somebody_signed_again_is_told(
    open_key: OpenKey, rendered_permit: bytes, trusting: Trusting
) -> None:
    ours = attacks.approved(rendered_permit, open_key(), "Firma")

    again = attacks.approved(ours, open_key())
    altered = attacks.approved(attacks.revised(ours, attacks.other_content), open_key())
    certified = attacks.approved(
        attacks.revised(signed(rendered_permit, open_key()), attacks.other_content), open_key()
    )

    assert [reason(pdf, trusting()) for pdf in (again, altered, certified)] == [Reason.SIGNED_AGAIN] * 3


def test_a_document_stamp_over_an_altered_document_proves_nothing(
    authority: Authority, open_key: OpenKey, rendered_permit: bytes, trusting: Trusting
) -> None:
    altered = attacks.flip_a_byte(signed(rendered_permit, open_key()))

    assert reason(attacks.stamped_as_a_document(altered, authority), trusting()) == Reason.CONTENT_CHANGED


def test_a_signer_of_the_same_name_is_not_trusted(
    open_key: OpenKey, rendered_permit: bytes, trusting: Trusting
) -> None:
    pdf = signed(rendered_permit, attacks.impostor(open_key()))

    assert reason(pdf, trusting()) == Reason.UNKNOWN_AUTHORITY


def test_another_authority_of_the_same_name_is_not_trusted(
    authority: Authority, open_key: OpenKey, rendered_permit: bytes, trusting: Trusting, tmp_path: Path
) -> None:
    other = create_authority(tmp_path / "other", authority.base_url)
    pdf = signed(rendered_permit, open_key())
    folder = trusting()
    (folder.path / "signers" / "root.pem").write_bytes(other.root_pem.read_bytes())

    assert reason(pdf, folder) == Reason.UNKNOWN_AUTHORITY


def test_a_revoked_signer_is_refused(open_key: OpenKey, rendered_permit: bytes, trusting: Trusting) -> None:
    pdf = signed(rendered_permit, open_key(revoked=True))

    assert reason(pdf, trusting()) == Reason.REVOKED


def test_a_revoked_signer_that_brings_the_answer_along_is_refused(
    authority: Authority, open_key: OpenKey, rendered_permit: bytes, trusting: Trusting
) -> None:
    key = open_key(revoked=True)
    pdf = attacks.with_answer_that_it_is_revoked(signed(rendered_permit, key), key, authority)

    assert reason(pdf, trusting()) == Reason.REVOKED


def test_where_no_list_is_at_hand_nothing_is_believed_and_nobody_asked(
    open_key: OpenKey, rendered_permit: bytes, trusting: Trusting
) -> None:
    pdf, folder = signed(rendered_permit, open_key()), trusting()
    for file in (folder.path / "lists").iterdir():
        file.unlink()

    assert reason(pdf, folder) == Reason.REVOCATION_UNKNOWN, "the authority answers, and must not be asked"


def test_a_list_that_ended_says_nothing_any_more(
    authority: Authority, open_key: OpenKey, rendered_permit: bytes, trusting: Trusting
) -> None:
    pdf, folder = signed(rendered_permit, open_key()), trusting()
    in_two_months = datetime.now(UTC) + timedelta(days=60)

    findings = examine_file(pdf, folder, now=in_two_months)

    assert reason_of_file(findings) == Reason.REVOCATION_UNKNOWN
    assert [each.file for each in ended_lists(folder.path, now=in_two_months)] == ["ca.crl", "root.crl"]
    assert ended_lists(folder.path, now=datetime.now(UTC)) == []


def test_an_expired_signer_is_refused_unless_a_stamp_says_that_it_signed_before(
    authority: Authority, open_key: OpenKey, rendered_permit: bytes, trusting: Trusting
) -> None:
    then = datetime.now(UTC) - timedelta(days=400)
    pdf = signed(rendered_permit, open_key(not_before=then, days=365))

    assert reason(pdf, trusting()) == Reason.EXPIRED
    assert reason(stamped(pdf, authority).pdf, trusting()) == Reason.EXPIRED, "the stamp is of today"


def test_a_document_outlives_the_certificate_by_its_stamp(
    authority: Authority, open_key: OpenKey, rendered_permit: bytes, trusting: Trusting
) -> None:
    pdf = stamped(signed(rendered_permit, open_key(days=1)), authority).pdf

    in_two_days = datetime.now(UTC) + timedelta(days=2)

    assert reason_of_file(examine_file(pdf, trusting(), now=in_two_days)) is None


def test_the_certificate_of_a_web_server_signs_nothing(
    authority: Authority, rendered_permit: bytes, trusting: Trusting
) -> None:
    assert reason(signed(rendered_permit, attacks.web_server(authority)), trusting()) == Reason.OTHER_USE


def test_a_stamp_whose_time_was_changed_is_wrong(
    authority: Authority, open_key: OpenKey, rendered_permit: bytes, trusting: Trusting
) -> None:
    pdf = stamped(signed(rendered_permit, open_key()), authority).pdf

    assert reason(attacks.stamp_of_2020(pdf), trusting()) == Reason.STAMP_WRONG


def test_a_stamp_of_another_document_is_wrong(
    authority: Authority, open_key: OpenKey, rendered_permit: bytes, trusting: Trusting
) -> None:
    key = open_key()
    at = datetime.now(UTC)
    other = stamped(signed(rendered_permit, key, at=at - timedelta(minutes=1)), authority).pdf

    pdf = attacks.with_stamp_of(signed(rendered_permit, key, at=at), other)

    assert reason(pdf, trusting()) == Reason.STAMP_WRONG


def test_a_stamp_of_an_authority_that_is_pinned_for_signers_only_is_wrong(
    authority: Authority, open_key: OpenKey, rendered_permit: bytes, trusting: Trusting
) -> None:
    pdf, folder = stamped(signed(rendered_permit, open_key()), authority).pdf, trusting()
    (folder.path / "time-stamps" / "root.pem").unlink()

    assert reason(pdf, folder) == Reason.STAMP_WRONG


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", Reason.NOT_A_PDF),
        (b"\x89PNG and more", Reason.NOT_A_PDF),
        (b"%PDF-1.7\nnothing of the kind\n%%EOF", Reason.NOT_A_PDF),
        (os.urandom(5000), Reason.NOT_A_PDF),
        (b"%PDF-1.7\n" + b"[" * 200_000, Reason.NOT_A_PDF),
    ],
    ids=["nothing", "a picture", "rubbish", "noise", "deep"],
)
def test_what_is_no_pdf_is_told(trusting: Trusting, content: bytes, expected: Reason) -> None:
    assert reason(content, trusting()) == expected


def test_a_document_without_a_signature_is_told(rendered_permit: bytes, trusting: Trusting) -> None:
    assert reason(rendered_permit, trusting()) == Reason.NOT_SIGNED


def test_a_file_that_is_too_large_is_not_looked_at(trusting: Trusting) -> None:
    with pytest.raises(ExaminationTooCostly):
        reason(b"%PDF-1.7\n" + b" " * LARGEST_FILE, trusting())


def test_a_file_that_unpacks_without_end_gives_nothing(trusting: Trusting) -> None:
    assert reason(attacks.unpacks_to(1024**3), trusting()) == Reason.NOT_A_PDF


@pytest.mark.parametrize(
    ("greedy", "end"),
    [
        ("bytearray(2 * 1024**3)", "MemoryError"),
        ("import tempfile; tempfile.TemporaryFile().write(bytes(1024**2))", "File too large"),
        ("import resource; print(resource.getrlimit(resource.RLIMIT_CPU), file=sys.stderr)", f"({LIMITS.cpu_seconds},"),
    ],
    ids=["memory", "files", "time"],
)
def test_the_process_has_limits(greedy: str, end: str) -> None:
    limited_child = "from backend.signing.examination.child import LIMITS, limit_itself; limit_itself(LIMITS)"
    code = f"import sys; {limited_child}; {greedy}"

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)

    assert end in done.stderr


def test_the_process_knows_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SEM_SECRET_KEY", "a secret of the platform")

    assert "SEM_SECRET_KEY" not in limited.child_environment()
    assert "a secret of the platform" not in limited.child_environment().values()
