"""Signed permits in the eyes of others."""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from endesive import signer as endesive
from pypdf import PdfReader

from backend.signing.cms import template_for
from backend.signing.first_revision import SignatureHoleNotFound, hole_of
from sandbox.authority import Authority, create_authority
from tests.documents.conftest import OpenKey, signed
from tests.documents.judges import judge_pdf, judge_with_pdfsig, judge_with_pyhanko, pdfsig


@pytest.fixture
def paper(tmp_path: Path) -> Path:
    return tmp_path / "permit.pdf"


def test_every_judge_accepts_a_signed_permit(
    authority: Authority, open_key: OpenKey, rendered_permit: bytes, paper: Path, tmp_path: Path
) -> None:
    paper.write_bytes(signed(rendered_permit, open_key()))

    judge_pdf(paper, authority.root_pem, authority.ca_pem, tmp_path)


def test_every_judge_accepts_a_longer_key(
    authority: Authority, open_key: OpenKey, rendered_permit: bytes, paper: Path, tmp_path: Path
) -> None:
    paper.write_bytes(signed(rendered_permit, open_key(bits=3072)))

    judge_pdf(paper, authority.root_pem, authority.ca_pem, tmp_path)


@pytest.mark.parametrize("bits", [2048, 3072])
def test_the_message_is_the_one_that_endesive_builds(open_key: OpenKey, bits: int) -> None:
    key = open_key(bits=bits)

    for digest in (os.urandom(32) for _ in range(3)):
        whole = endesive.sign(None, key._key, key.certificate, list(key.chain), "sha256", True, digest)

        assert template_for(key).signed(digest, key) == whole


def test_a_signed_permit_is_one_revision(open_key: OpenKey, rendered_permit: bytes) -> None:
    pdf = signed(rendered_permit, open_key())

    assert pdf.count(b"%%EOF") == 1
    assert pdf.count(b"startxref") == 1
    assert b"/Prev" not in pdf


@pytest.mark.parametrize("broken", ["nothing signed", "cut", "longer", "twice"])
def test_a_hole_is_found_only_in_a_file_of_ours(open_key: OpenKey, rendered_permit: bytes, broken: str) -> None:
    pdf = signed(rendered_permit, open_key())
    files = {"nothing signed": rendered_permit, "cut": pdf[:-1], "longer": pdf + b"\n", "twice": pdf + pdf}

    assert hole_of(pdf).room() > 8192
    with pytest.raises(SignatureHoleNotFound):
        hole_of(files[broken])


def test_the_signature_says_who_why_where_and_when(open_key: OpenKey, rendered_permit: bytes, paper: Path) -> None:
    paper.write_bytes(signed(rendered_permit, open_key(), at=datetime(2026, 3, 20, 15, 4, 5, tzinfo=UTC)))

    field = (PdfReader(paper).get_fields() or {})["Firma"]
    signature = field["/V"].get_object()

    assert signature["/SubFilter"] == "/ETSI.CAdES.detached"
    assert signature["/Name"] == "Tesorería Municipal de Ñuñoa"
    assert signature["/Reason"] == "Permiso de circulación 2025"
    assert signature["/Location"] == "Ñuñoa, Chile"
    assert signature["/ContactInfo"] == "https://pagos.nunoa.example"
    assert signature["/M"] == "D:20260320150405+00'00'"
    assert signature["/Reference"][0]["/TransformParams"]["/P"] == 1


def test_signing_uses_the_key_once(open_key: OpenKey, rendered_permit: bytes) -> None:
    key = open_key()
    uses: list[bytes] = []

    class Counting:
        certificate, chain, fingerprint = key.certificate, key.chain, key.fingerprint

        def sign(self, data: bytes) -> bytes:
            uses.append(data)
            return key.sign(data)

    signed(rendered_permit, Counting())

    assert len(uses) == 1


def test_the_same_permit_signed_again_has_the_same_bytes(open_key: OpenKey, rendered_permit: bytes) -> None:
    key, at = open_key(), datetime.now(UTC)

    assert signed(rendered_permit, key, at=at) == signed(rendered_permit, key, at=at)


def test_a_flipped_byte_is_noticed(
    authority: Authority, open_key: OpenKey, rendered_permit: bytes, paper: Path, tmp_path: Path
) -> None:
    altered = bytearray(signed(rendered_permit, open_key()))
    altered[altered.index(b"Folio 2025")] ^= 1
    paper.write_bytes(altered)

    assert "Digest Mismatch" in pdfsig(paper, authority.root_pem, authority.ca_pem, tmp_path)
    with pytest.raises(AssertionError):
        judge_with_pdfsig(paper, authority.root_pem, authority.ca_pem, tmp_path)
    with pytest.raises(AssertionError):
        judge_with_pyhanko(paper, authority.root_pem)


def test_what_is_added_at_the_end_is_noticed(
    authority: Authority, open_key: OpenKey, rendered_permit: bytes, paper: Path, tmp_path: Path
) -> None:
    paper.write_bytes(signed(rendered_permit, open_key()) + b"% more\n")

    with pytest.raises(AssertionError, match="Total document signed"):
        judge_with_pdfsig(paper, authority.root_pem, authority.ca_pem, tmp_path)
    with pytest.raises(AssertionError):
        judge_with_pyhanko(paper, authority.root_pem)


def test_a_revoked_certificate_is_refused_by_the_judges(
    authority: Authority, open_key: OpenKey, rendered_permit: bytes, paper: Path, tmp_path: Path
) -> None:
    paper.write_bytes(signed(rendered_permit, open_key(revoked=True)))

    assert "has been Revoked" in pdfsig(paper, authority.root_pem, authority.ca_pem, tmp_path)
    with pytest.raises(AssertionError, match="revoked"):
        judge_with_pyhanko(paper, authority.root_pem)


def test_a_certificate_revoked_later_is_refused_from_then_on(
    authority: Authority, open_key: OpenKey, rendered_permit: bytes, paper: Path
) -> None:
    key = open_key()
    paper.write_bytes(signed(rendered_permit, key))
    judge_with_pyhanko(paper, authority.root_pem)

    authority.revoke(key.certificate.serial_number)

    with pytest.raises(AssertionError):
        judge_with_pyhanko(paper, authority.root_pem)


def test_an_expired_certificate_is_refused_by_the_judges_and_by_its_key(
    authority: Authority, open_key: OpenKey, rendered_permit: bytes, paper: Path, tmp_path: Path
) -> None:
    now = datetime.now(UTC)
    key = open_key(not_before=now - timedelta(days=400), days=365)
    paper.write_bytes(signed(rendered_permit, key))

    assert not key.is_valid_at(now)
    assert key.is_valid_at(now - timedelta(days=100))
    assert "Expired" in pdfsig(paper, authority.root_pem, authority.ca_pem, tmp_path)
    with pytest.raises(AssertionError):
        judge_with_pyhanko(paper, authority.root_pem)


def test_another_authority_is_not_trusted(
    open_key: OpenKey, rendered_permit: bytes, paper: Path, tmp_path: Path
) -> None:
    other = create_authority(tmp_path / "other", "http://127.0.0.1:9")
    paper.write_bytes(signed(rendered_permit, open_key()))

    with pytest.raises(AssertionError):
        judge_with_pdfsig(paper, other.root_pem, other.ca_pem, tmp_path)
    with pytest.raises(AssertionError):
        judge_with_pyhanko(paper, other.root_pem)
