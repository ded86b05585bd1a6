"""Refunds through the staff schema and the command line: who may do what, and that two people are needed."""

import re

import pytest

from backend.billing.models import Refund
from backend.people.rules import Role
from backend.schema.nodes import node_id
from backend.shared import clock
from tests.operations.debts import ANNUAL, car, in_town
from tests.operations.orders import state
from tests.operations.platform import run_python
from tests.operations.refunding import DECREE, REFERENCE, WHY, paid, request
from tests.staff.people import OTHER_TOWN, TOWN, Json, Person, codes, entries, known, signed_in

FIELDS = "refund { id state method amount orderNumber debt requestedBy approvedBy decree bankReference }"
ANSWER = f"{{ {FIELDS} errors {{ code field }} }}"
ITEMS = """query ($order: String!) {
  paidItems(orderNumber: $order) { items { id service objectKey period amount } errors { code field } } }"""
LISTED = """query ($filter: RefundFilter) {
  refunds(filter: $filter) { edges { node { id state amount debt } } pageInfo { hasNextPage } } }"""


def mutate(person: Person, name: str, kind: str, **wish: object) -> Json:
    person.move()
    answer = person.ask(f"mutation ($input: {kind}!) {{ {name}(input: $input) {ANSWER} }}", input=wish)
    assert codes(answer) == [], answer
    payload: Json = answer["data"][name]
    return payload


def refused(person: Person, name: str, kind: str, **wish: object) -> str:
    return str(mutate(person, name, kind, **wish)["errors"][0]["code"])


def requested(person: Person, number: str, *, amount: int = ANNUAL) -> Json:
    (item,) = person.ask(ITEMS, order=number)["data"]["paidItems"]["items"]
    return mutate(
        person,
        "refundRequest",
        "RefundRequestInput",
        itemId=item["id"],
        statedAmount=amount,
        reason=WHY,
        idempotencyKey=f"devolver-{number}",
    )


def test_a_clerk_requests_the_finance_director_approves_and_the_treasurer_records() -> None:
    vehicle = car(TOWN)
    opened = paid(vehicle)
    clerk, director, treasurer = (signed_in(role) for role in (Role.CLERK, Role.FINANCE_DIRECTOR, Role.TREASURER))

    asked = requested(clerk, opened.order.number)["refund"]
    approved = mutate(director, "refundApprove", "RefundInput", id=asked["id"])["refund"]
    done = mutate(
        treasurer,
        "refundRecordTransfer",
        "RefundTransferInput",
        id=asked["id"],
        decree=DECREE,
        bankReference=REFERENCE,
        transferredOn=clock.today().isoformat(),
    )["refund"]

    assert (asked["state"], asked["amount"], asked["debt"]) == (
        "REQUESTED",
        ANNUAL,
        f"circulation_permit {vehicle.plate} 2025",
    )
    assert (approved["state"], done["state"], done["method"]) == ("APPROVED", "EXECUTED", "TRANSFER")
    assert done["requestedBy"] != done["approvedBy"]
    assert (done["decree"], done["bankReference"]) == (DECREE, REFERENCE)
    assert state(vehicle, opened) == "REFUNDED"
    with in_town(TOWN):
        number = str(Refund.objects.get(order=opened.order).id)
    acts = [(entry.act, entry.roles) for entry in entries(object_kind="Refund", object_key=number)]
    assert acts == [
        ("refund.requested", "clerk"),
        ("refund.approved", "finance_director"),
        ("refund.executed", "treasurer"),
    ]


def test_a_treasurer_does_not_approve_what_she_requested() -> None:
    vehicle = car(TOWN)
    treasurer = signed_in(Role.TREASURER)
    asked = requested(treasurer, paid(vehicle).order.number)["refund"]

    code = refused(treasurer, "refundApprove", "RefundInput", id=asked["id"])

    assert code == "billing.second_person_needed"
    assert refused(treasurer, "refundDeny", "RefundDenyInput", id=asked["id"], reason="") == (
        "billing.refund_reason_missing"
    )


