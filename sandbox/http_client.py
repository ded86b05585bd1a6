"""Calls the platform back. Names under .localhost are the loopback interface (RFC 6761 §6.3), as in browsers."""

import httpx

_client = httpx.Client(trust_env=False, follow_redirects=False, limits=httpx.Limits(max_keepalive_connections=0))


def post(url: str, body: bytes, headers: dict[str, str], *, seconds: float) -> httpx.Response:
    """Raises httpx.HTTPError and httpx.InvalidURL."""
    target = httpx.URL(url)
    name = target.host
    headers = headers | {"Host": target.netloc.decode("ascii")}
    if name.endswith(".localhost"):
        target = target.copy_with(host="127.0.0.1")
    request = _client.build_request("POST", target, content=body, headers=headers, timeout=seconds)
    request.extensions["sni_hostname"] = name
    return _client.send(request)
