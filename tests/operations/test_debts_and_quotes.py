"""An order is made from what the server knows: its own amounts, its own evidence, its own municipality."""

from datetime import date, timedelta

import pytest

from backend.billing import operations, order_input, queries, quoting
from backend.billing.models import CheckEvidence, Order, OrderItem
from backend.billing.order_input import WantedItem
from backend.billing.payments import OrderExpired, start_payment
from backend.checks import get_register
from backend.shared import clock
from backend.shared.text import Text
from tests.operations.debts import ANNUAL, FIRST, SECOND, Car, car, in_town
from tests.operations.orders import an_instant, check, checked_order, held_slots, order, start, state
from tests.operations.world import World


def orders_of(car: Car) -> int:
    with in_town(car.town):
        return OrderItem.objects.filter(obligation_id=car.obligation_id).count()


def test_the_amount_is_the_law_s_and_each_line_is_frozen() -> None:
    vehicle = car("nunoa")

    opened = checked_order(vehicle)

    with in_town("nunoa"):
        item = opened.order.items.get()
        assert (opened.order.total, item.amount, item.option) == (ANNUAL, ANNUAL, "single")
        assert [line["amount"] for line in item.lines] == [40_457, 19_086]
        assert sorted(item.evidence) == ["fines", "inspection", "insurance"]
    assert held_slots(vehicle) == [(1, opened.order.number), (2, opened.order.number)]


def test_the_first_instalment_is_half_and_takes_one_slot() -> None:
    vehicle = car("valdivia")

    opened = checked_order(vehicle, option="first")

    assert (opened.order.total, FIRST + SECOND) == (FIRST, ANNUAL)
    assert held_slots(vehicle) == [(1, opened.order.number)]


def test_the_number_names_the_commune_and_fits_tgr() -> None:
    opened = checked_order(car("valdivia"))

    assert opened.order.number.startswith("14101")
    assert len(opened.order.number) <= 20


def test_several_debts_are_one_order() -> None:
    first, second = car("nunoa"), car("nunoa", valuation=1_000_000)

    opened = checked_order(first, second)

    assert opened.order.total == ANNUAL + 33_715  # half a UTM is the least
    assert len(held_slots(first)) == len(held_slots(second)) == 2


@pytest.mark.parametrize("option", ["second", "third", "", "SINGLE"])
def test_an_instalment_that_is_not_offered_today_is_refused(option: str) -> None:
    vehicle = car("nunoa")
    check(vehicle)

    with pytest.raises(quoting.OptionNotAvailable):
        order(vehicle, option=option)

    assert (orders_of(vehicle), held_slots(vehicle)) == (0, [])


def test_a_debt_of_another_municipality_is_not_found() -> None:
    elsewhere = car("valdivia")
    check(elsewhere)

    with in_town("nunoa"), pytest.raises(queries.DebtNotFound):
        operations.create_order(
            items=[order_input.WantedItem(debt=elsewhere.debt, option="single")],
            email="contribuyente@correo.example",
            key="key-of-another-town",
            return_url=None,
            language="es",
            now=clock.now(),
        )

    assert orders_of(elsewhere) == 0


def test_a_debt_id_cannot_be_made_up() -> None:
    vehicle = car("nunoa")

    with in_town("nunoa"):
        for forged in (str(vehicle.obligation_id), vehicle.debt[:-1], vehicle.debt.swapcase(), ""):
            with pytest.raises(queries.DebtNotFound):
                queries.obligation_of(forged)


def test_checks_cannot_be_skipped() -> None:
    vehicle = car("nunoa")

    for _ in range(2):
        with pytest.raises(quoting.ChecksMissing) as refusal:
            order(vehicle)

    assert refusal.value.fields["names"] == _names("insurance", "inspection", "fines")
    assert (orders_of(vehicle), held_slots(vehicle)) == (0, [])


def test_evidence_of_yesterday_does_not_hold() -> None:
    vehicle = car("nunoa")
    check(vehicle, now=an_instant(date(2025, 3, 19), hour=23, minute=59))

    with pytest.raises(quoting.ChecksMissing):
        order(vehicle, now=an_instant(date(2025, 3, 20), hour=0))

    assert orders_of(vehicle) == 0


def test_evidence_of_another_vehicle_does_not_count() -> None:
    vehicle, other = car("nunoa"), car("nunoa")
    check(other)

    with pytest.raises(quoting.ChecksMissing):
        order(vehicle)

    assert orders_of(vehicle) == 0


@pytest.mark.parametrize(
    ("overrides", "missing"),
    [
        ({"insurance": "none"}, "insurance"),
        ({"inspection": "expired"}, "inspection"),
        ({"fines": [90_000]}, "fines"),
    ],
)
def test_a_register_that_says_no_stops_the_order(world: World, overrides: dict[str, object], missing: str) -> None:
    vehicle = car("nunoa")
    world.vehicle(vehicle.plate, **overrides)
    answers = _answers(vehicle)

    with pytest.raises(quoting.ChecksMissing) as refusal:
        order(vehicle)

    assert answers[missing] == "NOT_OK"
    assert refusal.value.fields["names"] == _names(missing)
    assert orders_of(vehicle) == 0


