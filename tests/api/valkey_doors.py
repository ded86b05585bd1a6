"""Doors to a Valkey that is away in one way or another; they count who came."""

import contextlib
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit, urlunsplit

from tests.operations.platform import environment


class Door:
    """A listening socket in front of Valkey, with the count of connections that it took.

    It forwards until `stop` (or after so many requests), then takes everything in and forwards nothing any more.
    """

    def __init__(self, *, requests: int | None = None, drops: bool = False) -> None:
        real = urlsplit(environment()["REDIS_URL"])
        self._valkey = (real.hostname or "127.0.0.1", real.port or 6379)
        self._listening = socket.create_server(("127.0.0.1", 0), backlog=128)
        port = self._listening.getsockname()[1]
        credentials, at, _host = real.netloc.rpartition("@")
        self.url = urlunsplit(real._replace(netloc=f"{credentials}{at}127.0.0.1:{port}"))
        self._left = requests
        self._drops = drops
        self._sockets: list[socket.socket] = []
        self._is_open = requests is None or requests > 0
        self.came_after = 0
        """Connections that came after it had stopped."""

    def __enter__(self) -> "Door":
        threading.Thread(target=self._take, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        for each in (self._listening, *self._sockets):
            with contextlib.suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
            each.close()

    def _take(self) -> None:
        with contextlib.suppress(OSError):  # closed: the test is over
            while True:
                client, _address = self._listening.accept()
                if self._drops:
                    self.came_after += 1
                    client.close()
                    continue
                self._sockets.append(client)
                if not self._is_open:
                    self.came_after += 1
                    continue
                valkey = socket.create_connection(self._valkey, timeout=10)
                self._sockets.append(valkey)
                threading.Thread(target=self._requests, args=(client, valkey), daemon=True).start()
                threading.Thread(target=self._answers, args=(valkey, client), daemon=True).start()

    def _requests(self, client: socket.socket, valkey: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := client.recv(65536):
                if self._left is not None:
                    self._left -= 1
                    self._is_open = self._left >= 0
                if self._is_open:
                    valkey.sendall(data)

    def _answers(self, valkey: socket.socket, client: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := valkey.recv(65536):
                client.sendall(data)


@contextmanager
def away() -> Iterator[str]:
    """An address where nothing listens."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        yield f"redis://127.0.0.1:{free.getsockname()[1]}"


@contextmanager
def silent() -> Iterator[str]:
    """A server that takes connections and never says a word."""
    with Door(requests=0) as door:
        yield door.url


@contextmanager
def full() -> Iterator[str]:
    """A server whose queue of connections is full: the kernel drops whoever knocks, and nobody says no."""
    with socket.socket() as deaf, contextlib.ExitStack() as stack:
        deaf.bind(("127.0.0.1", 0))
        deaf.listen(0)
        for _ in range(8):  # until one is not let in any more
            waiting = stack.enter_context(socket.socket())
            waiting.setblocking(False)
            with contextlib.suppress(BlockingIOError):
                waiting.connect(deaf.getsockname())
        time.sleep(0.05)
        yield f"redis://127.0.0.1:{deaf.getsockname()[1]}"


@contextmanager
def stopping() -> Iterator[str]:
    """Valkey itself, until it stops answering after some requests, in the middle of everything."""
    with Door(requests=8) as door:
        yield door.url
