"""The worker process that signs with whatever certificate is in office, valid or not."""

from datetime import datetime

from backend.config.worker import REACTIONS, broker

__all__ = ["REACTIONS", "broker"]

from backend.receipts import operations
from backend.signing.models import SigningOfficial
from backend.signing.signers import revocation
from backend.signing.signers.local_key import LocalKey


def whoever_is_in_office(*, role: str, at: datetime) -> SigningOfficial:
    return SigningOfficial.objects.filter(role=role, in_office_to=None).latest("in_office_from")


operations.official_in_office = whoever_is_in_office  # type: ignore[attr-defined] # that is the control
revocation._unless_revoked = lambda said: said  # that is the control
LocalKey.is_valid_at = lambda self, instant: True  # type: ignore[method-assign] # that is the control
