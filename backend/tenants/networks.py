"""From which network a request comes; only configured proxies are believed."""

from ipaddress import ip_address, ip_network

from django.conf import settings
from django.http import HttpRequest

_IPV6_SITE = 64


def client_network(request: HttpRequest) -> str:
    """Return the client's IPv4 address or IPv6 /64 as text.

    X-Forwarded-For is read from the right, past proxies of `SEM_TRUSTED_PROXIES` only: what stands left of the
    first stranger was written by the stranger.
    """
    hops = [hop.strip() for hop in request.headers.get("X-Forwarded-For", "").split(",") if hop.strip()]
    address = request.META.get("REMOTE_ADDR", "") or "0.0.0.0"  # noqa: S104 - names a client without address, binds nothing
    while hops and _is_trusted(address):
        address = hops.pop()
    try:
        parsed = ip_address(address)
    except ValueError:
        return "unreadable"
    return str(parsed) if parsed.version == 4 else str(ip_network((parsed, _IPV6_SITE), strict=False))


def _is_trusted(address: str) -> bool:
    try:
        parsed = ip_address(address)
    except ValueError:
        return False
    return any(parsed in ip_network(proxy) for proxy in settings.SEM_TRUSTED_PROXIES)
