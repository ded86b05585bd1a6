"""Runs the child process over an uploaded file and listens to it."""

import json
import logging
import os
import selectors
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

import backend.services
from backend.billing.rolls import refusals
from backend.billing.rolls.refusals import RollFileUnreadable
from backend.billing.rolls.rules import CHILD_LIMITS
from backend.services.base import RowError
from backend.shared.limited import ROOT, child_command, child_environment
from backend.shared.text import Text

_log = logging.getLogger(__name__)
_CHILD = "backend.billing.rolls.child"
_OUT_OF_TIME = (signal.SIGXCPU, signal.SIGKILL)
_CHUNK = 64 * 1024

Progress = Callable[[int, int | None], None]
"""Called with the rows read so far and the total, which is None until it is known."""


@dataclass
class Parsed:
    """What the child told. Its counts are whole, its lists are cut."""

    rows: int = 0
    total: int | None = None
    error_count: int = 0
    warning_count: int = 0
    errors: list[RowError] = field(default_factory=list)
    warnings: list[RowError] = field(default_factory=list)
    cost: Mapping[str, float] = field(default_factory=dict)
    is_done: bool = False


def parse_roll(
    path: Path,
    *,
    filename: str,
    service: str,
    year: int,
    batch: int,
    communes: Sequence[str],
    out: IO[bytes],
    progress: Progress,
) -> Parsed:
    """Have the child validate a file; valid rows go to `out` as text of COPY. Raises `RollFileUnreadable`."""
    task = {
        "task": "read",
        "path": str(path),
        "filename": filename,
        "service": service,
        "year": year,
        "batch": batch,
        "communes": list(communes),
    }
    return _run(task, out, progress)


def correct_roll(path: Path, *, filename: str, complaints: Mapping[int, str], out: IO[bytes]) -> None:
    """Have the child write the file again with its errors beside the rows. Raises `RollFileUnreadable`."""
    task = {
        "task": "correct",
        "path": str(path),
        "filename": filename,
        "complaints": {str(row): text for row, text in complaints.items()},
    }
    _run(task, out, lambda rows, total: None)


def _run(task: dict[str, Any], out: IO[bytes], progress: Progress) -> Parsed:
    ours, theirs = os.pipe()
    task = {**task, "channel": theirs, "services": list(backend.services.__path__)}
    with tempfile.TemporaryFile() as complaint, os.fdopen(ours, "rb", buffering=0) as channel:
        try:
            child = subprocess.Popen(
                child_command(_CHILD),
                stdin=subprocess.PIPE,
                stdout=out,
                stderr=complaint,
                pass_fds=(theirs,),
                cwd=ROOT,
                env=child_environment(),
            )
        finally:
            os.close(theirs)
        parsed = Parsed()
        try:
            _give(child, task)
            _listen(channel, parsed, progress, deadline=time.monotonic() + CHILD_LIMITS.seconds)
            child.wait(5)
        except subprocess.TimeoutExpired:
            raise RollFileUnreadable(refusals.TOO_LONG) from None
        finally:
            if child.poll() is None:
                child.kill()
                child.wait()
        if child.returncode or not parsed.is_done:
            raise RollFileUnreadable(_reason(child.returncode, complaint))
    return parsed


def _give(child: "subprocess.Popen[bytes]", task: dict[str, Any]) -> None:
    assert child.stdin is not None
    try:
        with child.stdin as stdin:
            stdin.write(json.dumps(task).encode())
    except BrokenPipeError:
        pass  # it is gone; its return code tells why


def _listen(channel: IO[bytes], parsed: Parsed, progress: Progress, *, deadline: float) -> None:
    """Hear the child until it has closed the channel. Raises `RollFileUnreadable`, `TimeoutExpired`."""
    rest = b""
    with selectors.DefaultSelector() as selector:
        selector.register(channel, selectors.EVENT_READ)
        while True:
            left = deadline - time.monotonic()
            if left <= 0:
                raise subprocess.TimeoutExpired("child", CHILD_LIMITS.seconds)
            if not selector.select(left):
                continue
            piece = os.read(channel.fileno(), _CHUNK)
            if not piece:
                return
            *lines, rest = (rest + piece).split(b"\n")
            for line in lines:
                _hear(json.loads(line), parsed, progress)


def _hear(said: list[Any], parsed: Parsed, progress: Progress) -> None:
    what, value = said
    match what:
        case "total":
            parsed.total = value
            progress(0, value)
        case "progress":
            progress(value, parsed.total)
        case "error":
            parsed.errors.append(_row_error(value))
        case "warning":
            parsed.warnings.append(_row_error(value))
        case "counts":
            parsed.rows, parsed.error_count, parsed.warning_count = value
        case "refused":
            raise RollFileUnreadable.of(Text(es=value[0], en=value[1]))
        case "done":
            parsed.cost, parsed.is_done = value, True


def _row_error(value: list[Any]) -> RowError:
    row, column, es, en = value
    return RowError(row=row, column=column, message=Text(es=es, en=en))


def _reason(code: int | None, complaint: IO[bytes]) -> Text:
    """Say why the child ended without an answer: the reader aborts where memory is refused."""
    complaint.seek(0)
    said = complaint.read(20_000).decode(errors="replace")
    _log.warning("the reader of rolls ended with %s: %s", code, said[-2000:])
    if code is not None and code < 0 and -code in _OUT_OF_TIME:
        return refusals.TOO_LONG
    if code == -signal.SIGABRT or "memory" in said.lower() or "capacity overflow" in said:
        return refusals.TOO_MUCH_MEMORY
    return refusals.READER_FAILED
