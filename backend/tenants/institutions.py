"""What each process has found out about the outside institutions, told over Valkey so that staff can see all of it.

A row per institution and process, while the process does not get through; nothing is kept of who answers. What is told
ends by itself: a process that died or asks no more has no say. Nothing here is needed to serve anybody, so no failure
of Valkey leaves this module.
"""

import json
import logging
import os
import platform
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import redis
from django.conf import settings

from backend.outbox import hints
from backend.shared import breaker, clock
from backend.shared.breaker import BreakerState

_log = logging.getLogger(__name__)
HOLDS = timedelta(minutes=5)
"""For how long a process is believed; one that is asked to call tells anew every `breaker.REST_SECONDS`."""


@dataclass(frozen=True)
class Told:
    """What one process said last: OPEN or HALF_OPEN, and when (UTC, the machine's clock)."""

    process: str
    state: BreakerState
    at: datetime


def tell_other_processes() -> None:
    """From now on, tell of every change of a breaker in this process; safe to repeat."""
    if tell not in breaker.listeners:
        breaker.listeners.append(tell)


def tell(institution: str, state: BreakerState) -> None:
    """Tell of one change; never raises, and takes half a second at most."""
    _log.log(logging.INFO if state is BreakerState.CLOSED else logging.WARNING, "%s is %s", institution, state)
    try:
        with hints.client().pipeline(transaction=False) as pipeline:
            if state is BreakerState.CLOSED:
                pipeline.hdel(_key(institution), _this_process())
            else:
                value = json.dumps({"state": state, "at": clock.now().isoformat()})
                pipeline.hset(_key(institution), _this_process(), value)
                pipeline.expire(_key(institution), HOLDS)
            pipeline.execute()
    except redis.RedisError as error:
        _log.warning("the state of %s could not be told to the other processes: %s", institution, error)


def told_of(institutions: Iterable[str]) -> Mapping[str, list[Told]] | None:
    """Return what processes say of each institution, nothing where all get through; None while Valkey is away."""
    codes = list(institutions)
    oldest = clock.now() - HOLDS
    try:
        with hints.client().pipeline(transaction=False) as pipeline:
            for code in codes:
                pipeline.hgetall(_key(code))
            answers = pipeline.execute()
    except redis.RedisError as error:
        _log.warning("the states of the institutions could not be read: %s", error)
        return None
    said = {code: [_read(name, value) for name, value in row.items()] for code, row in zip(codes, answers, strict=True)}
    return {code: [told for told in row if told.at > oldest] for code, row in said.items()}


def _read(process: bytes, value: bytes) -> Told:
    fields = json.loads(value)
    return Told(process.decode(), BreakerState(fields["state"]), datetime.fromisoformat(fields["at"]))


def _key(institution: str) -> str:
    return f"{settings.SEM_REDIS_PREFIX}:institution:{institution}"


def _this_process() -> str:
    return f"{platform.node()}:{os.getpid()}"
