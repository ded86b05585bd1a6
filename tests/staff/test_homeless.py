"""Money without a home through the staff schema, and as a file: what each role sees, decides and is refused."""

import csv
import io
from typing import Any
from uuid import uuid4

import pytest

from backend.people.rules import Role
from backend.schema.nodes import node_id
from backend.schema.staff.debts import DEBT
from backend.schema.staff.homeless_types import HOMELESS
from tests.operations.debts import ANNUAL, FIRST, car
from tests.operations.homeless import Kept, another_car_of, decided, paid_twice, paid_twice_with_another_debt
from tests.staff.people import OTHER_TOWN, TOWN, Json, Person, codes, entries, known

FIELDS = """id state amount openAmount reason reasonText proposedAction proposedActionText owner payerRut gateway
  gatewayName operationId orderNumber since ageDays
  decisions { id action amount note orderNumber refundState decidedBy decidedAt }
  payable { debtId service title objectKey option optionTitle total }"""
LIST = f"""query ($first: Int!, $after: String, $filter: HomelessFilter) {{
  homeless(first: $first, after: $after, filter: $filter) {{
    edges {{ node {{ {FIELDS} }} }} pageInfo {{ hasNextPage endCursor }} }} }}"""
ONE = f"query ($id: ID!) {{ homelessMoney(id: $id) {{ homeless {{ {FIELDS} }} errors {{ code message }} }} }}"
CHECK = """mutation ($input: HomelessDebtCheckInput!) {
  homelessDebtCheck(input: $input) { checks { code outcome } errors { code } } }"""
READERS = [role for role in Role if role is not Role.ADMINISTRATOR]


def document(name: str) -> str:
    """Of a mutation that decides."""
    kind = f"{name[0].upper()}{name[1:]}Input"
    return f"""mutation ($input: {kind}!) {{ {name}(input: $input) {{
      decision {{ id action amount orderNumber refundState decidedBy }} homeless {{ {FIELDS} }}
      errors {{ code message field }} }} }}"""


def money(kept: Kept) -> str:
    return str(node_id(HOMELESS, kept.homeless_id))


def look(person: Person, node: str) -> Json:
    payload: Json = person.ask(ONE, id=node)["data"]["homelessMoney"]
    return payload


def decide(person: Person, name: str, **fields: object) -> Json:
    person.move()
    given = {"idempotencyKey": uuid4().hex, **fields}
    payload: Json = person.ask(document(name), input=given)["data"][name]
    return payload


def listed(person: Person, **filter: object) -> list[Json]:
    answer = person.ask(LIST, first=100, after=None, filter=filter)["data"]["homeless"]
    return [edge["node"] for edge in answer["edges"]]


@pytest.mark.parametrize("role", READERS)
def test_whoever_reads_sees_what_came_why_it_waits_and_what_is_proposed(role: Role) -> None:
    kept, other = paid_twice_with_another_debt(TOWN)

    found = look(known(role), money(kept))["homeless"]

    assert (found["state"], found["amount"], found["openAmount"]) == ("OPEN", ANNUAL, ANNUAL)
    assert (found["reason"], found["reasonText"]) == ("double", "Se pagó dos veces la misma orden")
    assert (found["proposedAction"], found["proposedActionText"]) == ("apply", "Usar en otra deuda de la misma persona")
    assert (found["payerRut"], found["operationId"]) == (kept.car.rut, kept.sent.operation_id)
    assert (found["ageDays"], found["owner"], found["decisions"]) == (0, "tesorería", [])
    ways = {(way["debtId"], way["option"], way["total"]) for way in found["payable"]}
    assert ways == {
        (node_id(DEBT, other.obligation_id), "single", ANNUAL),
        (node_id(DEBT, other.obligation_id), "first", FIRST),
    }


def test_a_clerk_checks_applies_and_gives_the_rest_back() -> None:
    clerk, kept = known(Role.CLERK), paid_twice(car(TOWN))
    other = another_car_of(kept.car)
    debt = node_id(DEBT, other.obligation_id)
    wish = {"id": money(kept), "debtId": debt, "option": "first", "statedOpen": ANNUAL}

    unchecked = decide(clerk, "homelessApply", **wish)
    checked = clerk.ask(CHECK, input={"id": money(kept), "debtId": debt})["data"]["homelessDebtCheck"]
    applied = decide(clerk, "homelessApply", **wish, note="Lo pidió por escrito")
    rest = ANNUAL - FIRST
    given_back = decide(clerk, "homelessRefund", id=money(kept), statedOpen=rest, amount=rest, reason="Pago doble")

    assert [error["code"] for error in unchecked["errors"]] == ["billing.checks_missing"]
    assert {(check["code"], check["outcome"]) for check in checked["checks"]} == {
        ("insurance", "OK"),
        ("inspection", "OK"),
        ("fines", "OK"),
    }
    assert applied["errors"] == []
    assert (applied["decision"]["action"], applied["decision"]["amount"]) == ("APPLY", FIRST)
    assert (applied["homeless"]["state"], applied["homeless"]["openAmount"]) == ("OPEN", rest)
    assert (given_back["decision"]["refundState"], given_back["homeless"]["state"]) == ("REQUESTED", "CLOSED")
    assert decided(kept) == ("CLOSED", 0, [("APPLY", FIRST), ("REFUND", rest)])
    (entry,) = entries(act="homeless.applied", object_key=str(kept.homeless_id))
    assert (entry.account_id is not None, entry.roles) == (True, "clerk")


