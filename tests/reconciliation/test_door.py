"""The closing of days at staff's door: a file by the multipart specification, a day looked at, explained, closed."""

import json
from datetime import date
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from backend.billing.reconciliation_models import CollectionFile
from backend.people.rules import Role
from tests.operations.debts import in_town
from tests.operations.deliveries import run_deliveries
from tests.operations.gateway import new_operation
from tests.reconciliation.collected import TOWN, Line, advice, collection, load, new_day, next_day, unknown_line
from tests.staff.people import OTHER_TOWN, Json, Person, codes, new_account

DAY = """closedAt filed { count amount } settled homeless unplaced { count } inTransit { count amount }
  notFiled { count } deposited withheld differenceCount unexplainedCount acts { act reason accountName }
  collections { id filename readAt stoppedOn rowsDone stated { count amount } filePath }
  deposits { reference amount filePath }"""
ONE = f"query ($day: Date!) {{ reconciliationDay(day: $day) {{ {DAY} }} }}"
ACT = "mutation ($input: {0}!) {{ {1}(input: $input) {{ day {{ {2} }} errors {{ code message field }} }} }}"
DIFFERENCES = """query ($day: Date!, $after: String) { reconciliationDifferences(day: $day, first: 1, after: $after) {
  edges { node { key kind message row column expected found note notedBy } }
  pageInfo { hasNextPage endCursor } } }"""
UPLOAD = """mutation ($input: GatewayFileInput!) {
  collectionUpload(input: $input) { collection { id filename } errors { code message field } } }"""


def person(*roles: Role, town: str = TOWN) -> Person:
    somebody = Person(town)
    somebody.sign_in(new_account(*roles, town=town).email)
    return somebody


def send(somebody: Person, data: bytes, *, document: str = UPLOAD, name: str = "collectionUpload") -> Json:
    somebody.move()
    fields = {"file": None, "idempotencyKey": uuid4().hex}
    form = {
        "operations": json.dumps({"query": document, "variables": {"input": fields}}),
        "map": json.dumps({"f": ["variables.input.file"]}),
        "f": SimpleUploadedFile("../recaudación.txt", data),
    }
    answer: Json = somebody.client.post("/graphql/staff", form, headers={"X-CSRFToken": somebody.token}).json()
    payload: Json = answer["data"][name]
    return payload


def work_off(day: date) -> None:
    """Let the worker read what was uploaded."""
    with in_town(TOWN):
        files = list(CollectionFile.objects.filter(accounting_on=day).values_list("id", flat=True))
    for file_id in files:
        run_deliveries(TOWN, file_id=file_id)


def look(somebody: Person, day: date) -> Json:
    somebody.move()
    found: Json = somebody.ask(ONE, day=str(day))["data"]["reconciliationDay"]
    return found


def act(somebody: Person, kind: str, name: str, **wish: object) -> Json:
    somebody.move()
    payload: Json = somebody.ask(ACT.format(kind, name, DAY), input=wish)["data"][name]
    return payload


def get(somebody: Person, path: str) -> Any:
    somebody.move()
    return somebody.client.get(path)


def test_a_treasurer_loads_explains_closes_and_reopens_a_day() -> None:
    treasurer, day = person(Role.TREASURER), new_day()
    line = unknown_line(day)
    data = collection(day, [line, "X"])

    uploaded = send(treasurer, data)
    work_off(day)
    seen = look(treasurer, day)

    assert uploaded["errors"] == []
    assert seen["filed"] == {"count": 1, "amount": 10_000}
    assert (seen["homeless"], seen["differenceCount"], seen["unexplainedCount"]) == (10_000, 1, 1)
    (file,) = seen["collections"]
    assert (file["filename"], file["stated"]) == ("recaudación.txt", {"count": 1, "amount": 10_000})
    assert file["readAt"]
    assert get(treasurer, file["filePath"]).content == data

    refused = act(treasurer, "DayInput", "dayClose", day=str(day))
    (error,) = refused["errors"]
    assert (refused["day"], error["code"]) == (None, "billing.differences_unexplained")
    assert "Quedan 1 diferencias" in error["message"]
    node = treasurer.ask(DIFFERENCES, day=str(day))["data"]["reconciliationDifferences"]["edges"][0]["node"]
    assert (node["kind"], node["row"], node["column"]) == ("DIRTY_ROW", 3, "TIPO")

    explained = act(
        treasurer, "DifferenceExplainInput", "differenceExplain", day=str(day), key=node["key"], note="Fila de prueba"
    )
    assert explained["day"]["unexplainedCount"] == 0
    closed = act(treasurer, "DayInput", "dayClose", day=str(day))
    assert closed["errors"] == []
    assert closed["day"]["closedAt"]
    assert send(treasurer, collection(day, [line, unknown_line(day)]))["errors"][0]["code"] == "billing.day_closed"
    assert act(treasurer, "DayReopenInput", "dayReopen", day=str(day), reason="")["errors"][0]["field"] == "reason"
    again = act(treasurer, "DayReopenInput", "dayReopen", day=str(day), reason="Llegó otro archivo")["day"]
    assert (again["closedAt"], [(each["act"], each["reason"]) for each in again["acts"]]) == (
        None,
        [("CLOSED", ""), ("REOPENED", "Llegó otro archivo")],
    )


