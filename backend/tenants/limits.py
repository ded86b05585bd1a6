"""Rate limits, counted in Valkey for all processes together, or in this process while Valkey is away.

Fixed windows; a counter per municipality, limit, key and window. Nothing here can switch a limit off.
A request's limits are counted in one round trip: one after the other, up to the first that is over.
"""

import functools
import hashlib
import logging
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import redis
from django.conf import settings
from redis.commands.core import Script

from backend.outbox.schemas import current_schema
from backend.shared.breaker import Breaker, Resting

_log = logging.getLogger(__name__)
_WAIT_SECONDS, _REST_SECONDS = 0.1, 5.0
_MOST_COUNTERS, _TIDY_SECONDS = 10_000, 1.0


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
FILES_PER_NETWORK = Limit("verify-file-network", 10, 60)
FILES_PER_MUNICIPALITY = Limit("verify-file-municipality", 120, 60)
RETRIEVALS_PER_NETWORK = Limit("retrieve-network", 30, 60)
COPIES_PER_NETWORK = Limit("copy-network", 10, 600)
COPIES_PER_MUNICIPALITY = Limit("copy-municipality", 120, 60)
SIGN_INS_PER_ACCOUNT = Limit("sign-in-account", 10, 300)
SIGN_INS_PER_NETWORK = Limit("sign-in-network", 30, 300)
STRANGERS_PER_NETWORK = Limit("staff-stranger-network", 120, 60)
DENIALS_PER_NETWORK = Limit("staff-denied-network", 60, 60)


def is_over(limit: Limit, key: str) -> bool:
    """Count one use of a key of the current municipality and tell whether it is one too many."""
    return are_over([(limit, key)])


def are_over(uses: Sequence[tuple[Limit, str]]) -> bool:
    """Count uses of keys of the current municipality, in order, and tell whether one of them is one too many.

    What comes after the first that is over is not counted: a stranger at his own limit uses up nobody else's.
    """
    now, schema_name = time.time(), current_schema()
    return _count([_counter(limit, key, schema_name, now) for limit, key in uses])


class _Counter(NamedTuple):
    name: str
    most: int
    seconds: int


def _counter(limit: Limit, key: str, schema_name: str, now: float) -> _Counter:
    window = int(now // limit.seconds)
    hashed = hashlib.sha256(key.encode()).hexdigest()[:24]
    name = f"{settings.SEM_REDIS_PREFIX}:limit:{schema_name}:{limit.name}:{hashed}:{window}"
    return _Counter(name, limit.most, limit.seconds)


def _count(counters: Sequence[_Counter]) -> bool:
    names = [counter.name for counter in counters]
    values = [value for counter in counters for value in (counter.most, counter.seconds + 1)]
    try:
        with _valkey.attempt(redis.RedisError):
            return bool(_script()(keys=names, args=values))
    except Resting:
        pass
    except redis.RedisError as error:
        _log.warning("limits are counted in this process for now: %s", error)
    return any(_local.use(counter.name, counter.seconds) > counter.most for counter in counters)


# Values: for each key, how many uses are allowed and after how many seconds the key may go.
_COUNT = """
for number, key in ipairs(KEYS) do
  local uses = redis.call('INCR', key)
  redis.call('EXPIRE', key, ARGV[2 * number])
  if uses > tonumber(ARGV[2 * number - 1]) then return 1 end
end
return 0
"""


@functools.cache
def _script() -> Script:
    return _client().register_script(_COUNT)


@functools.cache
def _client() -> redis.Redis:
    url = f"{settings.REDIS_URL.rstrip('/')}/1"
    return redis.Redis.from_url(url, socket_connect_timeout=_WAIT_SECONDS, socket_timeout=_WAIT_SECONDS, retry=None)


class _LocalCounters:
    """Counters of this process alone."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._uses: dict[str, tuple[float, int]] = {}
        self._tidied_at = 0.0

    def use(self, counter: str, seconds: int) -> int:
        now = time.monotonic()
        with self._lock:
            if len(self._uses) > _MOST_COUNTERS and now - self._tidied_at > _TIDY_SECONDS:
                self._uses = {key: entry for key, entry in self._uses.items() if entry[0] > now}
                self._tidied_at = now  # a stranger with many keys must not make each request go through all of them
            ends, uses = self._uses.get(counter, (now + seconds, 0))
            self._uses[counter] = (ends, uses + 1)
            return uses + 1


_valkey = Breaker("valkey", failures=1, rest=_REST_SECONDS)
"""After one failure requests do not wait for Valkey one after the other: one of them tries again later."""
_local = _LocalCounters()
