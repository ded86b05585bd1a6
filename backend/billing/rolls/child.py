"""The process that opens what somebody uploaded: `python -m backend.billing.rolls.child`, started by `parsing`.

It limits itself before it touches the file, knows no database and no secret, and does one task: an object of JSON on
standard input. Rows or a file go to standard output, what is to be told to the channel that the task names: one array
of JSON a line.
"""

import gc
import json
import os
import resource
import sys
import traceback
from pathlib import Path
from typing import Any, BinaryIO

from backend.billing.rolls.rules import CHILD_LIMITS
from backend.shared.limited import limit_itself


def main() -> None:
    """Do the task. What is wrong with the file is told; what is wrong with us ends with a traceback and 1."""
    limit_itself(CHILD_LIMITS)
    task = json.load(sys.stdin)
    with os.fdopen(task["channel"], "w", encoding="utf-8") as channel:
        try:
            _run(task, sys.stdout.buffer, channel)
        except MemoryError:
            from backend.billing.rolls import refusals

            _refuse(channel, refusals.RollFileUnreadable(refusals.TOO_MUCH_MEMORY))
        except BaseException as error:  # a panic of the reader is none of Exception
            from backend.billing.rolls import refusals

            if isinstance(error, refusals.RollFileUnreadable):
                _refuse(channel, error)
                return
            traceback.print_exc()
            channel.flush()
            os._exit(1)


def _run(task: dict[str, Any], out: BinaryIO, channel: Any) -> None:
    import backend.services

    backend.services.__path__[:] = task["services"]
    gc.disable()  # nothing here goes in circles
    if task["task"] == "correct":
        from backend.billing.rolls.corrections import write_corrected

        write_corrected(Path(task["path"]), filename=task["filename"], complaints=task["complaints"], out=out)
    else:
        _read(task, out, channel)
    out.flush()
    _say(channel, "done", _cost())


def _read(task: dict[str, Any], out: BinaryIO, channel: Any) -> None:
    from backend.billing.rolls.headed import open_headed
    from backend.billing.rolls.rows import read_rows
    from backend.billing.rolls.strangeness import strangeness
    from backend.services import get_service

    plugin = get_service(task["service"])
    file = open_headed(Path(task["path"]), filename=task["filename"])
    _say(channel, "total", file.total)
    findings = read_rows(
        file,
        plugin=plugin,
        year=task["year"],
        batch=task["batch"],
        warn=strangeness(plugin, communes=task["communes"]),
        out=out,
        tell=lambda rows: _say(channel, "progress", rows),
    )
    for severity, found in (("error", findings.errors), ("warning", findings.warnings)):
        for each in found:
            _say(channel, severity, [each.row, each.column, each.message.es, each.message.en])
    _say(channel, "counts", [findings.rows, findings.error_count, findings.warning_count])


def _refuse(channel: Any, error: Any) -> None:
    _say(channel, "refused", [error.message.es, error.message.en])


def _say(channel: Any, what: str, value: object) -> None:
    channel.write(json.dumps([what, value]) + "\n")
    if what in ("total", "progress"):
        channel.flush()


def _cost() -> dict[str, float]:
    """Return what this process took: CPU in seconds, memory in kB (proc(5): VmHWM is resident, VmPeak addressed)."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    peaks = {"VmHWM": 0, "VmPeak": 0}
    with Path("/proc/self/status").open(encoding="ascii") as lines:
        for line in lines:
            name, _, value = line.partition(":")
            if name in peaks:
                peaks[name] = int(value.split()[0])
    return {
        "cpu_seconds": round(used.ru_utime + used.ru_stime, 3),
        "peak_resident_kb": peaks["VmHWM"],
        "peak_addressed_kb": peaks["VmPeak"],
    }


if __name__ == "__main__":
    main()
