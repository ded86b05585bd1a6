"""Asking the responder of an authority (OCSP): what is believed, and what is done where nothing can be."""

from datetime import UTC, datetime, timedelta

import pytest
from asn1crypto import ocsp
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.hashes import SHA256

from backend.signing.signers.evidence import Evidence, RevocationUnknown, is_issued_by
from backend.signing.signers.local_key import LocalKey
from backend.signing.signers.responders import address_of_responder, ask_responder
from backend.signing.signers.revocation import CertificateRevoked, evidence_about, require_not_revoked
from sandbox.authority import Authority
from sandbox.faults import AUTHORITY_KINDS, FaultBoard
from tests.documents.conftest import OpenKey


def now() -> datetime:
    return datetime.now(UTC)


def asked(key: LocalKey, *, after: timedelta = timedelta()) -> Evidence:
    return ask_responder(key.certificate, key.chain[0], at=now() + after)


def about(key: LocalKey, *, after: timedelta = timedelta()) -> Evidence:
    return evidence_about(key.certificate, key.chain, at=now() + after)


def test_the_responder_that_the_certificate_names_answers(authority: Authority, open_key: OpenKey) -> None:
    key = open_key()

    said = asked(key)

    answer = ocsp.OCSPResponse.load(said.content).response_data["responses"][0]
    assert answer["cert_id"]["serial_number"].native == key.certificate.serial_number
    assert (said.is_list, said.is_revoked) == (False, False)
    assert timedelta(hours=11) < said.holds_until - now() < timedelta(hours=13)
    assert address_of_responder(key.certificate) == f"{authority.base_url}/pki/ocsp"
    assert address_of_responder(key.chain[0]) == ""


@pytest.mark.parametrize(
    ("kind", "why"),
    [
        ("stale", "vencida"),
        ("unknown", "no conoce"),
        ("of_another", "por otro certificado"),
        ("bad_signature", "no es de la autoridad"),
        ("garbage", "no responde"),
        ("error_500", "no responde"),
        ("refuse", "no responde"),
    ],
)
def test_an_answer_that_does_not_hold_is_none_and_the_list_serves(
    open_key: OpenKey, faults: FaultBoard, kind: str, why: str
) -> None:
    key = open_key()
    faults.order({"institution": "authority", "kind": kind, "match": "ocsp"})

    with pytest.raises(RevocationUnknown, match=why):
        asked(key)
    said = about(key)
    faults.delete()

    assert said.is_list
    assert not about(key).is_list, "the next question is answered"


def test_every_lie_of_the_sandbox_is_tried() -> None:
    assert set(AUTHORITY_KINDS) == {"stale", "revoked", "unknown", "of_another", "bad_signature"}


@pytest.mark.parametrize(("kind", "why"), [("stale", "vencida"), ("bad_signature", "no es de la autoridad")])
def test_a_list_that_does_not_hold_is_none(open_key: OpenKey, faults: FaultBoard, kind: str, why: str) -> None:
    key = open_key()
    faults.order({"institution": "authority", "kind": kind})

    with pytest.raises(RevocationUnknown, match=why):
        about(key)


def test_a_responder_that_knows_more_than_the_list_stops_what_is_signed(open_key: OpenKey, faults: FaultBoard) -> None:
    key = open_key()
    require_not_revoked(key.certificate, key.chain, at=now())
    faults.order({"institution": "authority", "kind": "revoked", "match": "ocsp", "times": 1})

    with pytest.raises(CertificateRevoked):
        about(key)

    with pytest.raises(CertificateRevoked):
        require_not_revoked(key.certificate, key.chain, at=now())


def test_what_the_responder_said_is_not_forgotten_while_it_is_silent(open_key: OpenKey, faults: FaultBoard) -> None:
    key = open_key()
    in_ten_minutes = timedelta(minutes=10)
    for kind in ("revoked", "garbage", "refuse"):
        faults.order({"institution": "authority", "kind": kind, "match": "ocsp", "times": 1})

        with pytest.raises(CertificateRevoked):
            about(key, after=in_ten_minutes)

    assert not about(key, after=in_ten_minutes).is_revoked, "it answers again, and otherwise"


def test_a_certificate_that_is_none_of_an_authority_issues_nothing() -> None:
    key = rsa.generate_private_key(65537, 2048)
    name = x509.Name([])
    builder = x509.CertificateBuilder(name, name, key.public_key(), 1, now(), now() + timedelta(days=1))

    assert not is_issued_by(builder.sign(key, SHA256()), builder.sign(key, SHA256()))
