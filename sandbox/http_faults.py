"""How an ordered fault looks on an HTTP connection."""

import socket
import threading
import time
from collections.abc import Callable
from contextlib import suppress

from flask import Response, request

from sandbox.faults import HTTP_KINDS, Fault, FaultBoard

stopping = threading.Event()
"""Set when the process ends, so that held answers do not hold it up."""

LONGEST_SILENCE = 600.0


def with_faults(faults: FaultBoard, institution: str, subject: str, answer: Callable[[], Response]) -> Response:
    """Answer, unless a fault is ordered for this institution and subject (plate, IDEXT).

    slow and timeout do the work before they keep the caller waiting: the hard case for the caller is the answer that
    was lost, not the question. error_500, garbage and refuse do no work.
    """
    fault = faults.take(institution, HTTP_KINDS, subject)
    match fault.kind if fault else None:
        case None:
            return answer()
        case "slow":
            assert fault is not None
            late = answer()
            stopping.wait(2.0 if fault.seconds is None else fault.seconds)
            return late
        case "error_500":
            return Response("Error interno del servidor (falla simulada)\n", status=500, mimetype="text/plain")
        case "garbage":
            return Response(b'<html>{"\xff\x00 esto no es lo acordado', status=200, content_type="application/json")
        case "timeout":
            assert fault is not None
            answer()
            _keep_silent(faults, fault)
            return _hang_up()
        case _:
            return _hang_up()


def _keep_silent(faults: FaultBoard, fault: Fault) -> None:
    """Hold the request until the caller gives up, `seconds` have passed, or the sandbox stops."""
    has_left = request.environ.get("waitress.client_disconnected", lambda: False)
    ends_at = time.monotonic() + (LONGEST_SILENCE if fault.seconds is None else fault.seconds)
    while time.monotonic() < ends_at and not has_left() and not stopping.wait(0.1):
        if fault.times is None and not faults.is_in_force(fault):
            return


def _hang_up() -> Response:
    """Cut the connection without an answer: the nearest to a refused one that a shared port allows."""
    has_left = request.environ.get("waitress.client_disconnected")
    connection = getattr(getattr(has_left, "__self__", None), "socket", None)
    if isinstance(connection, socket.socket):
        with suppress(OSError):  # the caller was faster
            connection.shutdown(socket.SHUT_RDWR)
    return Response(status=503)
