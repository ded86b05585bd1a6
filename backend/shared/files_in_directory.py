"""A shelf that is a directory: this machine's disk, or one that all machines mount."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from backend.shared.files import StorageUnavailable, StoredFileMissing


class Directory:
    """Files under `root`; a file appears whole, and is on the disk when `write` returns."""

    def __init__(self, root: Path | str) -> None:
        self._root = Path(root)

    def read(self, key: str) -> bytes:
        """Read a file."""
        try:
            return (self._root / key).read_bytes()
        except FileNotFoundError as missing:
            raise StoredFileMissing() from missing

    def write(self, key: str, data: bytes) -> None:
        """Write a file, unless it is there with this very content."""
        target = self._root / key
        try:
            if not (target.exists() and target.read_bytes() == data):
                self._keep(target, data)
        except OSError as error:
            raise StorageUnavailable(why=error.strerror or type(error).__name__) from error

    def doubt(self, key: str) -> None:
        """Do nothing: `write` looks at the file itself."""

    @contextmanager
    def at_hand(self, key: str) -> Iterator[Path]:
        """Give the file itself."""
        path = self._root / key
        if not path.is_file():
            raise StoredFileMissing()
        yield path

    def _keep(self, target: Path, data: bytes) -> None:
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        _write_whole(target, data)
        _flush_directory(target.parent)
        _flush_directory(self._root)


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
