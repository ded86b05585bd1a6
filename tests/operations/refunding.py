"""Refunds as tests ask for them: who acts, payments to give back, and what the gateway's own book says."""

import uuid
from dataclasses import dataclass

from django.db import transaction

from backend.audit.actors import Actor
from backend.billing import notices, refund_execution, refunds
from backend.billing.books import Books, read_books
from backend.billing.gateway_access import gateway_access
from backend.billing.gateways.webpay import GATEWAY as WEBPAY
from backend.billing.models import HomelessDecision, HomelessMoney, Notice, Order, OrderItem, Refund
from backend.billing.operations import OpenedOrder
from backend.billing.rules import Source
from backend.outbox.models import Event
from backend.shared import clock
from backend.shared.money import Money
from tests.operations.debts import ANNUAL, Car, car, in_town
from tests.operations.gateway import hear, notice_of
from tests.operations.orders import checked_order, start
from tests.operations.world import World

CLERK = Actor(account_id=901, name="cajera@prueba.example", roles=("clerk",))
DIRECTOR = Actor(account_id=902, name="finanzas@prueba.example", roles=("finance_director",))
WITH_WEBPAY = "frutillar"
WHY = "Pagó la patente de otro vehículo"
DECREE, REFERENCE = "Decreto 1.234 de 20-03-2025", "TEF 000123"


def paid(*cars: Car) -> OpenedOrder:
    """An order that TGR reported as paid."""
    opened = checked_order(*cars)
    assert hear(cars[0].town, notice_of(cars[0], opened)) == "APPLIED"
    return opened


def paid_with_webpay(world: World, *cars: Car, means: str = "VN") -> OpenedOrder:
    """An order of the municipality that uses Webpay, paid with a card, asked about and read."""
    opened = checked_order(*cars)
    start(cars[0], opened)
    with in_town(cars[0].town):
        order = Order.objects.get(id=opened.order.id)
        world.webpay("pay", order.gateway_reference, means=means)
        raw = WEBPAY.ask(order.number, order.gateway_reference, gateway_access("webpay"))
        assert raw is not None
        notice = Notice.objects.create(
            gateway="webpay", source=Source.ANSWER, raw=raw, is_authentic=True, received_at=clock.now()
        )
        assert notices.read_notice(notice_id=notice.id) == "APPLIED"
    return opened


def item_of(vehicle: Car, opened: OpenedOrder) -> OrderItem:
    with in_town(vehicle.town):
        return OrderItem.objects.get(order=opened.order, obligation_id=vehicle.obligation_id)


def request(vehicle: Car, opened: OpenedOrder, *, amount: int = ANNUAL, actor: Actor = CLERK) -> int:
    """Request that what was paid for the vehicle is given back; the refund's id."""
    item = item_of(vehicle, opened)
    with in_town(vehicle.town):
        return refunds.request_refund(item_id=item.id, stated_amount=Money(amount), reason=WHY, actor=actor)


def approved(vehicle: Car, opened: OpenedOrder, *, amount: int = ANNUAL) -> int:
    """A refund that one person requested and another approved."""
    refund_id = request(vehicle, opened, amount=amount)
    with in_town(vehicle.town):
        return refunds.approve_refund(refund_id=refund_id, actor=DIRECTOR)


def transfer(town: str, refund_id: int) -> int:
    """Record today's transfer of an approved refund."""
    with in_town(town):
        return refund_execution.record_transfer(
            refund_id=refund_id,
            decree=DECREE,
            bank_reference=REFERENCE,
            transferred_on=clock.today(),
            actor=DIRECTOR,
        )


def given_back(vehicle: Car, opened: OpenedOrder, *, amount: int = ANNUAL) -> int:
    """A refund that was requested, approved and transferred."""
    return transfer(vehicle.town, approved(vehicle, opened, amount=amount))


def refund(town: str, refund_id: int) -> Refund:
    with in_town(town):
        return Refund.objects.get(id=refund_id)


@dataclass(frozen=True)
class Kept:
    """Homeless money of a municipality, by an operation that paid an order of its a second time."""

    town: str
    homeless_id: int

    def money(self) -> HomelessMoney:
        with in_town(self.town):
            return HomelessMoney.objects.select_related("reading", "order").get(id=self.homeless_id)

    def refund(self, amount: int) -> int:
        """Decide that so much is given back, as the clerk's operation does; the refund's id."""
        money = self.money()
        with in_town(self.town), transaction.atomic():
            decision = HomelessDecision.objects.create(
                homeless=money,
                action=HomelessDecision.Action.REFUND,
                amount=amount,
                note=WHY,
                account_id=CLERK.account_id,
                account_name=CLERK.name,
                decided_at=clock.now(),
            )
            return int(
                refunds.request_for_decision(
                    decision,
                    order=money.order,
                    gateway=money.reading.gateway,
                    operation_id=money.reading.operation_id,
                    email=f"{uuid.uuid4().hex}@correo.example",
                    reason=WHY,
                    actor=CLERK,
                ).id
            )

    def take(self, amount: int) -> int:
        """The same, with what the decision takes of the open amount."""
        refund_id = self.refund(amount)
        money = self.money()
        money.open_amount -= amount
        money.state = "OPEN" if money.open_amount else "CLOSED"
        with in_town(self.town):
            money.save(update_fields=["open_amount", "state"])
        return refund_id


def paid_twice(town: str) -> Kept:
    """What a second payment of a paid order brought."""
    vehicle = car(town)
    opened = paid(vehicle)
    second = notice_of(vehicle, opened)
    hear(town, second)
    with in_town(town):
        return Kept(town, HomelessMoney.objects.get(reading__operation_id=second.operation_id).id)


def money_of(town: str) -> Books:
    """The municipality's books in one line."""
    with in_town(town):
        return read_books()


def events(town: str, refund_id: int) -> list[str]:
    """Names of what was told of a refund, in order."""
    with in_town(town):
        return list(
            Event.objects.filter(payload={"refund_id": refund_id}).order_by("id").values_list("name", flat=True)
        )
