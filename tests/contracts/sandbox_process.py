"""Runs the real sandbox on free ports, and an institution that TGR can notify."""

import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType

import httpx

ROOT = Path(__file__).parents[2]
_READY = re.compile(r"sandbox ready: http://localhost:(\d+)/ smtp://127\.0\.0\.1:(\d+)")


class Sandbox:
    """A running sandbox; `http` asks it, `site` asks one of its municipal hosts."""

    def __init__(self, **environment: str) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "sandbox"],
            cwd=ROOT,
            env=os.environ | {"SANDBOX_PORT": "0", "SANDBOX_SMTP_PORT": "0", "SANDBOX_STATE": ""} | environment,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        ready = _READY.match(line)
        assert ready, f"the sandbox said {line!r}"
        self.port, self.smtp_port = int(ready.group(1)), int(ready.group(2))
        self.http = httpx.Client(base_url=f"http://localhost:{self.port}", timeout=20, trust_env=False)

    def site(self, host: str, path: str = "/") -> httpx.Response:
        return self.http.get(f"http://127.0.0.1:{self.port}{path}", headers={"Host": f"{host}:{self.port}"})

    def control(self, path: str, **wish: object) -> httpx.Response:
        return self.http.post(f"/_control/{path}", json=wish).raise_for_status()

    def fault(self, institution: str, kind: str, **more: object) -> int:
        answer: int = self.control("faults", institution=institution, kind=kind, **more).json()["id"]
        return answer

    def register(self, path: str, *, timeout: float = 20, **question: str) -> httpx.Response:
        return self.http.get(path, params=question, auth=("sandbox", "sandbox"), timeout=timeout)

    def stop(self) -> int:
        """End it as an operator would, and give its exit code."""
        self.http.close()
        self._process.send_signal(signal.SIGTERM)
        code = self._process.wait(timeout=15)
        assert self._process.stdout is not None
        self._process.stdout.close()
        return code

    def __enter__(self) -> "Sandbox":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._process.poll() is None:
            self.stop()


@dataclass
class Received:
    headers: Mapping[str, str]
    body: bytes

    @property
    def message(self) -> dict[str, object]:
        message: dict[str, object] = json.loads(self.body)
        return message


@dataclass
class Institution:
    """Keeps the notices that it gets and answers with `answers` in turn, then with 200."""

    url: str = ""
    notices: list[Received] = field(default_factory=list)
    answers: list[int] = field(default_factory=list)

    def wait_for(self, count: int) -> list[Received]:
        wait_until(lambda: len(self.notices) >= count)
        return self.notices


@contextmanager
def institution() -> Iterator[Institution]:
    heard = Institution()

    class Receiver(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            status = heard.answers.pop(0) if heard.answers else 200
            heard.notices.append(Received(dict(self.headers), body))
            self.send_response(status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            """Keep the output of the tests clean."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    heard.url = f"http://prueba.localhost:{server.server_port}/callbacks/tgr"
    try:
        yield heard
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def wait_until(is_so: Callable[[], bool], *, seconds: float = 15) -> None:
    ends_at = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < ends_at, "it did not happen"
        time.sleep(0.02)
