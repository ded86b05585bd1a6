"""Money without a home as tests make it, and what must be true of all of it at any time."""

from dataclasses import dataclass
from typing import Any

from backend.audit.actors import Actor
from backend.billing import homeless, ledger
from backend.billing.books import read_books
from backend.billing.models import HomelessDecision, HomelessMoney, NoticeReading, Obligation, Refund
from backend.billing.rolls.loading import load_roll
from backend.shared import clock
from backend.shared.money import Money
from tests.operations.debts import ANNUAL, YEAR, Car, as_csv, car, in_town, unused_row
from tests.operations.gateway import SignedNotice, hear, notice_of
from tests.operations.orders import check, checked_order, held_slots

CLERK = Actor(account_id=None, name="Funcionaria de prueba 2", roles=("clerk",))
OTHER_CLERK = Actor(account_id=None, name="Funcionario de prueba 3", roles=("clerk",))


@dataclass(frozen=True)
class Kept:
    """Homeless money and the vehicle whose debt was paid twice."""

    town: str
    homeless_id: int
    car: Car
    sent: SignedNotice

    @property
    def row(self) -> HomelessMoney:
        """The row as it is now."""
        with in_town(self.town):
            return HomelessMoney.objects.select_related("reading", "order").get(id=self.homeless_id)

    @property
    def open(self) -> Money:
        """What no decision has taken yet."""
        return Money(self.row.open_amount)

    @property
    def decisions(self) -> list[tuple[str, int]]:
        """Action and amount of each decision."""
        with in_town(self.town):
            rows = HomelessDecision.objects.filter(homeless_id=self.homeless_id).order_by("id")
            return list(rows.values_list("action", "amount"))


def paid_twice(vehicle: Car) -> Kept:
    """Order, pay, and pay the same order again: the second payment has no home."""
    opened = checked_order(vehicle)
    hear(vehicle.town, notice_of(vehicle, opened))
    again = notice_of(vehicle, opened)
    hear(vehicle.town, again)
    return Kept(vehicle.town, homeless_id_of(vehicle.town, again), vehicle, again)


def homeless_id_of(town: str, sent: SignedNotice) -> int:
    """The money that an operation left without a home."""
    with in_town(town):
        return int(HomelessMoney.objects.get(reading__operation_id=sent.operation_id).id)


def another_car_of(vehicle: Car, **changes: Any) -> Car:
    """A second vehicle of the same person, with a debt of its own."""
    with in_town(vehicle.town):
        owner = Obligation.objects.select_related("taxpayer").get(id=vehicle.obligation_id).taxpayer
        row = unused_row(Rut=owner.rut, Nombre_propietario=owner.name, **changes)
        load_roll(service="circulation_permit", year=YEAR, filename="nomina.csv", data=as_csv([row]))
        found = Obligation.objects.get(service="circulation_permit", object_key=str(row["Patente"]))
    return Car(vehicle.town, str(row["Patente"]), str(row["Digito_verificador_patente"]), owner.rut, found.id)


def paid_twice_with_another_debt(town: str, **changes: Any) -> tuple[Kept, Car]:
    """Money without a home, and a checked debt of the same person that it could pay."""
    kept = paid_twice(car(town))
    other = another_car_of(kept.car, **changes)
    check(other)
    return kept, other


def apply(kept: Kept, vehicle: Car, *, stated: Money | None = None, option: str = "single", **more: object) -> int:
    """Apply the money to the vehicle's debt; returns the decision's id."""
    stated = kept.open if stated is None else stated
    given: dict[str, Any] = {"actor": CLERK, "now": clock.now(), "option": option, **more}
    with in_town(kept.town):
        decision = homeless.apply_to_debt(
            homeless_id=kept.homeless_id, obligation_id=vehicle.obligation_id, stated_open=stated, **given
        )
        return int(decision.id)


def refund(kept: Kept, amount: int, *, stated: Money | None = None, **more: object) -> int:
    """Request a refund of a part of the money; returns the decision's id."""
    stated = kept.open if stated is None else stated
    given: dict[str, Any] = {"actor": CLERK, "reason": "Pago doble", **more}
    with in_town(kept.town):
        decision = homeless.refund(homeless_id=kept.homeless_id, stated_open=stated, amount=Money(amount), **given)
        return int(decision.id)


def claim(kept: Kept, *, stated: Money | None = None, note: str = "Oficio 12 a TGR") -> None:
    """Claim the money at the gateway."""
    with in_town(kept.town):
        homeless.claim_at_gateway(
            homeless_id=kept.homeless_id, stated_open=kept.open if stated is None else stated, note=note, actor=CLERK
        )


def decided(kept: Kept) -> tuple[str, int, list[tuple[str, int]]]:
    """State, open amount, decisions."""
    return str(kept.row.state), kept.row.open_amount, kept.decisions


def nothing_happened(kept: Kept, other: Car | None = None) -> None:
    """All of it is open still, and the debt is not paid."""
    assert decided(kept) == ("OPEN", ANNUAL, [])
    if other is not None:
        assert held_slots(other) == []
    assert_books_balance(kept.town)


def assert_books_balance(town: str) -> None:
    """Captured by the readings = settled + homeless + refunded; homeless = open + promised to refunds."""
    with in_town(town):
        books = read_books()
        captured = sum(
            reading.amount or 0
            for reading in NoticeReading.objects.filter(is_first=True, succeeded=True, outcome__in=_CAPTURING)
        )
        opened = sum(HomelessMoney.objects.values_list("open_amount", flat=True))
        promised = sum(
            Refund.objects.filter(decision__isnull=False, state__in=["REQUESTED", "APPROVED"]).values_list(
                "amount", flat=True
            )
        )
        assert books.captured == Money(captured)
        assert books.homeless == Money(opened + promised) == -ledger.balance("homeless")


_CAPTURING = ("APPLIED", "UNKNOWN_ORDER")
