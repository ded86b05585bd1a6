"""Rate limits, counted in Valkey for all processes together, or in this process while Valkey is away.

Fixed windows; a counter per municipality, limit, key and window. Nothing here can switch a limit off.
"""

import functools
import hashlib
import logging
import threading
import time
from dataclasses import dataclass

import redis
from django.conf import settings

from backend.outbox.schemas import current_schema

_log = logging.getLogger(__name__)
_REST_SECONDS = 5.0


@dataclass(frozen=True)
class Limit:
    """At most `most` uses of a key in a window of `seconds`."""

    name: str
    most: int
    seconds: int


LOOKUPS_PER_OBJECT = Limit("lookup-object", 10, 60)
LOOKUPS_PER_NETWORK = Limit("lookup-network", 60, 60)
LOOKUPS_PER_MUNICIPALITY = Limit("lookup-municipality", 6000, 60)
ORDERS_PER_NETWORK = Limit("order-network", 60, 60)
CHECKS_PER_OBJECT = Limit("check-object", 10, 60)
VERIFICATIONS_PER_NETWORK = Limit("verify-network", 30, 60)
SIGN_INS_PER_ACCOUNT = Limit("sign-in-account", 10, 300)
SIGN_INS_PER_NETWORK = Limit("sign-in-network", 30, 300)
STRANGERS_PER_NETWORK = Limit("staff-stranger-network", 120, 60)
DENIALS_PER_NETWORK = Limit("staff-denied-network", 60, 60)


def is_over(limit: Limit, key: str) -> bool:
    """Count one use of a key of the current municipality and tell whether it is one too many."""
    window = int(time.time() // limit.seconds)
    hashed = hashlib.sha256(key.encode()).hexdigest()[:24]
    counter = f"{settings.SEM_REDIS_PREFIX}:limit:{current_schema()}:{limit.name}:{hashed}:{window}"
    return _uses(counter, limit.seconds) > limit.most


def _uses(counter: str, seconds: int) -> int:
    if _store.is_resting():
        return _local.use(counter, seconds)
    try:
        pipeline = _client().pipeline(transaction=False)
        pipeline.incr(counter)
        pipeline.expire(counter, seconds + 1)
        return int(pipeline.execute()[0])
    except redis.RedisError as error:
        _log.warning("limits are counted in this process for now: %s", error)
        _store.rest()
        return _local.use(counter, seconds)


@functools.cache
def _client() -> redis.Redis:
    url = f"{settings.REDIS_URL.rstrip('/')}/1"
    return redis.Redis.from_url(url, socket_connect_timeout=0.1, socket_timeout=0.1, retry=None)


class _Store:
    """Remembers that Valkey just failed, so that requests do not wait for it one after the other."""

    def __init__(self) -> None:
        self._until = 0.0

    def is_resting(self) -> bool:
        return time.monotonic() < self._until

    def rest(self) -> None:
        self._until = time.monotonic() + _REST_SECONDS


class _LocalCounters:
    """Counters of this process alone."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._uses: dict[str, tuple[float, int]] = {}

    def use(self, counter: str, seconds: int) -> int:
        now = time.monotonic()
        with self._lock:
            if len(self._uses) > 10_000:
                self._uses = {key: entry for key, entry in self._uses.items() if entry[0] > now}
            ends, uses = self._uses.get(counter, (now + seconds, 0))
            self._uses[counter] = (ends, uses + 1)
            return uses + 1


_store = _Store()
_local = _LocalCounters()
