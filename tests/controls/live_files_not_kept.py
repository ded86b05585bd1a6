"""The worker process whose file store says that a file is kept although it could not be written."""

import hashlib
from contextlib import suppress

from backend.config.worker import REACTIONS, broker

__all__ = ["REACTIONS", "broker"]

from backend.shared.errors import Unavailable
from backend.shared.files import FileStore

_put = FileStore._put


def put_or_pretend(self: FileStore, data: bytes, suffix: str) -> str:
    with suppress(OSError, Unavailable):
        return _put(self, data, suffix)
    digest = hashlib.sha256(data).hexdigest()
    return f"{digest[:2]}/{digest[2:]}{suffix}"


FileStore._put = put_or_pretend  # type: ignore[method-assign] # that is the control
