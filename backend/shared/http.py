"""One HTTP client for every outside system: no call without time-outs and a breaker, no redirects, no cookies.

`localhost` and `*.localhost` go to the loopback address without asking a name server (RFC 6761 §6.3), as browsers do.
"""

from __future__ import annotations

import http.cookiejar
import os
import threading
import time
from collections.abc import Mapping

import httpx

from backend.shared import breaker
from backend.shared.errors import Unavailable

LOOPBACK = "127.0.0.1"
MAX_BYTES = 8 * 1024 * 1024
_ENVELOPE = ("content-encoding", "content-length", "transfer-encoding")


class TransportFailed(Unavailable):
    """No usable answer arrived: refused, reset, too slow or too large. Whether the other side acted is unknown."""

    code = "shared.transport_failed"


class InstitutionResting(TransportFailed):
    """The institution has not answered for a while, so that it was not called: nothing happened there."""

    code = "shared.institution_resting"


class _LoopbackNames(httpx.HTTPTransport):
    """Sends `*.localhost` to loopback; the Host header and the name in TLS stay what the caller wrote."""

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        name = request.url.host
        if name == "localhost" or name.endswith(".localhost"):
            request = httpx.Request(
                request.method,
                request.url.copy_with(host=LOOPBACK),
                headers=request.headers,
                stream=request.stream,
                extensions={**request.extensions, "sni_hostname": name},
            )
        return super().handle_request(request)


_lock = threading.Lock()
_client: httpx.Client | None = None


def request(
    method: str,
    url: str,
    *,
    institution: str,
    connect: float,
    read: float,
    params: Mapping[str, str] | None = None,
    headers: Mapping[str, str] | None = None,
    content: bytes | None = None,
    data: Mapping[str, str] | None = None,
    json: object = None,
    auth: tuple[str, str] | None = None,
    max_bytes: int = MAX_BYTES,
) -> httpx.Response:
    """Send one request and read the whole answer; any status is an answer, redirects included.

    `institution` is the code under which failures count (`backend.shared.breaker`), a status from 500 on among them.
    `connect` and `read` are seconds; the body as a whole must arrive within `connect + read` too, so that a dripping
    server cannot hold a thread. Safe for threads. Raises `TransportFailed`, at once as `InstitutionResting`.
    """
    deadline = time.monotonic() + connect + read
    timeout = httpx.Timeout(connect=connect, read=read, write=read, pool=connect)
    try:
        with (
            breaker.calling(institution, (httpx.HTTPError, httpx.InvalidURL, TransportFailed)) as attempt,
            _shared_client().stream(
                method,
                url,
                params=params,
                headers=headers,
                content=content,
                data=data,
                json=json,
                auth=auth,
                timeout=timeout,
            ) as answer,
        ):
            body = _read_body(answer, deadline, max_bytes)
            attempt.is_healthy = answer.status_code < 500
    except breaker.Resting as resting:
        raise InstitutionResting(reason="resting", url=url) from resting
    except (httpx.HTTPError, httpx.InvalidURL) as problem:
        raise TransportFailed(reason=type(problem).__name__, url=url) from problem
    kept = [(name, value) for name, value in answer.headers.multi_items() if name not in _ENVELOPE]
    return httpx.Response(answer.status_code, headers=kept, content=body, request=answer.request)


def _read_body(answer: httpx.Response, deadline: float, max_bytes: int) -> bytes:
    received = bytearray()
    for chunk in answer.iter_bytes():
        received += chunk
        if len(received) > max_bytes:
            raise TransportFailed(reason="too large", url=str(answer.request.url))
        if time.monotonic() > deadline:
            raise TransportFailed(reason="too slow", url=str(answer.request.url))
    return bytes(received)


def _shared_client() -> httpx.Client:
    global _client
    with _lock:
        if _client is None:
            no_cookies = http.cookiejar.CookieJar(http.cookiejar.DefaultCookiePolicy(allowed_domains=[]))
            _client = httpx.Client(
                transport=_LoopbackNames(limits=httpx.Limits(max_connections=100, max_keepalive_connections=20)),
                cookies=no_cookies,
                headers={"Accept-Encoding": "identity", "User-Agent": "SEM"},
                follow_redirects=False,
                trust_env=False,  # no proxy and no .netrc that an operator did not mean for us
            )
        return _client


def _forget_client() -> None:
    """A forked child must not share its parent's sockets or a lock held at that moment."""
    global _client, _lock
    _client, _lock = None, threading.Lock()


os.register_at_fork(after_in_child=_forget_client)
