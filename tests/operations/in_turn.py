"""Calls that wait for one order, one behind the other: the moment that `at_once` finds only sometimes."""

import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

from django.db import connection, connections, transaction
from django.db.backends.utils import CursorWrapper

from tests.operations.debts import in_town

T = TypeVar("T")
_WAITING = "SELECT count(DISTINCT pid) FROM pg_locks WHERE NOT granted"


def in_turn(town: str, order_id: int, *calls: Callable[[], T]) -> list[T | Exception]:
    """Hold an order's row until each of the calls has come to wait for a lock, in this order, or has ended; let go.

    Each runs in a thread with a connection of its own; errors are results. Written in SQL, as the controls take
    Django's locks away.
    """

    def run(call: Callable[[], T]) -> T | Exception:
        try:
            return call()
        except Exception as error:
            return error
        finally:
            connections.close_all()

    running: list[Future[T | Exception]] = []
    with ThreadPoolExecutor(len(calls)) as pool:
        with in_town(town), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM billing_order WHERE id = %s FOR NO KEY UPDATE", [order_id])
            for call in calls:
                running.append(pool.submit(run, call))
                _wait_for_all(running, cursor)
        return [each.result() for each in running]


def _wait_for_all(running: list[Future[T | Exception]], cursor: CursorWrapper) -> None:
    give_up_at = time.monotonic() + 30
    while True:
        cursor.execute(_WAITING)
        if cursor.fetchone()[0] >= sum(not each.done() for each in running):
            return
        if time.monotonic() > give_up_at:
            raise TimeoutError("a call neither waits for a lock nor ends")
        time.sleep(0.01)
