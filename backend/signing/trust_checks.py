"""What is wrong with the folder of pinned authorities (`SEM_TRUST_DIR`), and which of its lists ended."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from cryptography import x509
from cryptography.x509.oid import NameOID

from backend.signing.trust import LISTS, SIGNERS, TIME_STAMPS, TrustFolder

DEVELOPMENT = "Certificadora de Desarrollo SEM"
"""How the organisation of the sandbox's authority begins."""

_PEM = b"-----BEGIN"


@dataclass(frozen=True)
class RevocationList:
    """A list of revoked certificates in the folder; `ends_at` (aware) is when its authority promised the next one."""

    file: str
    authority: str
    ends_at: datetime | None


def unsafe_anchors(trust: TrustFolder) -> list[str]:
    """Return why production does not rely on this folder; nothing where it pins authorities that are real."""
    reasons = []
    for kind in (SIGNERS, TIME_STAMPS):
        try:
            roots = trust.roots(kind)
        except (ValueError, OSError):
            reasons.append(f"SEM_TRUST_DIR/{kind} holds a file that is no certificate")
            continue
        if not roots:
            reasons.append(f"SEM_TRUST_DIR/{kind} pins no root certificate")
        if any(map(_is_development, roots)):
            reasons.append(f"SEM_TRUST_DIR/{kind} holds the root of the development certification authority")
    return reasons


def _is_development(root: x509.Certificate) -> bool:
    names = root.subject.get_attributes_for_oid(NameOID.ORGANIZATION_NAME)
    return any(str(name.value).startswith(DEVELOPMENT) for name in names)


def ended_lists(folder: Path, *, now: datetime) -> list[RevocationList]:
    """Return the revocation lists that ended before `now` (aware): by them nothing is known any more."""
    lists = (_list(file) for file in sorted((folder / LISTS).glob("*.*")))
    return [each for each in lists if each.ends_at is None or each.ends_at <= now]


def _list(file: Path) -> RevocationList:
    content = file.read_bytes()
    try:
        load = x509.load_pem_x509_crl if content.startswith(_PEM) else x509.load_der_x509_crl
        found = load(content)
    except ValueError:
        return RevocationList(file.name, "", None)
    return RevocationList(file.name, found.issuer.rfc4514_string(), found.next_update_utc)
