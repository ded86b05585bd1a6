"""CPU of one receipt inside a process of its own: render, sign, and the bare RSA-2048 signature."""

import json
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import replace

from backend.cli import application
from backend.cli.paths import ROOT
from backend.cli.problems import Problem

_RECEIPTS = 12


def cost_of_receipts(env: Mapping[str, str]) -> dict[str, float]:
    """Tell the CPU in milliseconds, median of receipts already issued: render_ms, sign_ms, rsa_ms."""
    done = subprocess.run(
        [sys.executable, "-P", "-m", "backend.cli.bench_receipt"],
        cwd=ROOT,
        env=dict(env),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise Problem("Receipts could not be measured.", done.stderr[-2000:])
    costs: dict[str, float] = json.loads(done.stdout)
    return costs


def _measure() -> dict[str, float]:
    application.enter()
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import padding, rsa

    from backend.cli.demo_municipalities import DEMO_MUNICIPALITIES
    from backend.profile.queries import get_theme
    from backend.receipts.models import Document
    from backend.receipts.operations import ROLE_ON_PAPER, SIGNING_ROLE
    from backend.receipts.rendering import PermitDocument, render_permit
    from backend.shared import clock
    from backend.signing.operations import official_in_office, seal_pdf

    costs: dict[str, list[float]] = {"render_ms": [], "sign_ms": [], "rsa_ms": []}
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    with application.municipality(DEMO_MUNICIPALITIES[0].slug):
        now = clock.now()
        official = official_in_office(role=SIGNING_ROLE, at=now)
        for document in Document.objects.order_by("-id")[:_RECEIPTS]:
            printed = replace(
                PermitDocument.from_json(document.content), signer_name=official.holder_name, signer_role=ROLE_ON_PAPER
            )
            theme = get_theme(document.theme_version)
            pdf = _timed(costs["render_ms"], lambda: render_permit(printed, theme))  # noqa: B023 - called at once
            _timed(
                costs["sign_ms"],
                lambda: seal_pdf(pdf, official=official, reason="bench", location="Chile", contact="bench", at=now),  # noqa: B023 - called at once
            )
            _timed(costs["rsa_ms"], lambda: key.sign(b"bench", padding.PKCS1v15(), hashes.SHA256()))
    return {name: sorted(samples)[len(samples) // 2] for name, samples in costs.items()}


def _timed(samples: list[float], call: Callable[[], bytes]) -> bytes:
    began = time.process_time()
    result = call()
    samples.append((time.process_time() - began) * 1000)
    return result


if __name__ == "__main__":
    print(json.dumps(_measure()))
