from __future__ import annotations

import gzip
import socket
import threading
from http.server import BaseHTTPRequestHandler

import pytest

from backend.shared import http
from tests.rules.small_server import says, serving


def test_names_under_localhost_go_to_loopback_and_keep_their_host() -> None:
    with serving(says(b"hello")) as server:
        url = f"http://nunoa.localhost:{server.port}/x"

        answer = http.request("GET", url, institution="test", connect=2, read=2, params={"a": "1"})

    assert (answer.status_code, answer.text, str(answer.request.url)) == (200, "hello", f"{url}?a=1")
    assert server.received[0].headers["Host"] == f"nunoa.localhost:{server.port}"
    assert server.received[0].path == "/x?a=1"


def test_a_redirect_is_an_answer_and_is_not_followed() -> None:
    with serving(says(b"", status=303, headers={"Location": "http://elsewhere.invalid/"})) as server:
        answer = http.request("POST", server.url, institution="test", connect=2, read=2, json={"a": 1})

    assert (answer.status_code, answer.headers["Location"]) == (303, "http://elsewhere.invalid/")
    assert len(server.received) == 1
    assert server.received[0].body == b'{"a":1}'


def test_a_cookie_is_not_kept_for_the_next_request() -> None:
    with serving(says(b"", headers={"Set-Cookie": "session=1; Path=/"})) as server:
        for _ in range(2):
            http.request("GET", server.url, institution="test", connect=2, read=2)

    assert all("Cookie" not in request.headers for request in server.received)


def test_a_server_that_never_answers_is_given_up() -> None:
    release = threading.Event()

    def silent(handler: BaseHTTPRequestHandler) -> None:
        release.wait(10)
        handler.close_connection = True

    with serving(silent) as server:
        with pytest.raises(http.TransportFailed) as failed:
            http.request("GET", server.url, institution="test", connect=1, read=0.1)
        release.set()

    assert failed.value.fields["reason"] == "ReadTimeout"


def test_a_server_that_drips_is_given_up() -> None:
    stop = threading.Event()

    def dripping(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.end_headers()
        while not stop.wait(0.02):
            handler.wfile.write(b".")

    with serving(dripping) as server:
        with pytest.raises(http.TransportFailed) as failed:
            http.request("GET", server.url, institution="test", connect=0.1, read=0.2)
        stop.set()

    assert failed.value.fields["reason"] == "too slow"


@pytest.mark.parametrize("body", [b"x" * 1001, gzip.compress(b"x" * 100_000)], ids=["plain", "compressed"])
def test_an_answer_above_the_cap_is_refused(body: bytes) -> None:
    encoding = {"Content-Encoding": "gzip"} if body[:2] == b"\x1f\x8b" else {}
    with serving(says(body, headers=encoding)) as server, pytest.raises(http.TransportFailed) as failed:
        http.request("GET", server.url, institution="test", connect=2, read=2, max_bytes=1000)

    assert failed.value.fields["reason"] == "too large"


def test_an_answer_at_the_cap_is_read_whole() -> None:
    with serving(says(b"x" * 1000)) as server:
        assert (
            len(http.request("GET", server.url, institution="test", connect=2, read=2, max_bytes=1000).content) == 1000
        )


def test_a_closed_port_is_unavailable() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        url = f"http://localhost:{taken.getsockname()[1]}/"

        with pytest.raises(http.TransportFailed) as failed:
            http.request("GET", url, institution="test", connect=1, read=1)

    assert failed.value.fields["reason"] == "ConnectError"


@pytest.mark.parametrize("url", ["http://", "ftp://127.0.0.1/", "http://127.0.0.1:99999/"])
def test_an_address_that_is_none_is_unavailable_too(url: str) -> None:
    with pytest.raises(http.TransportFailed):
        http.request("GET", url, institution="test", connect=1, read=1)


def test_many_threads_share_one_client() -> None:
    with serving(says(b"ok")) as server:
        results: list[int] = []

        def ask() -> None:
            results.append(http.request("GET", server.url, institution="test", connect=5, read=5).status_code)

        threads = [threading.Thread(target=ask) for _ in range(20)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    assert results == [200] * 20
