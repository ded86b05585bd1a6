"""Paid orders with their documents and their mail, each with an address of its own."""

import re
import uuid
from dataclasses import dataclass

from backend.billing.models import Order
from backend.messaging.models import Message
from tests.operations.debts import Car, car, in_town
from tests.operations.deliveries import run_deliveries
from tests.operations.gateway import hear, notice_of
from tests.operations.orders import check, order

LINK = re.compile(r"http://[a-z]+\.localhost(?::\d+)?(/documentos/([\w-]{22}))")


@dataclass(frozen=True)
class Mailed:
    """An order whose documents are signed; its mail is written, and not sent yet."""

    town: str
    order: Order
    email: str
    cars: tuple[Car, ...]

    @property
    def cause(self) -> str:
        return f"receipt:{self.order.number}"

    def message(self, cause: str | None = None) -> Message:
        with in_town(self.town):
            return Message.objects.get(cause=cause or self.cause)

    @property
    def path(self) -> str:
        """The address in the mail, without its host."""
        return link_of(self.message())


def link_of(message: Message) -> str:
    found = LINK.search(message.text)
    assert found is not None, message.text
    return found[1]


def mailed(town: str, *, cars: int = 1) -> Mailed:
    """Pay for so many vehicles, and have the documents made."""
    vehicles = tuple(car(town) for _ in range(cars))
    email = f"Contribuyente-{uuid.uuid4().hex[:12]}@correo.example"
    for each in vehicles:
        check(each)
    opened = order(*vehicles, email=email)
    assert hear(town, notice_of(vehicles[0], opened)) == "APPLIED"
    for _ in range(2):
        run_deliveries(town, order_id=opened.order.id)
    return Mailed(town, opened.order, email, vehicles)
