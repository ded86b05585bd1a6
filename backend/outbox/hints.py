"""Hints: after a commit the process tells the relay which municipality has news.

A hint may be lost; the relay's sweep finds what it left. So every failure here is swallowed and, for a
moment, no further hint is tried: a store that hangs must not slow a payment down.
"""

import functools
import logging
import time

import redis
from django.conf import settings

_log = logging.getLogger(__name__)
_REST_SECONDS = 5.0
_silent_until = 0.0


@functools.cache
def client() -> redis.Redis:
    """Return this process's connection to the database for hints (not Dramatiq's)."""
    return redis.Redis.from_url(
        f"{settings.REDIS_URL.rstrip('/')}/1",
        socket_connect_timeout=0.25,
        socket_timeout=0.25,
        retry=None,
        health_check_interval=0,
    )


@functools.cache
def _waiting_client() -> redis.Redis:
    return redis.Redis.from_url(
        f"{settings.REDIS_URL.rstrip('/')}/1", socket_connect_timeout=1, socket_timeout=5, retry=None
    )


def wait(seconds: float) -> set[str]:
    """Return the hinted municipalities, waiting at most `seconds` (below 4) for one; raises redis.RedisError."""
    first = _waiting_client().blpop([key()], timeout=seconds)
    if first is None:
        return set()
    more = _waiting_client().lpop(key(), 1000) or []
    return {name.decode() for name in (first[1], *more)}


def key() -> str:
    """Return the list that the relay reads."""
    return f"{settings.SEM_REDIS_PREFIX}:hints"


def hint(schema_name: str) -> None:
    """Tell the relay that a municipality has news; never raises."""
    global _silent_until
    if time.monotonic() < _silent_until:
        return
    try:
        client().rpush(key(), schema_name)
    except redis.RedisError as error:
        _silent_until = time.monotonic() + _REST_SECONDS
        _log.warning("the relay could not be hinted (%s): its sweep will find the event", error)
