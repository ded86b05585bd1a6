"""The platform inside the test process: real servers, the sandbox, municipalities, the application's database role.

Imports nothing of Django before `start`, so that naming this module starts nothing.
"""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path

import django
import httpx
import pytest

from backend.cli import demo_setup
from backend.cli.instance import write_private
from backend.cli.instance_for_tests import instance_for_tests
from backend.cli.paths import ROOT
from backend.cli.running import running_sandbox
from tests.operations.towns import TOWNS

JOINED = "SEM_TESTS_JOINED"
"""Set for a pytest inside a test (tests/controls): it uses the servers of the one around it."""

_env: dict[str, str] = {}


def environment() -> Mapping[str, str]:
    """The whole environment of the platform under test."""
    return _env


def start(config: pytest.Config) -> None:
    """Have everything up until the end of the run; safe to repeat."""
    if _env:
        return
    if JOINED in os.environ:
        _env.update(os.environ)
    else:
        stack = ExitStack()
        config.add_cleanup(stack.close)
        _env.update(_start_servers(stack))
    with in_environment():
        django.setup()
    from backend.shared import http
    from tests.operations.one_schema import watch_every_connection
    from tests.operations.outside_calls import watch_every_call

    watch_every_connection()
    watch_every_call()
    config.add_cleanup(http._shared_client().close)  # a process that ends need not, a test run that counts sockets does


@contextmanager
def in_environment() -> Iterator[None]:
    """Put the platform's environment into this process, for as long as a test of it runs."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in _env.items():
            patch.setenv(name, value)
        yield


def run_python(*arguments: str, stdin: str = "", **changes: str) -> subprocess.CompletedProcess[str]:
    """Run a Python of its own in the platform's environment, changed by `changes`."""
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT,
        env={**_env, **changes},
        input=stdin,
        capture_output=True,
        text=True,
        check=False,
        timeout=180,
    )


def _start_servers(stack: ExitStack) -> dict[str, str]:
    state = stack.enter_context(tempfile.TemporaryDirectory(prefix="sem-sandbox-"))
    instance, given = stack.enter_context(instance_for_tests("test"))
    env = {**given, "SANDBOX_STATE": state}
    demo_setup.make_keys(env)
    _make_other_keys(env)
    with ThreadPoolExecutor(1) as pool:
        prepared = pool.submit(_prepare, env)
        stack.enter_context(running_sandbox(instance, env))
        demo_setup.make_agreements(env)
        _make_commerces(env)
        prepared.result()
    return env


def _make_other_keys(env: Mapping[str, str]) -> None:
    for town in TOWNS:
        folder = Path(env["SEM_SECRETS_DIR"]) / town.slug
        gateway = "tgr" if town.form else "webpay"
        if (town.form or town.commerce) and not (folder / f"{gateway}.key").exists():
            folder.mkdir(mode=0o700, exist_ok=True)
            write_private(folder / f"{gateway}.key", os.urandom(32).hex())


def _make_commerces(env: Mapping[str, str]) -> None:
    """Tell the sandbox what Webpay would be told of a shop."""
    for town in TOWNS:
        if town.commerce:
            secret = (Path(env["SEM_SECRETS_DIR"]) / town.slug / "webpay.key").read_text()
            wish = {"commerce_code": town.commerce, "municipality": town.name, "secret": secret}
            httpx.post(f"http://127.0.0.1:{env['SANDBOX_PORT']}/_control/commerces", json=wish).raise_for_status()


def _prepare(env: Mapping[str, str]) -> None:
    """Make schemas and municipalities as the owner of the database, in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.operations.prepare"],
        cwd=ROOT,
        env={**env, "SEM_DATABASE_ROLE": "owner"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    if done.returncode:
        raise RuntimeError(f"the test database could not be prepared:\n{done.stdout}{done.stderr}")
