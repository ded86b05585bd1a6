"""What opens something opens it for a time: signed long ago, it opens nothing."""

import time

import pytest
from django.core.signing import TimestampSigner, b62_encode

from backend.billing import payments, queries
from backend.receipts.queries import LINK_HOLDS_SECONDS, file_of_link
from tests.operations.debts import Car, car, in_town
from tests.operations.deliveries import run_deliveries
from tests.operations.gateway import hear, notice_of
from tests.operations.orders import checked_order

HOUR = 60 * 60


class SignedAgo(TimestampSigner):
    """Signs as the platform does, some seconds ago."""

    def __init__(self, seconds: int, *, salt: str) -> None:
        super().__init__(salt=salt)
        self.seconds = seconds

    def timestamp(self) -> str:
        return b62_encode(int(time.time()) - self.seconds)


def signed(value: int, seconds: int, salt: str) -> str:
    return str(SignedAgo(seconds, salt=salt).sign_object(value))


def test_a_debt_id_opens_its_debt_for_two_hours() -> None:
    vehicle = car("nunoa")

    with in_town("nunoa"):
        fresh = signed(vehicle.obligation_id, 2 * HOUR - 60, "billing.debt.nunoa")
        assert queries.obligation_of(fresh) == vehicle.obligation_id
        with pytest.raises(queries.DebtNotFound):
            queries.obligation_of(signed(vehicle.obligation_id, 2 * HOUR + 60, "billing.debt.nunoa"))


def test_the_way_back_from_tgr_is_open_for_a_day() -> None:
    opened = checked_order(car("valdivia"))

    with in_town("valdivia"):
        fresh = signed(opened.order.id, 24 * HOUR - 60, "billing.return.valdivia")
        assert "#sem=" in payments.come_back(signed=fresh)
        with pytest.raises(queries.OrderNotFound):
            payments.come_back(signed=signed(opened.order.id, 24 * HOUR + 60, "billing.return.valdivia"))


@pytest.fixture
def documented() -> tuple[Car, int]:
    """A vehicle of Ñuñoa with the id of its document."""
    vehicle = car("nunoa")
    opened = checked_order(vehicle)
    hear("nunoa", notice_of(vehicle, opened))
    run_deliveries("nunoa", order_id=opened.order.id)
    with in_town("nunoa"):
        return vehicle, opened.order.documents.get().id


def test_a_link_to_a_document_opens_it_for_ten_minutes(documented: tuple[Car, int]) -> None:
    _vehicle, document = documented

    with in_town("nunoa"):
        fresh = signed(document, LINK_HOLDS_SECONDS - 60, "receipts.link.nunoa")
        assert file_of_link(fresh).document_id == document
        with pytest.raises(queries.OrderNotFound):
            file_of_link(signed(document, LINK_HOLDS_SECONDS + 60, "receipts.link.nunoa"))
    assert LINK_HOLDS_SECONDS == 10 * 60
