"""Sends message 2 in the background, again and again until it is answered with 200."""

import heapq
import itertools
import sys
import threading
import time

import httpx

from sandbox import http_client
from sandbox.faults import FaultBoard
from sandbox.tgr.book import Book
from sandbox.tgr.contract import SIGNATURE_HEADER, signature

PAUSES = (0.2, 0.5, 1.0, 2.0, 5.0)
MOST_ATTEMPTS = 60
PATIENCE = 10.0
SENDERS = 8


class NoticeSender:
    """A few threads that share one queue ordered by the instant at which each notice is due."""

    def __init__(self, book: Book, faults: FaultBoard) -> None:
        self._book = book
        self._faults = faults
        self._queue: list[tuple[float, int, int, int]] = []
        self._order = itertools.count()
        self._has_changed = threading.Condition()
        self._is_stopping = False

    def start(self) -> None:
        """Also takes up what an earlier run of the sandbox could not deliver."""
        for operation, not_before in self._book.waiting():
            self.send(operation, not_before=not_before)
        for _ in range(SENDERS):
            threading.Thread(target=self._work, daemon=True, name="tgr-notices").start()

    def stop(self) -> None:
        with self._has_changed:
            self._is_stopping = True
            self._has_changed.notify_all()

    def send(self, operation: int, *, not_before: float = 0.0, attempt: int = 1) -> None:
        """Queue a notice; calling it n times delivers it n times."""
        with self._has_changed:
            heapq.heappush(self._queue, (not_before, next(self._order), operation, attempt))
            self._has_changed.notify()

    def deliver(self, operation: int) -> str:
        """Send once, now, and tell the HTTP status, or the name of what failed."""
        notice = self._book.notice(operation)
        if notice is None:
            return "no agreement"
        is_forged = self._faults.take("tgr", ("bad_signature",), notice.idext)
        mark = signature(notice.key + "?" if is_forged else notice.key, notice.body)
        headers = {"Content-Type": "application/json", SIGNATURE_HEADER: mark}
        try:
            answer = str(http_client.post(notice.url, notice.body, headers, seconds=PATIENCE).status_code)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            answer = type(error).__name__
        self._book.note_attempt(operation, answer)
        return answer

    def deliver_or_queue(self, operation: int) -> None:
        """Send now; when that fails, go on in the background."""
        if self.deliver(operation) != "200":
            self._send_again(operation, attempt=1)

    def _work(self) -> None:
        while (job := self._next_job()) is not None:
            operation, attempt = job
            try:
                if self.deliver(operation) != "200":
                    self._send_again(operation, attempt=attempt)
            except Exception as error:  # one bad notice must not end the thread that serves all
                print(f"notice {operation}: {error!r}", file=sys.stderr)

    def _send_again(self, operation: int, *, attempt: int) -> None:
        if attempt < MOST_ATTEMPTS:
            pause = PAUSES[min(attempt, len(PAUSES)) - 1]
            self.send(operation, not_before=time.time() + pause, attempt=attempt + 1)

    def _next_job(self) -> tuple[int, int] | None:
        with self._has_changed:
            while not self._is_stopping:
                wait = self._queue[0][0] - time.time() if self._queue else None
                if wait is not None and wait <= 0:
                    _due, _order, operation, attempt = heapq.heappop(self._queue)
                    return operation, attempt
                self._has_changed.wait(wait)
            return None
