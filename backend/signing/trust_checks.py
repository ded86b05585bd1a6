"""What is wrong with the folder of pinned authorities (`SEM_TRUST_DIR`), and which of its lists ended."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from cryptography import x509
from cryptography.x509.oid import NameOID

from backend.signing.trust import LISTS, SIGNERS, TIME_STAMPS

DEVELOPMENT = "Certificadora de Desarrollo SEM"
"""How the organisation of the sandbox's authority begins."""

_PEM = b"-----BEGIN"


@dataclass(frozen=True)
class RevocationList:
    """A list of revoked certificates in the folder; `ends_at` (aware) is when its authority promised the next one."""

    file: str
    authority: str
    ends_at: datetime | None


def unsafe_anchors(folder: Path) -> list[str]:
    """Return why nobody should rely on this folder, file by file; nothing where it pins authorities that are real."""
    if not folder.is_dir():
        return ["there is no such folder"]
    reasons = []
    for kind in (SIGNERS, TIME_STAMPS):
        files = _files_of(folder, kind)
        if not files:
            reasons.append(f"{kind} holds no certificate")
        reasons += [f"{kind}/{file.name} {why}" for file in files if (why := _unsafe(file))]
    return reasons


def _unsafe(file: Path) -> str:
    content = file.read_bytes()
    try:
        load = x509.load_pem_x509_certificate if content.startswith(_PEM) else x509.load_der_x509_certificate
        names = load(content).subject.get_attributes_for_oid(NameOID.ORGANIZATION_NAME)
    except ValueError:
        return "is no certificate"
    is_development = any(str(name.value).startswith(DEVELOPMENT) for name in names)
    return "is the development certification authority" if is_development else ""


def ended_lists(folder: Path, *, now: datetime) -> list[RevocationList]:
    """Return the revocation lists that ended before `now` (aware): by them nothing is known any more."""
    lists = (_list(file) for file in _files_of(folder, LISTS))
    return [each for each in lists if each.ends_at is None or each.ends_at <= now]


def _list(file: Path) -> RevocationList:
    content = file.read_bytes()
    try:
        load = x509.load_pem_x509_crl if content.startswith(_PEM) else x509.load_der_x509_crl
        found = load(content)
    except ValueError:
        return RevocationList(file.name, "", None)
    return RevocationList(file.name, found.issuer.rfc4514_string(), found.next_update_utc)


def _files_of(folder: Path, kind: str) -> list[Path]:
    return sorted((folder / kind).glob("*.*"))
