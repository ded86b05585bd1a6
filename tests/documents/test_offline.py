"""Level B-LT: everything that validates a document lies in it; nobody is asked, today or in a year."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from asn1crypto import crl, ocsp
from asn1crypto import x509 as asn1_x509
from pyhanko.sign.validation import SignatureCoverageLevel

from backend.receipts.compiler.beginnings import beginning_of
from backend.receipts.compiler.pieces import Prepared
from backend.signing.examination.examiner import examine_file
from backend.signing.examination.findings import Reason, Stamp, Trust, reason_of_file
from backend.signing.pdf_store import covers_stamp, with_later_store
from backend.signing.signers.evidence import RevocationUnknown
from backend.signing.signers.revocation import CertificateRevoked
from backend.signing.trust import TrustFolder
from backend.signing.validation_data import chain_of, joined
from sandbox.authority import Authority
from sandbox.authority.register import read_register, write_register
from sandbox.faults import FaultBoard
from tests.documents.conftest import OpenKey, signed
from tests.documents.judges import judge_pdf
from tests.documents.offline import chain, compiled, gathered, judge_offline, now
from tests.documents.peers import ask
from tests.documents.samples import permit, receipt
from tests.documents.test_time_stamps import stamped
from tests.documents.verapdf import ACCESSIBLE, ARCHIVAL, ask_verapdf

IN_A_MONTH, IN_300_DAYS = timedelta(days=30), timedelta(days=300)


@pytest.fixture(scope="session")
def prepared() -> Prepared:
    return compiled(permit())


@pytest.fixture
def pinned(authority: Authority, tmp_path: Path) -> TrustFolder:
    """The roots alone: no list of today, or of any other day."""
    for name in ("signers", "time-stamps"):
        (tmp_path / "trust" / name).mkdir(parents=True)
        (tmp_path / "trust" / name / "root.pem").write_bytes(authority.root_pem.read_bytes())
    return TrustFolder(tmp_path / "trust")


def reason(pdf: bytes, trust: TrustFolder, *, after: timedelta = timedelta()) -> Reason | None:
    return reason_of_file(examine_file(pdf, trust, now=now() + after))


@pytest.mark.parametrize("way", ["composed", "compiled"])
def test_a_document_validates_from_itself_alone(
    authority: Authority,
    open_key: OpenKey,
    rendered_permit: bytes,
    prepared: Prepared,
    pinned: TrustFolder,
    tmp_path: Path,
    way: str,
) -> None:
    key = open_key()
    pdf = signed(rendered_permit if way == "composed" else prepared, key, data=gathered(key, authority))
    file = stamped(pdf, authority)
    paper = tmp_path / "permit.pdf"
    paper.write_bytes(file.pdf)

    judge_offline(file.pdf, authority, SignatureCoverageLevel.ENTIRE_FILE)
    judge_pdf(paper, authority.root_pem, authority.ca_pem, tmp_path)

    assert file.pdf.count(b"%%EOF") == 1
    for after in (timedelta(), IN_A_MONTH, IN_300_DAYS):
        (found,) = examine_file(file.pdf, pinned, now=now() + after).signatures
        assert (found.trust, found.stamp, found.signed_at) == (Trust.TRUSTED, Stamp.HOLDS, file.at)
        assert reason(file.pdf, pinned, after=after) is None


def test_archives_and_screen_readers_take_it_as_well(
    authority: Authority, open_key: OpenKey, rendered_permit: bytes, prepared: Prepared, tmp_path: Path
) -> None:
    key = open_key()
    data = gathered(key, authority)
    without = stamped(signed(prepared, key), authority).pdf
    files = {
        "composed": stamped(signed(rendered_permit, key, data=data), authority).pdf,
        "compiled": stamped(signed(prepared, key, data=data), authority).pdf,
        "compiled without": without,
        "later": with_later_store(without, data),
    }
    papers = [tmp_path / f"{name}.pdf" for name in files]
    for paper, content in zip(papers, files.values(), strict=True):
        paper.write_bytes(content)

    verdicts = ask_verapdf(papers)

    for paper in papers:
        ask("qpdf", "--check", str(paper))
        for standard in (ARCHIVAL, ACCESSIBLE):
            assert verdicts[paper, standard].conforms, (paper, verdicts[paper, standard].reasons)


@pytest.mark.parametrize("way", ["composed", "compiled"])
def test_what_could_not_be_had_in_time_comes_in_a_second_revision(
    authority: Authority, open_key: OpenKey, rendered_permit: bytes, prepared: Prepared, way: str
) -> None:
    key = open_key()
    data = gathered(key, authority)
    page = rendered_permit if way == "composed" else prepared
    for first in (None, joined(chain(key, authority), None)):
        pdf = stamped(signed(page, key, data=first), authority).pdf

        later = with_later_store(pdf, data)

        assert not covers_stamp(pdf, data.stamper, at=now())
        assert covers_stamp(later, data.stamper, at=now())
        assert later.startswith(pdf)
        judge_offline(later, authority, SignatureCoverageLevel.ENTIRE_REVISION)


def test_data_that_ended_before_the_stamp_came_do_not_validate_it(
    authority: Authority, open_key: OpenKey, prepared: Prepared
) -> None:
    key = open_key()
    data = gathered(key, authority)
    pdf = signed(prepared, key, data=data)

    for after, holds in ((timedelta(hours=11), True), (timedelta(hours=13), False)):
        assert covers_stamp(pdf, data.stamper, at=now() + after) is holds
        assert data.covers_stamp(data.stamper, at=now() + after) is holds
    assert not data.covers_stamp(b"another", at=now())


@pytest.mark.parametrize(
    "left_out", [{"answers": ()}, {"lists": ()}], ids=["the answers of the responders", "the list of the root"]
)
def test_a_document_whose_store_lacks_something_is_not_believed_offline(
    authority: Authority, open_key: OpenKey, prepared: Prepared, pinned: TrustFolder, left_out: dict[str, Any]
) -> None:
    key = open_key()
    data = gathered(key, authority)
    plain = signed(prepared, key, data=replace(data, **left_out))

    assert reason(signed(prepared, key, data=data), pinned) is None
    assert reason(plain, pinned) == Reason.REVOCATION_UNKNOWN
    assert reason(stamped(plain, authority).pdf, pinned) in (Reason.REVOCATION_UNKNOWN, Reason.STAMP_WRONG)
    assert reason(signed(prepared, key), pinned) == Reason.REVOCATION_UNKNOWN, "there is no store at all"


def test_who_takes_the_store_out_of_a_file_alters_it(
    authority: Authority, open_key: OpenKey, prepared: Prepared, pinned: TrustFolder
) -> None:
    key = open_key()
    pdf = stamped(signed(prepared, key, data=gathered(key, authority)), authority).pdf
    without = pdf.replace(b"/DSS 1 0 R", b"/XSS 1 0 R")

    assert without != pdf
    assert reason(without, pinned) == Reason.CONTENT_CHANGED


def test_a_signer_that_a_list_at_hand_calls_revoked_is_refused_whatever_the_file_brings(
    authority: Authority, open_key: OpenKey, prepared: Prepared, pinned: TrustFolder
) -> None:
    key = open_key()
    data = gathered(key, authority)
    authority.revoke(key.certificate.serial_number)  # as of an hour ago
    pdf = signed(prepared, key, data=data)
    files = (pdf, stamped(pdf, authority).pdf)
    assert [reason(file, pinned) for file in files] == [None, None], "nobody knows better yet"

    (pinned.path / "lists").mkdir()
    for name in ("root", "ca"):
        (pinned.path / "lists" / f"{name}.crl").write_bytes(authority.crl(name))

    assert [reason(file, pinned) for file in files] == [Reason.REVOKED, Reason.REVOKED]


def test_a_store_that_says_that_the_signer_is_revoked_is_believed(
    authority: Authority, open_key: OpenKey, prepared: Prepared, pinned: TrustFolder
) -> None:
    key = open_key(revoked=True)
    said = replace(gathered(open_key(), authority), lists=(authority.crl("root"), authority.crl("ca")))

    assert reason(signed(prepared, key, data=said), pinned) == Reason.REVOKED


def test_a_responder_that_says_revoked_stops_what_is_signed(authority: Authority, open_key: OpenKey) -> None:
    key = open_key(revoked=True)

    with pytest.raises(CertificateRevoked):
        chain(key, authority)


def test_a_list_that_is_too_long_for_a_document_is_no_part_of_it(
    authority: Authority, open_key: OpenKey, faults: FaultBoard
) -> None:
    key, before = open_key(), read_register(authority.directory)
    assert before is not None
    many = {number: now().replace(microsecond=0) for number in range(1, 5000)}
    faults.order({"institution": "authority", "kind": "unknown", "match": "ocsp"})
    write_register(authority.directory, replace(before, revoked=many))
    try:
        with pytest.raises(RevocationUnknown, match="no cabe"):
            chain(key, authority)
    finally:
        write_register(authority.directory, before)


@pytest.mark.parametrize("who", ["nobody", "the signer itself"])
def test_a_signer_under_no_pinned_root_gets_no_data(open_key: OpenKey, who: str) -> None:
    key = open_key()
    roots = [] if who == "nobody" else [key.certificate]

    with pytest.raises(RevocationUnknown, match="SEM_TRUST_DIR"):
        chain_of(key.certificate, key.chain, lambda: roots, at=now())


def test_the_block_of_an_hour_is_the_same_after_every_base(
    authority: Authority, open_key: OpenKey, prepared: Prepared
) -> None:
    key = open_key()
    data, other = gathered(key, authority), compiled(receipt())
    blocks = [beginning_of(page.base, None, data).shared[1] for page in (prepared, other)]

    assert prepared.base.content != other.base.content
    assert blocks[0] == blocks[1]
    assert len(blocks[0]) < 12_000
    assert gathered(key, authority) is data
    for page in (prepared, other):
        assert signed(page, key, data=data).startswith(b"".join(page.shared(data)))
        assert page.shared(None) == (page.base.content,)


def serials(answers: Iterable[bytes]) -> list[int]:
    return [
        ocsp.OCSPResponse.load(each).response_data["responses"][0]["cert_id"]["serial_number"].native
        for each in answers
    ]


def test_the_data_are_of_every_certificate_up_to_the_root(authority: Authority, open_key: OpenKey) -> None:
    key = open_key()

    data = gathered(key, authority)

    names = [asn1_x509.Certificate.load(each).subject.native["common_name"] for each in data.certificates]
    assert names == [
        "Tesorería Municipal de Ñuñoa",
        "Firma electrónica de desarrollo SEM 01",
        "Raíz de desarrollo SEM",
        "Sello de tiempo de desarrollo SEM",
    ]
    stamper = asn1_x509.Certificate.load(data.stamper)
    assert serials(data.answers) == [key.certificate.serial_number, stamper.serial_number]
    assert [crl.CertificateList.load(each).issuer.native["common_name"] for each in data.lists] == [names[2]]
