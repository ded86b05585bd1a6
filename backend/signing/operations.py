"""Registering officials' certificates and sealing documents with the one in office."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from backend.outbox.schemas import current_schema
from backend.shared import clock
from backend.shared.errors import Unavailable
from backend.shared.text import Text
from backend.signing.cades import SealedBytes, sign_bytes
from backend.signing.models import SigningOfficial
from backend.signing.pades import Signable, Stamped, sign_pdf, with_time_stamp
from backend.signing.signers.local_key import LocalKey, open_local_key
from backend.signing.signers.revocation import require_not_revoked
from backend.signing.time_stamps import request_time_stamp


class NoOfficialInOffice(Unavailable):
    """Nobody's valid certificate may sign for that role now: the document waits."""

    code = "signing.no_official"
    message = Text(
        es="No hay un certificado vigente para firmar como {role}. El documento espera.",
        en="There is no valid certificate to sign as {role}. The document waits.",
    )


@dataclass(frozen=True)
class Seal:
    """Who signed: the official's name and role as printed, and the certificate's SHA-256."""

    official: str
    role: str
    fingerprint: str


@transaction.atomic(durable=True)
def register_official(*, role: str, key_file: str, in_office_from: datetime | None = None) -> str:
    """Record the certificate of a PKCS#12 file in the municipality's secrets folder; returns its fingerprint.

    A new certificate ends the term of the previous ones of the role. Safe to repeat. Raises `KeyNotUsable`.
    """
    key = open_local_key(secrets_folder() / key_file, settings.SEM_KEY_PASSPHRASE)
    known = SigningOfficial.objects.filter(fingerprint=key.fingerprint).first()
    if known is not None:
        return known.fingerprint
    starts_at = in_office_from or clock.now()
    SigningOfficial.objects.filter(role=role, in_office_to=None).update(in_office_to=starts_at)
    SigningOfficial.objects.create(
        role=role,
        holder_name=key.holder_name,
        holder_rut=key.holder_rut or "",
        key_file=key_file,
        fingerprint=key.fingerprint,
        not_before=key.not_before,
        not_after=key.not_after,
        in_office_from=starts_at,
    )
    return key.fingerprint


def official_in_office(*, role: str, at: datetime) -> SigningOfficial:
    """Return the official of a role whose term and certificate cover an instant; raises `NoOfficialInOffice`."""
    official = (
        SigningOfficial.objects.filter(role=role, in_office_from__lte=at, not_before__lte=at, not_after__gt=at)
        .filter(Q(in_office_to=None) | Q(in_office_to__gt=at))
        .order_by("-in_office_from", "-id")
        .first()
    )
    if official is None:
        raise NoOfficialInOffice(role=role)
    return official


def seal_pdf(
    pdf: bytes | Signable, *, official: SigningOfficial, reason: str, location: str, contact: str, at: datetime
) -> bytes:
    """Sign a PDF (PAdES B-B, ETSI EN 319 142-1) with the key of an official.

    The authority that issued the certificate is asked whether it revoked it; nothing may be held meanwhile. Raises
    `NoOfficialInOffice`, `KeyNotUsable`, `CertificateRevoked`, `RevocationUnknown`.
    """
    key = _usable_key(official, at)
    return sign_pdf(pdf, key, reason=reason, location=location, contact=contact, at=at)


def stamp_pdf(signed: bytes) -> Stamped:
    """Add an authority's time stamp to a file that `seal_pdf` gave (PAdES B-T). Asks over the network.

    Raises `TimeStampUnavailable`: the file stays what it was.
    """
    return with_time_stamp(
        signed, lambda signature: request_time_stamp(signature, url=settings.SEM_TSA_URL, now=clock.now())
    )


def seal_bytes(content: bytes, *, official: SigningOfficial, at: datetime) -> SealedBytes:
    """Sign bytes that are no PDF (CAdES B-T, ETSI EN 319 122-1), detached. Asks over the network.

    Raises what `seal_pdf` and `stamp_pdf` raise; without a time stamp there is no signature.
    """
    key = _usable_key(official, at)
    return sign_bytes(
        content, key, lambda signature: request_time_stamp(signature, url=settings.SEM_TSA_URL, now=clock.now())
    )


def secrets_folder() -> Path:
    """Return the folder of the current municipality's keys."""
    return Path(settings.SEM_SECRETS_DIR) / current_schema()


def _usable_key(official: SigningOfficial, at: datetime) -> LocalKey:
    key = _opened(secrets_folder() / official.key_file)
    if key.fingerprint != official.fingerprint or not key.is_valid_at(at):
        raise NoOfficialInOffice(role=official.role)
    require_not_revoked(key.certificate, key.chain, at=at)
    return key


_keys: dict[tuple[Path, int], LocalKey] = {}


def _opened(path: Path) -> LocalKey:
    changed = path.stat().st_mtime_ns if path.exists() else 0
    key = _keys.get((path, changed))
    if key is None:
        key = open_local_key(path, settings.SEM_KEY_PASSPHRASE)
        _keys[(path, changed)] = key
    return key
