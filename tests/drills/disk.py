"""The disk of the signed documents is full: a small tmpfs that only the worker sees, else a limit on files' size."""

import os
import resource
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

from tests.drills.drill import Drill, Skipped
from tests.drills.scene import Scene
from tests.live.processes import Otherwise, children_of
from tests.live.waiting import wait_for

_SIZE = 16 * 1024 * 1024  # bytes of the tmpfs
_ROOM = 128 * 1024  # bytes that are left: enough for a document that is composed, not for the base of others
_SMALL_FILE = 4_096  # bytes; no document is as small
_WITHIN = "exec unshare -rm sh -c 'mount -t tmpfs -o size={size} none \"$SEM_FILES_DIR\" && {{command}}'"


def full(scene: Scene) -> None:
    """Room for a few documents; the others wait until there is more."""
    make_room = _full_tmpfs(scene) if _may_mount() else _limited_files(scene)
    scene.pay_through(scene.people())
    scene.wait_until_tried("receipts.tasks.issue_receipt")
    make_room()


def _may_mount() -> bool:
    tried = ["unshare", "-rm", "mount", "-t", "tmpfs", "-o", "size=64k", "none", "/tmp"]
    return (
        shutil.which("unshare") is not None and subprocess.run(tried, capture_output=True, check=False).returncode == 0
    )


def _full_tmpfs(scene: Scene) -> Callable[[], None]:
    """What is written is copied to where everybody else looks for it, when all is done."""
    scene.notes.append("on a small tmpfs")
    scene.start({"worker": Otherwise(within=_WITHIN.format(size=_SIZE))})
    processes, folder = scene.platform.processes, Path(scene.platform.env["SEM_FILES_DIR"])
    wait_for(lambda: children_of(processes.pid("worker")), "the worker is up")
    inside = Path(f"/proc/{processes.pid('worker')}/root{folder}")
    ballast = inside / "ballast"
    ballast.write_bytes(bytes(_SIZE - _ROOM))

    def make_room() -> None:
        ballast.unlink()
        scene.wait_until_quiet()
        shutil.copytree(inside, folder, dirs_exist_ok=True)

    return make_room


def _limited_files(scene: Scene) -> Callable[[], None]:
    scene.notes.append("by a limit on the size of files: no tmpfs may be mounted here")
    scene.start({"worker": Otherwise()})
    worker = scene.platform.processes.pid("worker")
    wait_for(lambda: children_of(worker), "the worker is up")
    _limit(worker, _SMALL_FILE)
    return lambda: _limit(worker, resource.RLIM_INFINITY)


def _limit(worker: int, most: int) -> None:
    try:
        for pid in (worker, *children_of(worker)):
            _soft, hard = resource.prlimit(pid, resource.RLIMIT_FSIZE)
            resource.prlimit(pid, resource.RLIMIT_FSIZE, (most, hard))
    except OSError as error:
        raise Skipped(
            f"neither a tmpfs nor a limit on files is allowed here: {os.strerror(error.errno or 0)}"
        ) from error


DRILLS = (
    Drill(
        name="disk-full",
        proves="there is no room for signed documents: payments stand, documents wait until there is",
        run=full,
        guard="a document is recorded when its file is on the disk",
        control={"worker": "tests.controls.live_files_not_kept"},
    ),
)
