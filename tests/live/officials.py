"""Treasurers with certificates of the development authority."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509

from backend.signing.signers.certificates import fingerprint_of
from sandbox.authority import Authority
from tests.live.platform import Platform, Town


def register_treasurer(
    platform: Platform, town: Town, key: Path, *, days_old: int = 0, revoked: bool = False
) -> x509.Certificate:
    """Put a treasurer into office whose certificate runs from so many days ago for a year."""
    certificate = authority(platform).issue_official(
        common_name=town.municipality.treasury,
        rut=town.municipality.treasurer_rut,
        organisation=f"Municipalidad de {town.municipality.name}",
        path=key,
        passphrase=platform.env["SEM_KEY_PASSPHRASE"],
        revoked=revoked,
        not_before=datetime.now(UTC).replace(microsecond=0) - timedelta(days=days_old, minutes=5),
    )
    platform.command("official", "register", town.slug, "--role=treasurer", f"--file={key}")
    return certificate


def authority(platform: Platform) -> Authority:
    return Authority(Path(platform.env["SANDBOX_PKI"]))


__all__ = ["authority", "fingerprint_of", "register_treasurer"]
