"""A place for instances that every account can reach (pytest's own is closed to others), with its servers ended."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from backend.cli.processes import end_leftovers


@contextmanager
def a_state() -> Iterator[Path]:
    """Stands for .sem/ of a checkout."""
    folder = Path(tempfile.mkdtemp(prefix="sem-test-"))
    folder.chmod(0o755)
    yield folder
    for instance in folder.iterdir():
        end_leftovers(instance)
        for link in instance.glob("postgres-*"):
            if link.is_symlink():
                shutil.rmtree(link.resolve().parent, ignore_errors=True)
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def state() -> Iterator[Path]:
    with a_state() as folder:
        yield folder


@pytest.fixture(autouse=True)
def no_given_servers(monkeypatch: pytest.MonkeyPatch) -> None:
    """These tests are about our own servers, whatever the caller's environment names."""
    for name in ("DATABASE_URL", "DATABASE_OWNER_URL", "REDIS_URL"):
        monkeypatch.delenv(name, raising=False)
