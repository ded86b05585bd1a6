"""HTTP as a browser does it on this machine: names below .localhost are the loopback (RFC 6761 §6.3)."""

import httpx


def is_local_name(host: str) -> bool:
    return host == "localhost" or host.endswith(".localhost")


class LoopbackTransport(httpx.HTTPTransport):
    """Connects *.localhost to 127.0.0.1 and keeps the Host header that names the municipality."""

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        if is_local_name(request.url.host):
            request.url = request.url.copy_with(host="127.0.0.1")
        return super().handle_request(request)
