"""The sandbox and a municipality that has an agreement with its TGR, for the tests of its contract."""

from collections.abc import Callable, Iterator

import pytest

from tests.contracts.sandbox_process import Institution, Sandbox, institution
from tests.contracts.tgr_partner import FORMULARIO, KEY
from tests.contracts.webpay_partner import CODE, SECRET
from tests.contracts.webpay_payments import Payment, new_payment


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


@pytest.fixture
def pay(sandbox: Sandbox) -> Iterator[Callable[[], Payment]]:
    """Hand an order over to Webpay."""
    sandbox.control("commerces", commerce_code=CODE, municipality="Prueba", secret=SECRET)
    yield lambda: new_payment(sandbox)
    sandbox.http.delete("/_control/faults").raise_for_status()
