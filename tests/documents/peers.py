"""Programs of others that tests ask. See `.ci/run` for the Debian packages they come from."""

import os
import shutil
import subprocess
from collections.abc import Sequence
from typing import NoReturn

import pytest

_PACKAGES = {
    "pdfsig": "poppler-utils",
    "pdftotext": "poppler-utils",
    "pdffonts": "poppler-utils",
    "pdfimages": "poppler-utils",
    "pdfinfo": "poppler-utils",
    "certutil": "libnss3-tools",
    "qpdf": "qpdf",
    "java": "default-jre-headless",
    "openssl": "openssl",
}


def ask(program: str, *arguments: str, accepted: Sequence[int] = (0,), seconds: float = 60) -> str:
    """Run a program and give what it printed; its exit code must be an accepted one.

    Where the program is missing the test is skipped, or fails when CI=true.
    """
    require(program)
    done = subprocess.run([program, *arguments], capture_output=True, text=True, timeout=seconds)
    output = done.stdout + done.stderr
    assert done.returncode in accepted, f"{program} ended with {done.returncode}:\n{output}"
    return output


def require(program: str) -> None:
    if shutil.which(program):
        return
    go_without(f"{program} is missing: install the Debian package {_PACKAGES[program]}")


def go_without(message: str) -> NoReturn:
    """A missing peer: a failure under CI=true, a clear skip elsewhere."""
    if os.environ.get("CI") == "true":
        pytest.fail(message)
    pytest.skip(message)
