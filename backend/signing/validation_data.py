"""What somebody needs, years from now and without a network, to validate a signature made today.

The certificates from the signer to the pinned root and, for each of them but the root, what its authority says of it
now: the answer of its responder (OCSP), else its list (CRL). The same for the time-stamp authority. It goes into the
documents that are signed (ETSI EN 319 142-1, 5.4.2), so it is had before any of them: once an hour and signer in each
process, when a document needs it.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from backend.signing.signers.certificates import fingerprint_of
from backend.signing.signers.evidence import Evidence, RevocationUnknown
from backend.signing.signers.revocation import evidence_about
from backend.signing.trust import chain_to_root


@dataclass(frozen=True, eq=False)
class ValidationData:
    """Certificates, answers and lists (each DER), every one once; known by identity, so that it can be a key.

    `stamper` is the certificate (DER) of the time-stamp authority that they cover as well, empty where they do not;
    `holds_until` (aware) is when the first of them ends.
    """

    certificates: tuple[bytes, ...]
    answers: tuple[bytes, ...]
    lists: tuple[bytes, ...]
    holds_until: datetime
    stamper: bytes = b""

    def covers_stamp(self, stamper: bytes, *, at: datetime) -> bool:
        """Tell whether they validate a stamp, by its authority's certificate (DER) and its instant (aware)."""
        return stamper == self.stamper and at < self.holds_until


@dataclass(frozen=True)
class Chain:
    """Certificates from one to its root, with what their authorities say of them; `hour` (aware) is when they said."""

    certificates: tuple[x509.Certificate, ...]
    evidence: tuple[Evidence, ...]
    hour: datetime

    @property
    def holds_until(self) -> datetime:
        return min(each.holds_until for each in self.evidence)


_LARGEST_EVIDENCE = 128 * 1024
"""Bytes. An answer has 2,000, the list of a root hardly more; those of busy authorities have millions."""

Roots = Callable[[], Sequence[x509.Certificate]]
"""Reads the pinned authorities."""

_chains: dict[str, Chain] = {}
_joined: dict[bytes, tuple[Chain, Chain | None, ValidationData]] = {}


def chain_of(
    certificate: x509.Certificate,
    others: Sequence[x509.Certificate],
    roots: Roots,
    *,
    at: datetime,
) -> Chain:
    """Give the chain of a certificate; the authorities are asked in the first call of an hour, with nothing held.

    Where they do not answer, what they said before serves while all of it holds. `at` is the machine's time (aware).
    Raises `CertificateRevoked`, `RevocationUnknown`.
    """
    fingerprint, hour = fingerprint_of(certificate), at.replace(minute=0, second=0, microsecond=0)
    kept = _chains.get(fingerprint)
    if kept is None or kept.hour != hour or at >= kept.holds_until:
        try:
            kept = _chains[fingerprint] = _asked(certificate, others, roots(), at, hour)
        except RevocationUnknown:
            if kept is None or at >= kept.holds_until:
                raise
    return kept


def _asked(
    certificate: x509.Certificate,
    others: Sequence[x509.Certificate],
    roots: Sequence[x509.Certificate],
    at: datetime,
    hour: datetime,
) -> Chain:
    certificates = chain_to_root(certificate, others, roots, at=at)
    if len(certificates) < 2:
        raise RevocationUnknown(why="ninguna autoridad de SEM_TRUST_DIR lo emitió")
    evidence = tuple(evidence_about(each, certificates, at=at) for each in certificates[:-1])
    if any(len(each.content) > _LARGEST_EVIDENCE for each in evidence):
        raise RevocationUnknown(why="la lista de la autoridad no cabe en un documento")
    return Chain(certificates, evidence, hour)


def joined(chain: Chain, stamps: Chain | None) -> ValidationData:
    """Put the chain of a signer and that of stamps together; the same ones give the same object again."""
    signer = _der(chain.certificates[0])
    known = _joined.get(signer)
    if known is not None and known[0] is chain and known[1] is stamps:
        return known[2]
    chains = [chain, *([stamps] if stamps else [])]
    evidence = [each for one in chains for each in one.evidence]
    data = ValidationData(
        certificates=_once(_der(each) for one in chains for each in one.certificates),
        answers=_once(each.content for each in evidence if not each.is_list),
        lists=_once(each.content for each in evidence if each.is_list),
        holds_until=min(one.holds_until for one in chains),
        stamper=_der(stamps.certificates[0]) if stamps else b"",
    )
    _joined[signer] = (chain, stamps, data)
    return data


def _der(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(Encoding.DER)


def _once(contents: Iterable[bytes]) -> tuple[bytes, ...]:
    return tuple(dict.fromkeys(contents))
