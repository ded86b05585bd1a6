"""The sandbox and a municipality that has an agreement with its TGR, for the tests of its contract."""

from collections.abc import Iterator

import pytest

from tests.contracts.sandbox_process import Institution, Sandbox, institution
from tests.contracts.tgr_partner import FORMULARIO, KEY


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox() as running:
        yield running


@pytest.fixture
def municipality(sandbox: Sandbox) -> Iterator[Institution]:
    with institution() as heard:
        sandbox.control("agreements", formulario=FORMULARIO, municipality="Prueba", key=KEY, notice_url=heard.url)
        yield heard
    sandbox.http.delete("/_control/faults").raise_for_status()
