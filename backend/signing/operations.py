"""Registering officials' certificates and sealing documents with the one in office."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from django.conf import settings
from django.db import transaction
from django.db.models import Q

from backend.outbox.schemas import current_schema
from backend.shared import clock
from backend.shared.errors import Unavailable
from backend.shared.text import Text
from backend.signing.cades import SealedBytes, sign_bytes
from backend.signing.models import SigningOfficial
from backend.signing.pades import Signable, Stamped, certificates_in, sign_pdf, with_time_stamp
from backend.signing.pdf_store import covers_stamp, with_later_store
from backend.signing.signers.evidence import RevocationUnknown
from backend.signing.signers.local_key import LocalKey, open_local_key
from backend.signing.signers.revocation import CertificateRevoked, require_not_revoked
from backend.signing.time_stamps import TimeStamp, TimeStampUnavailable, request_time_stamp
from backend.signing.trust import SIGNERS, TIME_STAMPS, TrustFolder
from backend.signing.validation_data import Chain, ValidationData, chain_of, joined


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


def validation_data(*, official: SigningOfficial, at: datetime, is_stamped_at_once: bool) -> ValidationData | None:
    """Gather what validates, without a network, the documents that an official signs now. May ask over the network.

    Where the stamp comes at once all of it must be had. Where it comes afterwards a document does not wait: without
    the time-stamp authority's part it gets the signer's, without that nothing (None); `stamp_pdf` adds what is missing.
    Raises `NoOfficialInOffice`, `KeyNotUsable`, `CertificateRevoked`; `RevocationUnknown`, `TimeStampUnavailable`.
    """
    key = _usable_key(official, at)
    try:
        chain = _chain_of_signer(key.certificate, key.chain, at)
    except RevocationUnknown:
        if is_stamped_at_once:
            raise
        return None
    try:
        return joined(chain, _chain_of_stamper(at))
    except TimeStampUnavailable:
        if is_stamped_at_once:
            raise
        return joined(chain, None)


def seal_pdf(
    pdf: bytes | Signable,
    *,
    official: SigningOfficial,
    reason: str,
    location: str,
    contact: str,
    at: datetime,
    data: ValidationData | None = None,
) -> bytes:
    """Sign a PDF (PAdES B-B, ETSI EN 319 142-1) with the key of an official, and put `data` into it.

    The authority that issued the certificate is asked whether it revoked it; nothing may be held meanwhile. Raises
    `NoOfficialInOffice`, `KeyNotUsable`, `CertificateRevoked`, `RevocationUnknown`.
    """
    key = _usable_key(official, at)
    return sign_pdf(pdf, key, reason=reason, location=location, contact=contact, at=at, data=data)


def stamp_pdf(signed: bytes, *, data: ValidationData | None = None) -> Stamped:
    """Add an authority's time stamp to a file that `seal_pdf` gave with that `data`: PAdES B-LT.

    Asks over the network. What validates signature and stamp lies in the file's one revision; where that could not be
    had in time, ended before the stamp, or is of another authority, it comes in a second one. Raises
    `TimeStampUnavailable`, `RevocationUnknown`, `CertificateRevoked`: the file stays what it was.
    """
    stamped = with_time_stamp(signed, _time_stamp)
    stamper = stamped.chain[0].public_bytes(Encoding.DER)
    is_covered = data.covers_stamp(stamper, at=stamped.at) if data else covers_stamp(signed, stamper, at=stamped.at)
    if is_covered:
        return stamped
    now = clock.now()
    certificate, *others = certificates_in(signed)
    everything = joined(_chain_of_signer(certificate, others, now), _chain_of_stamper(now))
    return replace(stamped, pdf=with_later_store(stamped.pdf, everything))


def seal_bytes(content: bytes, *, official: SigningOfficial, at: datetime) -> SealedBytes:
    """Sign bytes that are no PDF (CAdES B-T, ETSI EN 319 122-1), detached. Asks over the network.

    Raises what `seal_pdf` and `stamp_pdf` raise; without a time stamp there is no signature.
    """
    key = _usable_key(official, at)
    return sign_bytes(content, key, _time_stamp)


def secrets_folder() -> Path:
    """Return the folder of the current municipality's keys."""
    return Path(settings.SEM_SECRETS_DIR) / current_schema()


def _usable_key(official: SigningOfficial, at: datetime) -> LocalKey:
    key = _opened(secrets_folder() / official.key_file)
    if key.fingerprint != official.fingerprint or not key.is_valid_at(at):
        raise NoOfficialInOffice(role=official.role)
    require_not_revoked(key.certificate, key.chain, at=at)
    return key


_stampers: dict[str, tuple[x509.Certificate, ...]] = {}
"""Who stamped last, by address."""


def _time_stamp(content: bytes) -> TimeStamp:
    roots = TrustFolder(settings.SEM_TRUST_DIR).roots(TIME_STAMPS)
    stamp = request_time_stamp(content, url=settings.SEM_TSA_URL, now=clock.now(), roots=roots)
    _stampers[settings.SEM_TSA_URL] = stamp.chain
    return stamp


def _chain_of_signer(certificate: x509.Certificate, others: Sequence[x509.Certificate], at: datetime) -> Chain:
    return chain_of(certificate, others, lambda: TrustFolder(settings.SEM_TRUST_DIR).roots(SIGNERS), at=at)


def _chain_of_stamper(at: datetime) -> Chain:
    """Give the chain of whoever stamped last; of whoever stamps now where nobody did yet, or his says nothing more."""
    known = _stampers.pop(settings.SEM_TSA_URL, ()) or _time_stamp(b"whose stamp is this?").chain
    try:
        chain = chain_of(known[0], known, lambda: TrustFolder(settings.SEM_TRUST_DIR).roots(TIME_STAMPS), at=at)
    except (RevocationUnknown, CertificateRevoked) as unknown:
        raise TimeStampUnavailable(reason=f"nothing validates its certificate ({unknown})") from unknown
    _stampers[settings.SEM_TSA_URL] = known
    return chain


_keys: dict[tuple[Path, int], LocalKey] = {}


def _opened(path: Path) -> LocalKey:
    changed = path.stat().st_mtime_ns if path.exists() else 0
    key = _keys.get((path, changed))
    if key is None:
        key = open_local_key(path, settings.SEM_KEY_PASSPHRASE)
        _keys[(path, changed)] = key
    return key
