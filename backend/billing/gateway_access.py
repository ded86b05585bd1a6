"""Address, key and number of the current municipality's agreement with a gateway."""

from pathlib import Path

from django.conf import settings

from backend.billing.gateways.base import GatewayAccess
from backend.outbox.schemas import current_schema
from backend.profile.queries import ProfileIncomplete, form_number


def gateway_access(code: str) -> GatewayAccess:
    """Read the agreement's key from the secrets folder; raises `ProfileIncomplete` where something is missing."""
    key_file = Path(settings.SEM_SECRETS_DIR) / current_schema() / f"{code}.key"
    try:
        key = key_file.read_bytes().strip()
    except FileNotFoundError as error:
        raise ProfileIncomplete(what=f"{code}.key") from error
    if not key:
        raise ProfileIncomplete(what=f"{code}.key")
    url = str(getattr(settings, f"SEM_{code.upper()}_URL")).rstrip("/")
    return GatewayAccess(url=url, key=key, number=form_number(code))
