"""A real server that speaks S3, on loopback and in a process of its own: objects are files under its folder."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

BUCKET = "documents"
_PATIENCE_SECONDS = 20.0


@dataclass(frozen=True)
class S3Server:
    """`folder` holds the bucket's objects, as files."""

    endpoint: str
    folder: Path

    def address(self, prefix: str = "") -> str:
        """The bucket as SEM_FILES_URL names it."""
        return f"s3://{BUCKET}/{prefix}?endpoint={self.endpoint}&region=sa-east-1"


@contextmanager
def running_s3(folder: Path) -> Iterator[S3Server]:
    """Have a server with an empty bucket; raises where it does not come up."""
    (folder / BUCKET).mkdir(parents=True)
    port = _unused_port()
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "localbucket", str(folder), "--port", str(port)], stdout=log, stderr=log
        )
        try:
            _wait(process, port, folder / "log")
            yield S3Server(f"http://127.0.0.1:{port}", folder / BUCKET)
        finally:
            process.terminate()
            process.wait(10)


def _wait(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while True:
        try:
            with socket.create_connection(("127.0.0.1", port), 1):
                return
        except OSError:
            if process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"the S3 server did not come up:\n{log.read_text()}") from None
            time.sleep(0.05)


def _unused_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port: int = taken.getsockname()[1]
        return port