def test_another_amount_is_refused_and_names_the_field() -> None:
    opened = paid(car(TOWN))

    payload = requested(known(Role.CLERK), opened.order.number, amount=ANNUAL - 1)

    assert payload["refund"] is None
    assert payload["errors"] == [{"code": "billing.refund_amount_differs", "field": "statedAmount"}]


def test_refunds_are_listed_by_state_and_order() -> None:
    vehicle = car(TOWN)
    opened = paid(vehicle)
    request(vehicle, opened)
    auditor = known(Role.AUDITOR)

    def listed(**filter: object) -> list[str]:
        auditor.move()
        edges = auditor.ask(LISTED, filter=filter)["data"]["refunds"]["edges"]
        return [edge["node"]["state"] for edge in edges]

    assert listed(orderNumber=opened.order.number) == ["REQUESTED"]
    assert listed(orderNumber=opened.order.number, state="EXECUTED") == []
    assert listed(state="REQUESTED")


def test_an_id_of_another_municipality_opens_nothing() -> None:
    vehicle = car(TOWN)
    refund_id = request(vehicle, paid(vehicle))
    director = known(Role.FINANCE_DIRECTOR, OTHER_TOWN)
    with in_town(OTHER_TOWN):
        assert not Refund.objects.filter(id=refund_id, state="APPROVED").exists()

    for number in (refund_id + 10**9, 0):
        code = refused(director, "refundApprove", "RefundInput", id=node_id("Refund", number))
        assert code == "billing.refund_not_found"


def refund_command(*arguments: str, user: str) -> tuple[int, str]:
    done = run_python("-m", "backend.cli", "refund", *arguments, f"--municipality={TOWN}", LOGNAME=user)
    assert "Traceback" not in done.stderr
    return done.returncode, re.sub(r"\s+", " ", done.stderr)


def test_at_the_command_line_two_people_are_needed_too() -> None:
    vehicle = car(TOWN)
    opened = paid(vehicle)
    number = opened.order.number

    wrong = refund_command("request", number, "--amount=1", "--reason=Error", user="cajera")
    asked = refund_command("request", number, f"--amount={ANNUAL}", "--reason=Error", user="cajera")
    with in_town(TOWN):
        refund = str(Refund.objects.get(order=opened.order).id)
    alone = refund_command("approve", refund, user="cajera")
    approved = refund_command("approve", refund, user="finanzas")
    done = refund_command("transfer", refund, f"--decree={DECREE}", f"--reference={REFERENCE}", user="finanzas")

    assert (wrong[0], asked[0], alone[0], approved[0], done[0]) == (1, 0, 1, 0, 0)
    assert "$59.543" in wrong[1]
    assert "otra persona" in alone[1]
    assert f"devolución {refund} hecha, por transferencia" in done[1]
    assert state(vehicle, opened) == "REFUNDED"
    assert "hecha" in refund_command("list", user="finanzas")[1]


def test_the_command_line_denies_and_names_what_it_does_not_know() -> None:
    vehicle = car(TOWN)
    refund = str(request(vehicle, paid(vehicle)))

    denied = refund_command("deny", refund, "--reason=No corresponde", user="finanzas")
    unknown = refund_command("approve", "999999999", user="finanzas")

    assert (denied[0], unknown[0]) == (0, 1)
    assert f"devolución {refund} rechazada" in denied[1]
    assert "No encontramos esa devolución" in unknown[1]


@pytest.mark.parametrize("role", [Role.CLERK, Role.AUDITOR, Role.TRAFFIC_DEPARTMENT, Role.ADMINISTRATOR])
def test_who_may_not_approve_is_denied(role: Role) -> None:
    vehicle = car(TOWN)
    refund_id = request(vehicle, paid(vehicle))
    answer = known(role).ask(
        f"mutation ($input: RefundInput!) {{ refundApprove(input: $input) {ANSWER} }}",
        input={"id": node_id("Refund", refund_id)},
    )

    assert codes(answer) == ["people.permission_denied"]
    with in_town(TOWN):
        assert Refund.objects.get(id=refund_id).state == "REQUESTED"
