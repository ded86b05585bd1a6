"""Time stamps: level B-T in the eyes of others, and what is not taken for a time stamp."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from asn1crypto.cms import ContentInfo
from cryptography import x509

from backend.cli.once_verify import signed_part
from backend.signing.first_revision import SignatureHoleNotFound, hole_of
from backend.signing.pades import Stamped, with_time_stamp
from backend.signing.time_stamps import TimeStamp, TimeStampUnavailable, request_time_stamp
from sandbox.authority import Authority, create_authority
from sandbox.faults import TSA_KINDS, FaultBoard
from tests.documents.conftest import OpenKey, signed
from tests.documents.judges import judge_pdf, judge_with_pyhanko
from tests.documents.verapdf import ACCESSIBLE, ARCHIVAL, ask_verapdf


def ask_for_stamp(data: bytes, authority: Authority, now: datetime | None = None) -> TimeStamp:
    return request_time_stamp(
        data, url=f"{authority.base_url}/pki/tsa", now=now or datetime.now(UTC), roots=[root_of(authority)]
    )


def root_of(authority: Authority) -> x509.Certificate:
    return x509.load_pem_x509_certificate(authority.root_pem.read_bytes())


def stamped(pdf: bytes, authority: Authority) -> Stamped:
    return with_time_stamp(pdf, lambda data: ask_for_stamp(data, authority))


@pytest.mark.parametrize("bits", [2048, 3072])
def test_every_judge_accepts_a_stamped_permit(
    authority: Authority, open_key: OpenKey, rendered_permit: bytes, tmp_path: Path, bits: int
) -> None:
    file = stamped(signed(rendered_permit, open_key(bits=bits)), authority)
    paper = tmp_path / "permit.pdf"
    paper.write_bytes(file.pdf)

    judge_pdf(paper, authority.root_pem, authority.ca_pem, tmp_path)

    assert judge_with_pyhanko(paper, authority.root_pem) == file.at


def test_a_signed_permit_says_no_time_that_an_authority_vouches_for(
    authority: Authority, open_key: OpenKey, rendered_permit: bytes, tmp_path: Path
) -> None:
    paper = tmp_path / "permit.pdf"
    paper.write_bytes(signed(rendered_permit, open_key()))

    assert judge_with_pyhanko(paper, authority.root_pem) is None


def test_signed_and_stamped_permits_are_still_for_archives_and_screen_readers(
    authority: Authority, open_key: OpenKey, rendered_permit: bytes, tmp_path: Path
) -> None:
    plain = signed(rendered_permit, open_key())
    papers = {tmp_path / "b-b.pdf": plain, tmp_path / "b-t.pdf": stamped(plain, authority).pdf}
    for path, content in papers.items():
        path.write_bytes(content)

    verdicts = ask_verapdf(list(papers))

    for path in papers:
        for standard in (ARCHIVAL, ACCESSIBLE):
            assert verdicts[path, standard].conforms, verdicts[path, standard].reasons


def test_a_mailed_file_and_its_stamped_one_are_the_same_document_to_the_demo(
    authority: Authority, open_key: OpenKey, rendered_permit: bytes
) -> None:
    plain = signed(rendered_permit, open_key())

    assert signed_part(plain) == signed_part(stamped(plain, authority).pdf)
    another = signed(rendered_permit, open_key(), at=datetime.now(UTC) - timedelta(hours=1))
    assert signed_part(plain) != signed_part(another)
    assert signed_part(b"no PDF") == b"no PDF"


def test_a_stamp_changes_nothing_that_the_signature_covers(
    authority: Authority, open_key: OpenKey, rendered_permit: bytes
) -> None:
    plain = signed(rendered_permit, open_key())

    file = stamped(plain, authority).pdf

    hole = hole_of(plain)
    before, after = (ContentInfo.load(hole.content(pdf), strict=False)["content"] for pdf in (plain, file))
    assert hole_of(file) == hole
    assert hole.covered(file) == hole.covered(plain)
    assert before["signer_infos"][0]["signature"].native == after["signer_infos"][0]["signature"].native
    assert before["certificates"].dump() == after["certificates"].dump()


@pytest.mark.parametrize(
    ("kind", "reason"),
    [
        ("wrong_nonce", "answers another question"),
        ("wrong_hash", "is of something else"),
        ("bad_signature", "changed after it was signed"),
        ("expired_certificate", "certificate ended"),
        ("rejection", "answered rejection"),
        ("error_500", "HTTP 500"),
        ("garbage", "unreadable answer"),
        ("refuse", "HTTP 503"),
    ],
)
def test_a_stamp_that_does_not_hold_is_none(
    authority: Authority, open_key: OpenKey, rendered_permit: bytes, faults: FaultBoard, kind: str, reason: str
) -> None:
    plain = signed(rendered_permit, open_key())
    faults.order({"institution": "tsa", "kind": kind, "times": 1})

    with pytest.raises(TimeStampUnavailable) as failure:
        stamped(plain, authority)

    assert reason in str(failure.value)
    assert stamped(plain, authority).pdf != plain, "the next try works"


def test_every_lie_of_the_sandbox_is_tried() -> None:
    tried = {"wrong_nonce", "wrong_hash", "bad_signature", "expired_certificate", "rejection"}

    assert set(TSA_KINDS) == tried


def test_a_slow_authority_is_waited_for(authority: Authority, faults: FaultBoard) -> None:
    faults.order({"institution": "tsa", "kind": "slow", "times": 1, "seconds": 1})

    assert ask_for_stamp(b"x", authority).token


def test_an_authority_whose_clock_is_another_is_not_believed(authority: Authority) -> None:
    with pytest.raises(TimeStampUnavailable, match="the authority says it is"):
        ask_for_stamp(b"x", authority, now=datetime.now(UTC) + timedelta(minutes=6))


@pytest.mark.parametrize("roots", [0, 1], ids=["nobody is pinned", "another is"])
def test_an_authority_that_is_not_pinned_is_not_believed(authority: Authority, tmp_path: Path, roots: int) -> None:
    pinned = [root_of(create_authority(tmp_path / "other", authority.base_url))][:roots]

    with pytest.raises(TimeStampUnavailable, match="none of the pinned"):
        request_time_stamp(b"x", url=f"{authority.base_url}/pki/tsa", now=datetime.now(UTC), roots=pinned)


@pytest.mark.parametrize("url", ["", "http://127.0.0.1:9/tsa"])
def test_no_authority_is_no_stamp(url: str) -> None:
    with pytest.raises(TimeStampUnavailable):
        request_time_stamp(b"x", url=url, now=datetime.now(UTC), roots=[])


def test_only_a_file_that_we_signed_is_stamped(authority: Authority, rendered_permit: bytes) -> None:
    with pytest.raises(SignatureHoleNotFound):
        stamped(rendered_permit, authority)
