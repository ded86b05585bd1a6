"""Payment gateways, one file each, found by the registry."""

import functools
from typing import cast

from backend.billing.gateways.base import Asking, Gateway
from backend.shared.registry import find_plugins


@functools.cache
def gateways() -> dict[str, Gateway]:
    """Return every gateway by code."""
    return cast("dict[str, Gateway]", find_plugins(__name__, "GATEWAY"))  # the contract test holds each to the protocol


def can_be_asked(code: str) -> bool:
    """Tell whether a gateway can be asked what became of a payment."""
    return isinstance(get_gateway(code), Asking)


def get_gateway(code: str) -> Gateway:
    """Return a gateway; raises KeyError."""
    return gateways()[code]
