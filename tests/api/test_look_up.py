"""What a look-up and an order answer, by the widget's own documents, and how many queries that takes."""

import json
import uuid

from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.api.asking import ask, by_id, codes, found, look_up, post_graphql, search, wanted
from tests.operations.debts import ANNUAL, FIRST, SECOND, car
from tests.operations.gateway import hear, notice
from tests.operations.orders import held_slots


def statements(town: str, name: str, **values: object) -> list[str]:
    """The verbs of the statements that a request takes; where the connection points to is not among them."""
    with CaptureQueriesContext(connection) as captured:
        post_graphql(town, by_id(name, **values))
    return [query["sql"].split()[0] for query in captured.captured_queries if not query["sql"].startswith("SET ")]


def test_the_payer_is_told_where_she_will_pay() -> None:
    hints = [ask(town, "municipality")["portalHint"] for town in ("nunoa", "frutillar")]

    assert hints == ["Pagará en el sitio de la Tesorería General.", "Pagará con su tarjeta en el sitio de Webpay."]


def test_a_look_up_explains_what_is_owed_line_by_line() -> None:
    debt = found(car("nunoa"))

    options = {option["code"]: option for option in debt["options"]}
    assert {code: option["total"] for code, option in options.items()} == {
        "single": ANNUAL,
        "first": FIRST,
        "second": SECOND,
    }
    assert [option["available"] for option in debt["options"]] == [True, True, False]
    assert [(line["base"], line["rate"], line["amount"]) for line in options["single"]["lines"]] == [
        (4_045_740, "1 %", 40_457),
        (954_260, "2 %", 19_086),
    ]
    assert {option["dueOn"] for option in options.values()} == {"2025-03-31", "2025-08-31"}
    assert [trait["value"] for trait in debt["traits"]] == ["Marca de prueba", "Modelo de prueba", "2019", "Gris"]
    assert [check["code"] for check in debt["checks"]] == ["insurance", "inspection", "fines"]
    assert (debt["paid"], debt["openOrder"]) == (False, None)


def test_a_look_up_takes_two_queries_and_a_miss_takes_one() -> None:
    vehicle = car("nunoa")
    found(vehicle)

    hit = statements("nunoa", "debtSearch", **look_up(vehicle.plate, vehicle.rut))
    miss = statements("nunoa", "debtSearch", **look_up("ZZZZ99", vehicle.rut))

    assert (hit, miss) == (["SELECT"] * 2, ["SELECT"])


def test_the_municipality_takes_no_query_once_it_is_known() -> None:
    ask("valdivia", "municipality")

    assert statements("valdivia", "municipality") == []


def test_the_whole_way_by_the_widget_s_own_documents() -> None:
    vehicle, key = car("valdivia"), uuid.uuid4().hex
    debt = found(vehicle)["id"]

    skipped = ask("valdivia", "orderCreate", wanted(debt, key=uuid.uuid4().hex))
    checks = ask("valdivia", "checkRun", {"debtId": debt})["checks"]
    made = [ask("valdivia", "orderCreate", wanted(debt, key=key))["order"] for _ in range(2)]
    taken = ask("valdivia", "orderCreate", wanted(debt, key=uuid.uuid4().hex, option="first"))
    portals = {ask("valdivia", "orderPay", {"token": order["token"]})["redirectUrl"] for order in made}
    under_way = found(vehicle)["openOrder"]
    resumed = ask("valdivia", "orderResume", {"debtId": debt})["order"]
    cancelled = [ask("valdivia", "orderCancel", {"token": resumed["token"]})["order"]["state"] for _ in range(2)]
    closed = ask("valdivia", "orderPay", {"token": resumed["token"]})

    assert codes(skipped) == ["billing.checks_missing"]
    assert {check["outcome"] for check in checks} == {"OK"}
    assert codes(taken) == ["billing.slot_taken"]
    assert (len(portals), under_way["total"]) == (1, ANNUAL)
    assert cancelled == ["CANCELLED", "CANCELLED"]
    assert codes(closed) == ["billing.order_not_open"]
    assert held_slots(vehicle) == []


def test_a_paid_debt_is_told_as_paid() -> None:
    vehicle = car("nunoa")
    debt = found(vehicle)["id"]
    ask("nunoa", "checkRun", {"debtId": debt})
    ask("nunoa", "orderCreate", wanted(debt, key=uuid.uuid4().hex))
    number = found(vehicle)["openOrder"]["number"]
    hear("nunoa", notice("nunoa", number, ANNUAL))

    after = found(vehicle)

    assert (after["paid"], after["options"], after["openOrder"]) == (True, [], None)


def test_a_service_that_is_not_offered_is_told() -> None:
    said = ask("nunoa", "debtSearch", {"service": "waste_fee", "fields": []})

    assert (said["debts"], codes(said)) == ([], ["billing.service_not_offered"])


def test_a_look_up_without_its_fields_is_told_which_one_is_missing() -> None:
    said = ask("nunoa", "debtSearch", {"service": "circulation_permit", "fields": []})
    only_plate = search("nunoa", "ZZZZ99", "")

    assert (codes(said), said["errors"][0]["field"]) == (["plate.invalid"], "plate")
    assert (codes(only_plate), only_plate["errors"][0]["field"]) == (["rut.invalid"], "rut")


def test_the_amounts_are_whole_numbers_in_json() -> None:
    vehicle = car("nunoa")

    raw = post_graphql("nunoa", by_id("debtSearch", **look_up(vehicle.plate, vehicle.rut))).content.decode()

    assert f'"total":{ANNUAL},' in raw
    assert json.loads(raw)["data"]["debtSearch"]["errors"] == []