def test_a_register_that_is_away_stops_the_order_until_it_is_back(world: World) -> None:
    vehicle = car("valdivia")
    world.fault("inspection", "error_500", match=vehicle.plate, times=1)
    while_away = _answers(vehicle)
    with pytest.raises(quoting.ChecksMissing):
        order(vehicle)

    once_back = _answers(vehicle)
    opened = order(vehicle)

    assert (while_away["inspection"], once_back["inspection"]) == ("UNAVAILABLE", "OK")
    assert opened.order.total == ANNUAL
    with in_town("valdivia"):
        asked = CheckEvidence.objects.filter(obligation_id=vehicle.obligation_id)
        assert asked.count() == 4  # what was OK has not been asked again


def _names(*codes: str) -> Text:
    """As the citizen reads them."""
    names = [get_register(code).name for code in codes]
    return Text(es=", ".join(name.es for name in names), en=", ".join(name.en for name in names))


def _answers(vehicle: Car) -> dict[str, str]:
    from backend.billing.evidence import run_checks

    with in_town(vehicle.town):
        return {code: a.outcome.value for code, a in run_checks(debt=vehicle.debt, today=clock.today()).items()}


def test_a_quote_holds_for_half_an_hour_and_no_longer() -> None:
    vehicle, now = car("nunoa"), an_instant()
    opened = checked_order(vehicle, now=now)
    assert opened.order.valid_until == now + timedelta(minutes=30)

    for _ in range(2):
        with in_town("nunoa"), pytest.raises(OrderExpired):
            start_payment(token=opened.token, now=now + timedelta(minutes=30))

    assert state(vehicle, opened) == "CREATED"


def test_an_order_past_its_time_is_shown_as_expired_whoever_notices_first() -> None:
    vehicle, now = car("valdivia"), an_instant()
    opened = checked_order(vehicle, now=now)

    with in_town("valdivia"):
        seen = [queries.visible_state(opened.order, now=now + timedelta(minutes=minutes)).value for minutes in (29, 30)]
        with pytest.raises(operations.OrderNotOpen):
            operations.resume_order(debt=vehicle.debt, now=now + timedelta(minutes=30))

    assert (seen, state(vehicle, opened)) == (["CREATED", "EXPIRED"], "CREATED")


def test_a_quote_of_an_ordinary_day_crosses_midnight() -> None:
    vehicle, now = car("nunoa"), an_instant(date(2025, 3, 20), hour=23, minute=50)

    opened = checked_order(vehicle, now=now)
    portal = start(vehicle, opened, now=now + timedelta(minutes=20))

    assert opened.order.valid_until == now + timedelta(minutes=30)
    assert "/tgr/pay/" in portal
    assert state(vehicle, opened) == "SENT"


@pytest.mark.parametrize("option", ["single", "first"])
def test_a_quote_ends_when_the_due_date_does(option: str) -> None:
    vehicle, due_on = car("nunoa"), date(2025, 3, 31)
    midnight = clock.day_starts_at(date(2025, 4, 1))

    opened = checked_order(vehicle, option=option, now=an_instant(due_on, hour=23, minute=50))

    assert opened.order.valid_until == midnight
    with in_town("nunoa"), pytest.raises(OrderExpired):
        start_payment(token=opened.token, now=midnight)


def test_after_the_due_date_the_order_carries_readjustment_and_interest_and_ends_with_the_day() -> None:
    vehicle, now = car("nunoa"), an_instant(date(2025, 4, 1), hour=23, minute=50)

    opened = checked_order(vehicle, now=now)

    with in_town("nunoa"):
        item = OrderItem.objects.get(order=opened.order)
    assert [line["amount"] for line in item.lines[-2:]] == [238, 13]  # IPC of February 0,4 %; one day of 8,12 % a year
    assert opened.order.total == ANNUAL + 238 + 13
    assert opened.order.valid_until == clock.day_starts_at(date(2025, 4, 2))


def test_an_order_of_no_debt_or_of_one_debt_twice_is_refused() -> None:
    vehicle = car("nunoa")
    check(vehicle)

    with in_town("nunoa"), pytest.raises(order_input.OrderEmpty):
        order_input.wanted_options([])
    with pytest.raises(order_input.OrderEmpty):
        order(vehicle, vehicle)

    assert orders_of(vehicle) == 0


def test_an_order_of_more_debts_than_it_takes_says_how_many_it_takes() -> None:
    with in_town("nunoa"):
        wanted = [WantedItem(debt=queries.debt_id(number), option="single") for number in range(21)]

        with pytest.raises(order_input.TooManyDebts) as refusal:
            order_input.wanted_options(wanted)

        assert refusal.value.message.es == "Un pago puede llevar hasta 20 deudas. Pague algunas primero."
        assert len(order_input.wanted_options(wanted[:20])) == 20


@pytest.mark.parametrize(
    "email", ["", "nobody", "a@b", "a b@correo.example", "a@correo.example\nBcc: b@correo.example"]
)
def test_an_address_that_cannot_receive_the_document_is_refused(email: str) -> None:
    vehicle = car("nunoa")
    check(vehicle)

    with pytest.raises(order_input.EmailNotUsable):
        order(vehicle, email=email)

    with in_town("nunoa"):
        assert not Order.objects.filter(items__obligation_id=vehicle.obligation_id).exists()
