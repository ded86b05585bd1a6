"""A store of files addressed by their content: what is in it never changes, and storing twice is storing once."""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar

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
    """Raised by `FileStore.put`: the disk is full, or does not take anything else. Nothing is half stored."""

    code: ClassVar[str] = "files.storage_unavailable"
    message: Text = Text(
        es="No se pudo guardar el archivo: {why}. Se intentará de nuevo.",
        en="The file could not be stored: {why}. It will be tried again.",
    )


class FileStore:
    """Files under one directory. Keys are made here (`ab/cdef….pdf`, SHA-256) and are the only way in."""

    def __init__(self, root: Path | str) -> None:
        self._root = Path(root)

    def put(self, data: bytes, suffix: str = "") -> str:
        """Store `data` durably and return its key. `suffix` is like ".pdf". Safe to repeat and to race.

        On return the bytes and their directory entry have been flushed to the disk. Raises `StorageUnavailable`.
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
        target = self._root / key
        try:
            if not (target.exists() and target.read_bytes() == data):
                self._keep(target, data)
        except OSError as error:
            raise StorageUnavailable(why=error.strerror or type(error).__name__) from error
        return key

    def _keep(self, target: Path, data: bytes) -> None:
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        _write_whole(target, data)
        _flush_directory(target.parent)
        _flush_directory(self._root)

    def get(self, key: str) -> bytes:
        """Read what was stored under `key`. Raises `StoredFileMissing`, `StoredFileDamaged`."""
        if key.endswith(_TAIL):
            shared, tail = self._parts(key)
            return b"".join([*map(self._read, shared), tail])
        return self._read(key)

    def _parts(self, key: str) -> tuple[list[str], bytes]:
        keys, _, tail = self._read(key).partition(b"\n")
        return keys.decode("ascii").split(" "), zlib.decompress(tail)

    def _read(self, key: str) -> bytes:
        match = _KEY.fullmatch(key)
        if match is None:
            raise StoredFileMissing()
        try:
            data = (self._root / key).read_bytes()
        except FileNotFoundError as missing:
            raise StoredFileMissing() from missing
        if hashlib.sha256(data).hexdigest() != match[1] + match[2]:
            raise StoredFileDamaged(key=key)
        return data

    def path(self, key: str) -> Path:
        """Return where `key` is stored, for a process that reads it itself. Raises `StoredFileMissing`."""
        path = self._root / key
        if _KEY.fullmatch(key) is None or not path.is_file():
            raise StoredFileMissing()
        return path


def _write_whole(target: Path, data: bytes) -> None:
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=".new-")
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(target)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def _flush_directory(directory: Path) -> None:
    handle = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
