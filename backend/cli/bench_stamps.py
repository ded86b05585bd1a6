"""What a time stamp costs the platform itself: asking, checking and filing it; the authority is another process."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from cryptography import x509

from backend.cli.bench_town import TownBench
from backend.cli.paths import ROOT
from backend.cli.ports import is_free, unused_port
from backend.cli.problems import Problem
from backend.shared import clock
from backend.signing.pades import with_time_stamp
from backend.signing.time_stamps import TimeStamp, request_time_stamp
from sandbox.authority import Authority

_SECONDS_TO_START = 30.0


def cost_of_stamp(town: TownBench, authority: Authority, *, documents: int) -> float:
    """Tell the CPU in milliseconds of this process that raises one document from B-B to B-T."""
    roots = [x509.load_pem_x509_certificate(authority.root_pem.read_bytes())]
    with _authority_at_work(authority.directory) as url:

        def stamping(signature: bytes) -> TimeStamp:
            return request_time_stamp(signature, url=f"{url}/pki/tsa", now=clock.now(), roots=roots)

        issued = town.by_turns(town.issue, documents, batches=2)
        stamped = town.by_turns(lambda document: with_time_stamp(town.issue(document), stamping), documents, batches=2)
    return stamped.document_ms - issued.document_ms


@contextmanager
def _authority_at_work(directory: Path) -> Iterator[str]:
    port = unused_port(besides=set())
    mail_port = unused_port(besides={port})
    env = os.environ | {"SANDBOX_PORT": str(port), "SANDBOX_SMTP_PORT": str(mail_port), "SANDBOX_PKI": str(directory)}
    process = subprocess.Popen([sys.executable, "-m", "sandbox"], cwd=ROOT, env=env, stdout=subprocess.DEVNULL)
    try:
        until = time.monotonic() + _SECONDS_TO_START
        while is_free(port):
            if process.poll() is not None or time.monotonic() > until:
                raise Problem("The sandbox's time-stamp authority does not start.", "See python -m sandbox.")
            time.sleep(0.05)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait()
