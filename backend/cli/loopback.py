"""HTTP as a browser does it on this machine: names below .localhost are the loopback (RFC 6761 §6.3)."""

import httpx


def is_local_name(host: str) -> bool:
    return host == "localhost" or host.endswith(".localhost")


class LoopbackTransport(httpx.HTTPTransport):
    """Connects *.localhost to 127.0.0.1; the Host header keeps naming the municipality, and cookies stay its own."""

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        if is_local_name(request.url.host):
            request = httpx.Request(
                request.method,
                request.url.copy_with(host="127.0.0.1"),
                headers=request.headers,
                stream=request.stream,
                extensions=request.extensions,
            )
        return super().handle_request(request)
