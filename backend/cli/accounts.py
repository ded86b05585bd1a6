"""The user that servers run as: PostgreSQL refuses to run as root, so an existing unprivileged account takes its place.

Nobody is created and no permission of an existing folder is changed.
"""

import os
import pwd
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import TypedDict

from backend.cli.problems import Problem


class Identity(TypedDict, total=False):
    user: int
    group: int
    extra_groups: list[int]


@dataclass(frozen=True)
class Account:
    """Another user to run as; `None` in its place means: as ourselves."""

    name: str
    uid: int
    gid: int

    def as_arguments(self) -> Identity:
        """For `subprocess`: the user, its group, and none of root's groups."""
        return {"user": self.uid, "group": self.gid, "extra_groups": []}

    def own(self, path: Path) -> None:
        os.chown(path, self.uid, self.gid)


def server_account() -> Account | None:
    """Raises `Problem` if we are root and the machine has neither `postgres` nor `nobody`."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(name, entry.pw_uid, entry.pw_gid)
    raise Problem("PostgreSQL refuses to run as root, and there is no account 'nobody'.", "Run ./sem as another user.")


def run_as(account: Account | None, *command: str | Path, **env: str) -> subprocess.CompletedProcess[str]:
    """Run a short command as that account, in the folder /, with an environment of its own."""
    return subprocess.run(
        [str(part) for part in command],
        cwd="/",
        env={"PATH": "/usr/bin:/bin", **env},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
        **(account.as_arguments() if account else {}),
    )


def can_enter(account: Account | None, folder: Path) -> bool:
    """Whether the account reaches the folder (a checkout below /root, mode 0700, is out of everybody else's reach)."""
    return account is None or run_as(account, "/bin/sh", "-c", 'cd "$0"', folder).returncode == 0
