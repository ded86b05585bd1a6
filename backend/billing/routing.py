"""Whose a notice is: what its order's number names, and whose key signed it. Neither is believed without the other."""

from collections.abc import Mapping

from django.utils.datastructures import CaseInsensitiveMapping
from django_tenants.utils import schema_context

from backend.billing.gateway_access import gateway_access
from backend.billing.gateways import get_gateway
from backend.billing.gateways.base import GatewayNotice, UnreadableNotice
from backend.billing.rules import Source
from backend.profile.queries import ProfileIncomplete
from backend.tenants.queries import schema_of_commune

_COMMUNE_DIGITS = 5
_MOST_HEADERS, _LONGEST_HEADER = 5, 500


def is_authentic_here(gateway: str, raw: bytes, headers: Mapping[str, str]) -> bool:
    """Judge a notice by the key of the current municipality's agreement; without one nothing is authentic."""
    try:
        key = gateway_access(gateway).key
    except ProfileIncomplete:
        return False
    return get_gateway(gateway).is_authentic(raw, CaseInsensitiveMapping(dict(headers)), key)


def readable(gateway: str, raw: bytes) -> GatewayNotice | None:
    """Read what nobody vouches for: None where it is no notice."""
    try:
        return get_gateway(gateway).parse_notice(raw, Source.NOTICE)
    except UnreadableNotice:
        return None


def named_schema(notice: GatewayNotice) -> str | None:
    """Return the active municipality whose commune begins the order's number."""
    return schema_of_commune(notice.order_number[:_COMMUNE_DIGITS])


def rightful_schema(gateway: str, raw: bytes, headers: Mapping[str, str]) -> str | None:
    """Return the municipality that a notice names, where its own key signed it."""
    notice = readable(gateway, raw)
    named = None if notice is None else named_schema(notice)
    if named is None:
        return None
    with schema_context(named):
        return named if is_authentic_here(gateway, raw, headers) else None


def signature_headers(headers: Mapping[str, str]) -> dict[str, str]:
    """Return the headers that carry a signature, cut to what one may be: all that is kept of a stranger's request."""
    named = [(name, value) for name, value in headers.items() if "signature" in name.lower()]
    return {name[:100]: value[:_LONGEST_HEADER] for name, value in named[:_MOST_HEADERS]}