def test_deposits_and_money_on_its_way_are_seen() -> None:
    treasurer, day = person(Role.TREASURER), new_day()
    first, second = unknown_line(day), unknown_line(day, 7_000)
    load(collection(day, [first, second]))
    data = advice(next_day(day), [first], withheld=[(100, "Comisión")])
    document = """mutation ($input: GatewayFileInput!) { depositUpload(input: $input) {
      deposit { reference amount withheld filePath } errors { code } } }"""

    made = send(treasurer, data, document=document, name="depositUpload")

    assert made["errors"] == []
    assert (made["deposit"]["amount"], made["deposit"]["withheld"]) == (9_900, 100)
    assert get(treasurer, made["deposit"]["filePath"]).content == data
    assert look(treasurer, day)["inTransit"] == {"count": 1, "amount": 7_000}
    assert look(treasurer, next_day(day))["deposited"] == 9_900
    found, after = [], None
    while True:
        treasurer.move()
        page = treasurer.ask(
            """query ($after: String) { moneyInTransit(first: 40, after: $after) {
              edges { node { operationId amount days } } pageInfo { hasNextPage endCursor } } }""",
            after=after,
        )["data"]["moneyInTransit"]
        found += [edge["node"] for edge in page["edges"]]
        after = page["pageInfo"]["endCursor"]
        if not page["pageInfo"]["hasNextPage"]:
            break
    operations = [each["operationId"] for each in found]
    assert operations.count(str(second.operation)) == 1
    assert str(first.operation) not in operations
    assert len(operations) == len(set(operations))
    (mine,) = [each for each in found if each["operationId"] == str(second.operation)]
    assert mine["days"] > 5_000


def test_lists_are_paged_without_a_gap() -> None:
    treasurer, day = person(Role.TREASURER), new_day()
    load(collection(day, ["X", "Y", "Z"], count=1))
    keys, after = [], None
    while True:
        page = treasurer.ask(DIFFERENCES, day=str(day), after=after)["data"]["reconciliationDifferences"]
        keys += [edge["node"]["key"] for edge in page["edges"]]
        after = page["pageInfo"]["endCursor"]
        if not page["pageInfo"]["hasNextPage"]:
            break

    assert len(keys) == len(set(keys)) == 4
    days = treasurer.ask(
        """query { reconciliationDays(first: 3) { edges { node { day closedAt filed { count } } cursor } }
          moneyNotFiled(first: 2) { edges { node { orderNumber days } } }
          collections(first: 2) { edges { node { id } } } }"""
    )["data"]
    listed = [edge["node"]["day"] for edge in days["reconciliationDays"]["edges"]]
    assert listed == sorted(listed, reverse=True)
    assert len(days["collections"]["edges"]) == 2
    more = treasurer.ask(
        "query ($after: String) { reconciliationDays(first: 1, after: $after) { edges { node { day } } } }",
        after=days["reconciliationDays"]["edges"][0]["cursor"],
    )["data"]["reconciliationDays"]["edges"][0]["node"]["day"]
    assert more == listed[1]


def test_the_rendition_is_handed_out_as_table_and_workbook() -> None:
    auditor, day = person(Role.AUDITOR), new_day()
    load(collection(day, [unknown_line(day)]))

    table = get(auditor, f"/staff/rendition.csv?from={day}&to={day}")
    workbook = get(auditor, f"/staff/rendition.xlsx?from={day}")

    assert (table.status_code, table["Content-Type"]) == (200, "text/csv; charset=utf-8")
    assert "homeless;Dinero sin destino, por resolver;Por resolver;1;10000;0;10000" in table.content.decode("utf-8-sig")
    assert workbook.content.startswith(b"PK")
    assert table["Cache-Control"] == "private, no-store"
    for path in (
        "rendition.pdf?from=2025-01-01",
        "rendition.csv?from=x",
        "rendition.csv?from=2025-01-02&to=2025-01-01",
    ):
        assert get(auditor, f"/staff/{path}").status_code == 404


@pytest.mark.parametrize("path", ["rendition.csv?from=2025-01-01", "collections/x/file", "deposits/x/file"])
def test_files_are_for_those_who_may_read_the_books(path: str) -> None:
    assert get(Person(TOWN), f"/staff/{path}").status_code == 401
    assert get(person(Role.TRAFFIC_DEPARTMENT), f"/staff/{path}").status_code == 403


def test_a_clerk_loads_and_does_not_close() -> None:
    clerk, day = person(Role.CLERK), new_day()

    assert send(clerk, collection(day, []))["errors"] == []
    work_off(day)
    answer = clerk.ask(ACT.format("DayInput", "dayClose", DAY), input={"day": str(day)})

    assert codes(answer) == ["people.permission_denied"]


def test_a_file_of_one_municipality_is_nobody_s_in_another() -> None:
    treasurer, day = person(Role.TREASURER), new_day()
    uploaded = send(treasurer, collection(day, []))["collection"]["id"]
    work_off(day)

    elsewhere = person(Role.TREASURER, town=OTHER_TOWN)

    assert get(elsewhere, f"/staff/collections/{uploaded}/file").status_code == 404
    assert send(elsewhere, collection(day, []))["errors"][0]["code"] == "billing.other_agreement"
    assert look(elsewhere, day)["collections"] == []


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
def test_days_out_of_range_are_an_error_that_is_told(day: str) -> None:
    treasurer = person(Role.TREASURER)

    assert codes(treasurer.ask(ONE, day=day)) == ["billing.day_out_of_range"]
    assert act(treasurer, "DayReopenInput", "dayReopen", day=day, reason="x")["errors"][0]["code"] in (
        "billing.day_out_of_range",
        "billing.day_not_begun",
    )


def test_an_amount_beyond_what_a_number_of_graphql_holds_is_told() -> None:
    treasurer, day = person(Role.TREASURER), new_day()
    line = Line(new_operation(), unknown_line(day).order, 2**40, day, unknown_line(day).paid_at)
    load(collection(day, [line]))

    assert look(treasurer, day)["filed"]["amount"] == 2**40
