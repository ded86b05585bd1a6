"""A store of files addressed by their content: what is in it never changes, and storing twice is storing once."""

from __future__ import annotations

import hashlib
import re
import zlib
from collections.abc import Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import ClassVar, Protocol

from backend.shared.errors import DomainError, Unavailable
from backend.shared.text import Text

_KEY = re.compile(r"([0-9a-f]{2})/([0-9a-f]{62})(\.[a-z0-9]{1,8})?", re.ASCII)
_BASE, _TAIL = ".base", ".tail"
"""Suffixes of a file in parts: what it has in common with others, and the rest after the keys of the former."""

_SUFFIX = re.compile(r"(\.[a-z0-9]{1,8})?", re.ASCII)


class StoredFileMissing(DomainError):
    """Raised by `FileStore.get`: the key is not ours, or nothing is stored under it."""

    code: ClassVar[str] = "files.missing"
    message: Text = Text(es="El archivo no existe.", en="The file does not exist.")


class StoredFileDamaged(DomainError):
    """Raised by `FileStore.get`: the content no longer is what was stored."""

    code: ClassVar[str] = "files.damaged"
    message: Text = Text(es="El archivo guardado está dañado.", en="The stored file is damaged.")


class StorageUnavailable(Unavailable):
    """Raised by `FileStore`: the disk is full, the storage does not answer. Nothing is half stored."""

    code: ClassVar[str] = "files.storage_unavailable"
    message: Text = Text(
        es="El almacenamiento de archivos no está disponible: {why}. Se intentará de nuevo.",
        en="The storage of files is not available: {why}. It will be tried again.",
    )


class Shelf(Protocol):
    """Where contents lie, each under a key that holds its hash; whoever writes a key twice writes the same."""

    def read(self, key: str) -> bytes:
        """Return what lies there. Raises `StoredFileMissing`, `StorageUnavailable`."""

    def write(self, key: str, data: bytes) -> None:
        """Have `data` lie there for good: whole, or not at all. Raises `StorageUnavailable`."""

    def doubt(self, key: str) -> None:
        """Know that what lies there is not what was written: the next `write` must not rely on it."""

    def at_hand(self, key: str) -> AbstractContextManager[Path]:
        """Give a file of this machine with what lies there, for as long as the context lasts. Raises as `read`."""


class FileStore:
    """Files on one shelf. Keys are made here (`ab/cdef….pdf`, SHA-256) and are the only way in."""

    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf

    def put(self, data: bytes, suffix: str = "") -> str:
        """Store `data` durably and return its key. `suffix` is like ".pdf". Safe to repeat and to race.

        On return it will survive whatever happens to this machine's processes. Raises `StorageUnavailable`.
        """
        if not _SUFFIX.fullmatch(suffix) or suffix == _TAIL:
            raise ValueError(f"not a file suffix: {suffix!r}")
        return self._put(data, suffix)

    def put_parted(self, shared: Sequence[bytes], data: bytes, suffix: str) -> str:
        """Store `data`, which begins with the `shared` parts in a row, each of those once for all files that have it.

        Read it with `get`. Without parts this is `put`. Safe to repeat and to race; raises as `put`.
        """
        if not shared:
            return self.put(data, suffix)
        keys = [self._put(part, _BASE) for part in shared]
        tail = data[sum(map(len, shared)) :]
        return self._put(" ".join(keys).encode("ascii") + b"\n" + zlib.compress(tail), _TAIL)

    def put_beside(self, key: str, data: bytes, suffix: str) -> str:
        """Store `data`, sharing the parts of what is stored under `key` where it begins with the same ones."""
        if key.endswith(_TAIL):
            shared = [self._read(part) for part in self._parts(key)[0]]
            if data.startswith(b"".join(shared)):
                return self.put_parted(shared, data, suffix)
        return self.put(data, suffix)

    def _put(self, data: bytes, suffix: str) -> str:
        digest = hashlib.sha256(data).hexdigest()
        key = f"{digest[:2]}/{digest[2:]}{suffix}"
        self._shelf.write(key, data)
        return key

    def get(self, key: str) -> bytes:
        """Read what was stored under `key`. Raises `StoredFileMissing`, `StoredFileDamaged`, `StorageUnavailable`."""
        if key.endswith(_TAIL):
            shared, tail = self._parts(key)
            return b"".join([*map(self._read, shared), tail])
        return self._read(key)

    def _parts(self, key: str) -> tuple[list[str], bytes]:
        keys, _, tail = self._read(key).partition(b"\n")
        return keys.decode("ascii").split(" "), zlib.decompress(tail)

    def _read(self, key: str) -> bytes:
        if _KEY.fullmatch(key) is None:
            raise StoredFileMissing()
        data = self._shelf.read(key)
        if not is_content_of(key, data):
            self._shelf.doubt(key)
            raise StoredFileDamaged(key=key)
        return data

    def at_hand(self, key: str) -> AbstractContextManager[Path]:
        """Give a file with what `key` holds, for a process that reads it itself; files in parts are not to be had so.

        Raises `StoredFileMissing`, `StorageUnavailable`.
        """
        if _KEY.fullmatch(key) is None or key.endswith(_TAIL):
            raise StoredFileMissing()
        return self._shelf.at_hand(key)


def is_content_of(key: str, data: bytes) -> bool:
    """Tell whether `data` is what was stored under `key`, by the hash that the key holds."""
    digest = hashlib.sha256(data).hexdigest()
    return key.startswith(f"{digest[:2]}/{digest[2:]}")
