"""What a stranger may try at the doors: foreign return pages, guessed tokens, other towns' links, enumeration."""

import secrets

from sandbox.rolls import roll_vehicles
from tests.live.books import assert_books_agree
from tests.live.citizen import error_codes
from tests.live.platform import CONTROL, Platform, Town

TOO_MANY = "schema.too_many_requests"


def test_a_foreign_return_address_is_refused_and_nothing_is_ordered(platform: Platform) -> None:
    town, other = platform.nunoa, platform.valdivia
    citizen, vehicle = platform.citizen(town), town.new_vehicle()
    debt = citizen.look_up(vehicle)
    citizen.run_checks(debt)

    for address in (
        "https://ladron.example/",
        other.page,
        f"http://{town.municipality.host}@ladron.example/",
        "javascript:alert(1)",
        f"{town.page.rstrip('/')}.ladron.example/",
    ):
        refused = citizen.create_order(debt, "single", return_url=address)
        assert error_codes(refused) == ["billing.return_address"], address
        assert refused["order"] is None

    assert citizen.look_up(vehicle)["openOrder"] is None


def test_a_guessed_or_foreign_state_token_opens_nothing(platform: Platform) -> None:
    town, other = platform.nunoa, platform.valdivia
    citizen = platform.citizen(town)
    order = citizen.order(town.new_vehicle())

    guessed = citizen.get(f"/state/{secrets.token_urlsafe(16)}")
    foreign = platform.citizen(other).get(f"/state/{order.token}")

    assert [answer.status_code for answer in (guessed, foreign)] == [404, 404]
    assert guessed.json() == foreign.json()
    assert guessed.json()["state"] == "UNKNOWN"
    assert error_codes(citizen.ask("orderPay", token="adivinado")) == ["billing.order_not_found"]
    assert error_codes(platform.citizen(other).ask("orderCancel", token=order.token)) == ["billing.order_not_found"]
    assert citizen.state(order.token)["state"] == "CREATED"


def test_links_of_one_municipality_open_nothing_at_the_other(platform: Platform) -> None:
    town, other = platform.valdivia, platform.nunoa
    citizen = platform.citizen(town)
    order = citizen.order(town.new_vehicle())
    citizen.pay(order)
    link = citizen.wait_until_complete(order)["documents"][0]["url"]

    path = link.removeprefix(town.origin)

    assert citizen.get(path).status_code == 200
    assert platform.citizen(other).get(path).status_code == 404
    assert citizen.get(f"{path}x").status_code == 404
    assert citizen.get("/return/inventado").status_code == 404
    assert_books_agree(platform)


def enumeration_is_limited(platform: Platform, town: Town) -> None:
    """Guessing owners of a plate ends soon; another plate and other people are not held up."""
    guesser, victim = platform.citizen(town), town.new_vehicle()
    guesses = [vehicle.rut for vehicle in roll_vehicles(commune_code="05101", first=1, count=25, year=2025)]

    said = [error_codes(guesser.search(f"{victim.plate}-{victim.check_digit}", rut)) for rut in guesses]

    assert said[0] == ["billing.debt_not_found"]
    assert [TOO_MANY] in said
    assert guesser.look_up(town.new_vehicle())["options"]


def test_guessing_the_owner_of_a_plate_is_limited(platform: Platform) -> None:
    enumeration_is_limited(platform, platform.valdivia)


def test_going_through_plates_is_limited_by_network(platform: Platform) -> None:
    town = platform.nunoa
    guesser, somebody_else = platform.citizen(town), platform.citizen(town)
    plates = roll_vehicles(commune_code=CONTROL.commune_code, first=1, count=150, year=2025)

    said = [error_codes(guesser.search(f"{each.plate}-{each.check_digit}", each.rut)) for each in plates]

    assert said[0] == ["billing.debt_not_found"]
    assert [TOO_MANY] in said
    assert somebody_else.look_up(town.new_vehicle())["options"]
    assert platform.citizen(platform.valdivia).look_up(platform.valdivia.new_vehicle())["options"]
