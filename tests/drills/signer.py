"""The signer is slow; the certificate has expired; the certificate was revoked."""

import tempfile
from collections.abc import Callable
from pathlib import Path
from uuid import uuid4

from tests.drills.drill import Drill
from tests.drills.scene import Scene
from tests.live.officials import fingerprint_of, register_treasurer
from tests.live.platform import Town
from tests.live.processes import Otherwise


def slow(scene: Scene) -> None:
    """Some signatures take longer than the relay waits: the same documents are being signed several times."""
    scene.start({"worker": Otherwise(module="tests.controls.live_slow_signer")})
    scene.pay_through(scene.people())


def _without_certificate(**standing: object) -> Callable[[Scene], None]:
    """People pay while the certificate in office is not good; then a new one is registered."""

    def run(scene: Scene) -> None:
        scene.forbidden_signers |= {_in_office(scene, town, **standing) for town in scene.towns}
        scene.pay_through(scene.people())
        scene.wait_until_tried("receipts.tasks.issue_receipt")
        for town in scene.towns:
            _in_office(scene, town)

    return run


def _in_office(scene: Scene, town: Town, **standing: object) -> str:
    with tempfile.TemporaryDirectory() as folder:
        key = Path(folder) / f"treasurer-{uuid4().hex[:8]}.p12"
        return fingerprint_of(register_treasurer(scene.platform, town, key, **standing))  # type: ignore[arg-type]


DRILLS = (
    Drill(
        name="signer-slow",
        proves="signatures take longer than the relay waits: one document of each, folios without gaps",
        run=slow,
        guard="a document keeps its folio until it is signed",
        control={"worker": "tests.controls.live_slow_signer_folio_each_time"},
    ),
    Drill(
        name="signer-expired",
        proves="the certificate in office has expired: payments stand, documents wait for a new one",
        run=_without_certificate(days_old=400),
        guard="an expired certificate never signs",
        control={"worker": "tests.controls.live_any_certificate"},
        payments=12,
    ),
    Drill(
        name="signer-revoked",
        proves="the certificate in office was revoked: payments stand, documents wait for a new one",
        run=_without_certificate(revoked=True),
        guard="a revoked certificate never signs",
        control={"worker": "tests.controls.live_any_certificate"},
        payments=12,
    ),
)
