"""Whose certificate it is, and whether it could sign for the municipality at a moment."""

from datetime import datetime
from enum import StrEnum

from backend.signing.models import SigningOfficial


class Standing(StrEnum):
    """How a certificate stood with the current municipality."""

    UNKNOWN = "UNKNOWN"
    NOT_IN_OFFICE = "NOT_IN_OFFICE"
    IN_OFFICE = "IN_OFFICE"


def standing_of(fingerprint: str, *, at: datetime | None) -> Standing:
    """Return how the certificate stood; nobody was in office at a moment that is not known (None)."""
    official = SigningOfficial.objects.filter(fingerprint=fingerprint).first()
    if official is None:
        return Standing.UNKNOWN
    was_in_office = (
        at is not None
        and official.in_office_from <= at
        and (official.in_office_to is None or at < official.in_office_to)
    )
    return Standing.IN_OFFICE if was_in_office else Standing.NOT_IN_OFFICE
