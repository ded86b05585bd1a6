"""The proxy forwards, and is a black hole when it is told to: no refusal, no answer, no end."""

import socket
import socketserver
import threading
from collections.abc import Iterator

import pytest

from tests.drills.proxy import Proxy


class Echo(socketserver.BaseRequestHandler):
    def handle(self) -> None:
        while data := self.request.recv(100):
            self.request.sendall(data)


@pytest.fixture
def proxy() -> Iterator[Proxy]:
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Echo) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        made = Proxy(server.server_address[1])
        yield made
        made.close()
        server.shutdown()


def connect(proxy: Proxy, *, timeout: float = 10.0) -> socket.socket:
    return socket.create_connection(("127.0.0.1", proxy.port), timeout=timeout)


def test_it_forwards_both_ways(proxy: Proxy) -> None:
    with connect(proxy) as client:
        client.sendall(b"hola")

        assert client.recv(100) == b"hola"


def test_in_a_black_hole_nobody_is_refused_and_nothing_is_answered(proxy: Proxy) -> None:
    with connect(proxy) as known:
        known.sendall(b"antes")
        assert known.recv(100) == b"antes"

        with proxy.black_hole():
            known.settimeout(0.5)
            known.sendall(b"durante")
            with pytest.raises(TimeoutError):
                known.recv(100)
            for _ in range(2):
                with pytest.raises(TimeoutError):
                    connect(proxy, timeout=0.5)

        known.settimeout(10)
        assert known.recv(100) == b"durante"
    with connect(proxy) as later:
        later.sendall(b"despues")
        assert later.recv(100) == b"despues"
