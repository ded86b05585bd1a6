"""Hints: after a commit the process tells the relay which municipality has news.

A hint may be lost; the relay's sweep finds what it left. So every failure here is swallowed and, for a
moment, no further hint is tried: a store that hangs must not slow a payment down.
"""

import functools
import logging

import redis
from django.conf import settings

from backend.shared.breaker import Breaker, Resting

_log = logging.getLogger(__name__)
_REST_SECONDS = 5.0
_telling, _waiting = (Breaker("valkey", failures=1, rest=_REST_SECONDS) for _ in range(2))


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
    """Return the hinted municipalities, waiting at most `seconds` (below 4) for one.

    Raises redis.RedisError, and `Resting` for a while after it: the sweep must not wait for a store that hangs.
    """
    with _waiting.attempt(redis.RedisError):
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
    try:
        with _telling.attempt(redis.RedisError):
            client().rpush(key(), schema_name)
    except Resting:
        return
    except redis.RedisError as error:
        _log.warning("the relay could not be hinted (%s): its sweep will find the event", error)
