"""TCP ports of this machine's loopback."""

import socket


def is_free(port: int) -> bool:
    with socket.socket() as attempt:
        attempt.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            attempt.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def unused_port(*, besides: set[int]) -> int:
    """A free port that none of `besides` is: those belong to servers of ours that have not started yet."""
    while True:
        with socket.socket() as attempt:
            attempt.bind(("127.0.0.1", 0))
            port: int = attempt.getsockname()[1]
        if port not in besides:
            return port
