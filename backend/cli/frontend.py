"""Builds frontend/ into frontend-dist/ when its sources have changed."""

import fcntl
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

from backend.cli.node import run_npm
from backend.cli.paths import FRONTEND, FRONTEND_DIST, PUBLIC_DOCUMENTS, ROOT, STATE

_INSTALL_SECONDS = 600.0
_BUILD_SECONDS = 300.0
_NOT_SOURCES = {"node_modules"}


def is_built() -> bool:
    stamp = FRONTEND_DIST / ".built-from"
    return stamp.exists() and stamp.read_text() == _fingerprint() and any(FRONTEND_DIST.glob("**/*.js"))


def build_frontend() -> None:
    """Install the locked packages and build, unless the result is of these very sources. Two may run at once."""
    if is_built():
        return
    STATE.mkdir(exist_ok=True)
    with (STATE / "frontend.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if is_built():
            return
        fingerprint = _fingerprint()
        install_packages()
        run_npm("run", "build", folder=FRONTEND, seconds=_BUILD_SECONDS)
        (FRONTEND_DIST / ".built-from").write_text(fingerprint)


def check_types() -> None:
    """Raises `Problem` with the compiler's words if a type does not fit."""
    install_packages()
    run_npm("run", "check", folder=FRONTEND, seconds=_BUILD_SECONDS)


def install_packages() -> None:
    """`npm ci` without install scripts, unless the packages are those of the lock file already."""
    lock, installed = FRONTEND / "package-lock.json", FRONTEND / "node_modules" / ".sem-lock"
    if installed.exists() and installed.read_bytes() == lock.read_bytes():
        return
    run_npm("ci", "--ignore-scripts", "--no-audit", "--no-fund", folder=FRONTEND, seconds=_INSTALL_SECONDS)
    installed.write_bytes(lock.read_bytes())


def _fingerprint() -> str:
    digest = sha256()
    for path in _sources():
        digest.update(f"{path.relative_to(ROOT)}\0".encode())
        digest.update(sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def _sources() -> Iterator[Path]:
    for folder in (FRONTEND, PUBLIC_DOCUMENTS):
        for path in sorted(folder.rglob("*")):
            if path.is_file() and not _NOT_SOURCES.intersection(path.relative_to(folder).parts):
                yield path
