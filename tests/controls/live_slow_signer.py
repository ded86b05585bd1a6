"""The worker process with a key that takes its time: the first signatures last longer than the relay waits."""

import itertools
import time

from backend.config.worker import REACTIONS, broker

__all__ = ["REACTIONS", "broker"]

from backend.signing.signers.local_key import LocalKey

_SLOW = 3  # signatures
_SECONDS = 45  # backend.outbox.relay sends again after 40
_signatures = itertools.count()
_sign = LocalKey.sign


def sign_slowly(self: LocalKey, data: bytes) -> bytes:
    if next(_signatures) < _SLOW:
        time.sleep(_SECONDS)
    return _sign(self, data)


LocalKey.sign = sign_slowly  # type: ignore[method-assign] # that is the fault
