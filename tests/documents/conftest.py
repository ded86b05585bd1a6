"""A development authority that answers over HTTP, officials' keys, and a permit that one of them signed."""

import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import flask
import pytest
from werkzeug.serving import WSGIRequestHandler, make_server

from backend.receipts.rendering import render_permit
from backend.signing.pades import Signable, sign_pdf
from backend.signing.signers.base import Signer
from backend.signing.signers.local_key import LocalKey, open_local_key
from backend.signing.validation_data import ValidationData
from sandbox.authority import Authority, blueprint, create_authority
from sandbox.faults import FaultBoard
from tests.documents.samples import permit
from theming import load_preset

PASSPHRASE = "passphrase of the tests"

OpenKey = Callable[..., LocalKey]


class _Quiet(WSGIRequestHandler):
    def log(self, type: str, message: str, *args: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="session")
def fault_board() -> FaultBoard:
    return FaultBoard()


@pytest.fixture
def faults(fault_board: FaultBoard) -> Iterator[FaultBoard]:
    """Orders of this test to the authority; taken back after it."""
    yield fault_board
    fault_board.delete()


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory, fault_board: FaultBoard) -> Iterator[Authority]:
    directory = tmp_path_factory.mktemp("authority")
    pages = flask.Flask("authority")
    server = make_server("127.0.0.1", 0, pages, threaded=True, request_handler=_Quiet)
    made = create_authority(directory, f"http://127.0.0.1:{server.server_port}")
    pages.register_blueprint(blueprint(directory, fault_board))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield made
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def open_key(authority: Authority, tmp_path: Path) -> OpenKey:
    """Give a function that issues a certificate and opens its key; takes what `issue_official` takes."""

    def issue_and_open(
        *, days: int = 365, revoked: bool = False, not_before: datetime | None = None, bits: int = 2048
    ) -> LocalKey:
        path = tmp_path / "treasurer.p12"
        authority.issue_official(
            common_name="Tesorería Municipal de Ñuñoa",
            rut="44000017-7",
            organisation="Municipalidad de Ñuñoa",
            path=path,
            passphrase=PASSPHRASE,
            days=days,
            revoked=revoked,
            not_before=not_before,
            bits=bits,
        )
        return open_local_key(path, PASSPHRASE)

    return issue_and_open


@pytest.fixture(scope="session")
def rendered_permit() -> bytes:
    return render_permit(permit(), load_preset("nunoa"))


def signed(
    pdf: bytes | Signable, key: Signer, *, at: datetime | None = None, data: ValidationData | None = None
) -> bytes:
    return sign_pdf(
        pdf,
        key,
        reason="Permiso de circulación 2025",
        location="Ñuñoa, Chile",
        contact="https://pagos.nunoa.example",
        at=at or datetime.now(UTC),
        data=data,
    )
