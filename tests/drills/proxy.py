"""A TCP proxy that can become a black hole: connections stay open, nothing moves, the listen queue is full."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

_LOOK_EVERY = 0.05  # seconds
_QUEUE = 1
_FILLERS = 8  # more than the queue holds: who comes after them gets no answer to the first packet
_BYTES = 65_536


class Proxy:
    """Stands on a port of its own before a server of this machine."""

    def __init__(self, target: int) -> None:
        self._target = target
        self._flowing = threading.Event()
        self._flowing.set()
        self._is_parked = threading.Event()
        self._is_open = True
        self._sockets: list[socket.socket] = []
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=_QUEUE)
        self._listener.settimeout(_LOOK_EVERY)
        self.port: int = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True, name="proxy").start()

    @contextmanager
    def black_hole(self) -> Iterator[None]:
        """Forward nothing and accept nobody until the end; then everything that was held back goes on."""
        self._flowing.clear()
        self._is_parked.wait()  # else it would take one from the queue that is about to be filled
        fillers = [_knock(self.port) for _ in range(_FILLERS)]
        try:
            yield
        finally:
            for filler in fillers:
                filler.close()
            self._flowing.set()

    def close(self) -> None:
        self._is_open = False
        self._flowing.set()
        for each in (self._listener, *self._sockets):
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
            each.close()

    def _accept(self) -> None:
        while self._is_open:
            if not self._flowing.is_set():
                self._is_parked.set()
                self._flowing.wait()
                self._is_parked.clear()
            try:
                near, _address = self._listener.accept()
            except TimeoutError:
                continue
            except OSError:
                return
            try:
                far = socket.create_connection(("127.0.0.1", self._target))
            except OSError:
                near.close()
                continue
            self._sockets += (near, far)
            for source, sink in ((near, far), (far, near)):
                threading.Thread(target=self._forward, args=(source, sink), daemon=True, name="proxy").start()

    def _forward(self, source: socket.socket, sink: socket.socket) -> None:
        with suppress(OSError):
            while data := source.recv(_BYTES):
                self._flowing.wait()
                sink.sendall(data)
        for each in (source, sink):
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)


def _knock(port: int) -> socket.socket:
    """Begin a connection without waiting for it."""
    knocking = socket.socket()
    knocking.setblocking(False)
    with suppress(BlockingIOError):
        knocking.connect(("127.0.0.1", port))
    return knocking
