"""Pinned authorities: the folder that an operator fills (SEM_TRUST_DIR), and chains that end at one of its roots."""

from base64 import b64encode
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from cryptography import x509

from backend.signing.signers.certificates import is_valid_at
from backend.signing.signers.evidence import is_issued_by

SIGNERS, TIME_STAMPS, LISTS = "signers", "time-stamps", "lists"
_LONGEST_CHAIN = 5
"""Certificates; those of Chilean authorities have three."""

_PEM = b"-----BEGIN"


@dataclass(frozen=True)
class TrustFolder:
    """Pinned authorities: `signers/` and `time-stamps/` (roots, PEM or DER), `lists/` (CRLs that somebody renews)."""

    path: Path

    def contents(self, kind: str) -> list[bytes]:
        """Return the files of a kind; nothing is trusted where there is no folder."""
        return [file.read_bytes() for file in sorted((self.path / kind).glob("*.*"))]

    def roots(self, kind: str) -> tuple[x509.Certificate, ...]:
        """Return the root certificates for signers or time stamps. Raises ValueError for a file that is none."""
        return tuple(
            x509.load_pem_x509_certificate(content) if _PEM in content else x509.load_der_x509_certificate(content)
            for content in self.contents(kind)
        )

    def as_task(self) -> dict[str, list[str]]:
        """Return what the process that examines files is told."""
        kinds = (("signers", SIGNERS), ("stamps", TIME_STAMPS), ("lists", LISTS))
        return {name: [b64encode(content).decode() for content in self.contents(kind)] for name, kind in kinds}


def chain_to_root(
    certificate: x509.Certificate,
    others: Iterable[x509.Certificate],
    roots: Sequence[x509.Certificate],
    *,
    at: datetime,
) -> tuple[x509.Certificate, ...]:
    """Return the certificates from this one to a pinned root, all in their term then; empty where no way leads there.

    Says nothing of revocation.
    """
    chain, known = [certificate], [*roots, *others]
    while len(chain) <= _LONGEST_CHAIN and is_valid_at(chain[-1], at):
        if chain[-1] in roots:
            return tuple(chain)
        issuer = next((each for each in known if is_issued_by(chain[-1], each)), None)
        if issuer is None or issuer in chain:
            break
        chain.append(issuer)
    return ()