@pytest.mark.parametrize(
    ("name", "fields"),
    [
        ("homelessRefund", {"amount": 1, "reason": "Pago doble"}),
        ("homelessClaim", {"note": "Oficio 1"}),
    ],
)
def test_another_amount_than_is_open_is_refused_and_the_real_one_told(name: str, fields: Json) -> None:
    kept = paid_twice(car(TOWN))

    refused = decide(known(Role.TREASURER), name, id=money(kept), statedOpen=ANNUAL - 1, **fields)

    (error,) = refused["errors"]
    assert (error["code"], error["field"]) == ("billing.open_amount_changed", "statedOpen")
    assert "$59.543" in error["message"]
    assert (refused["decision"], refused["homeless"]) == (None, None)
    assert decided(kept) == ("OPEN", ANNUAL, [])


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.TRAFFIC_DEPARTMENT, Role.ADMINISTRATOR])
def test_who_may_not_decide_decides_nothing(role: Role) -> None:
    kept, person = paid_twice(car(TOWN)), known(role)
    given = {"id": money(kept), "statedOpen": ANNUAL, "note": "Oficio 2", "idempotencyKey": uuid4().hex}

    answer = person.ask(document("homelessClaim"), input=given)

    assert codes(answer) == ["people.permission_denied"]
    assert decided(kept) == ("OPEN", ANNUAL, [])


def test_filters_and_pages() -> None:
    clerk = known(Role.CLERK)
    first, second = paid_twice(car(TOWN)), paid_twice(car(TOWN))
    decide(clerk, "homelessClaim", id=money(second), statedOpen=ANNUAL, note="Oficio 4")

    mine = listed(clerk, payerRut=first.car.rut)
    claimed = {row["id"] for row in listed(clerk, states=["CLAIMED"], reason="double")}
    old = listed(clerk, olderThanDays=10**9)
    page = clerk.ask(LIST, first=1, after=None, filter=None)["data"]["homeless"]
    following = clerk.ask(LIST, first=1, after=page["pageInfo"]["endCursor"], filter=None)["data"]["homeless"]

    assert [row["id"] for row in mine] == [money(first)]
    assert (money(second) in claimed, money(first) in claimed) == (True, False)
    assert old == []
    assert page["pageInfo"]["hasNextPage"] is True
    assert page["edges"][0]["node"]["id"] != following["edges"][0]["node"]["id"]
    assert codes(clerk.ask(LIST, first=1, after="x", filter=None)) == ["shared.cursor"]
    assert codes(clerk.ask(LIST, first=1, after=None, filter={"payerRut": "1-1"})) == ["rut.invalid"]


def test_money_of_another_municipality_is_not_there() -> None:
    elsewhere = paid_twice(car(OTHER_TOWN))

    shown = listed(known(Role.CLERK), payerRut=elsewhere.car.rut)
    beyond = look(known(Role.CLERK), str(node_id(HOMELESS, 10**15)))

    assert shown == []
    assert (beyond["homeless"], [error["code"] for error in beyond["errors"]]) == (None, ["billing.homeless_not_found"])
    assert decided(elsewhere) == ("OPEN", ANNUAL, [])


@pytest.mark.parametrize("node", ["x", str(node_id("Roll", 1)), ""])
def test_an_id_of_something_else_is_refused(node: str) -> None:
    assert [error["code"] for error in look(known(Role.CLERK), node)["errors"]] == ["schema.node_id"]


def get(person: Person, path: str) -> Any:
    person.move()
    return person.client.get(path)


def test_the_table_is_given_to_whoever_may_read_and_to_nobody_else() -> None:
    kept = paid_twice(car(TOWN))

    answer = get(known(Role.AUDITOR), "/staff/homeless.csv?undecided")
    book = get(known(Role.CLERK), "/staff/homeless.xlsx")
    denied = get(known(Role.ADMINISTRATOR), "/staff/homeless.csv")
    stranger = get(Person(), "/staff/homeless.csv")
    unknown = get(known(Role.CLERK), "/staff/homeless.pdf")

    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))
    assert str(kept.homeless_id) in {row[0] for row in rows[1:]}
    assert answer["Cache-Control"] == "private, no-store"
    assert (book.status_code, book.content[:2]) == (200, b"PK")
    assert [each.status_code for each in (denied, stranger, unknown)] == [403, 401, 404]


def test_a_decided_sum_is_in_the_whole_table_and_not_in_what_waits() -> None:
    clerk, kept = known(Role.CLERK), paid_twice(car(TOWN))
    decide(clerk, "homelessRefund", id=money(kept), statedOpen=ANNUAL, amount=ANNUAL, reason="Pago doble")

    everything, waiting = (
        {row[0] for row in csv.reader(io.StringIO(get(clerk, path).content.decode("utf-8-sig")), delimiter=";")}
        for path in ("/staff/homeless.csv", "/staff/homeless.csv?undecided")
    )

    assert (str(kept.homeless_id) in everything, str(kept.homeless_id) in waiting) == (True, False)
