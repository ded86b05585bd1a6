"""The door of rolls in the staff schema: a file by the multipart specification, followed until it is applied."""

import csv
import io
import json
from collections.abc import Mapping
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from backend.audit.models import AuditEntry
from backend.people.rules import Role
from backend.schema.nodes import node_id
from backend.schema.staff.roll_types import ROLL
from tests.operations.debts import as_csv, as_xlsx, in_town
from tests.rolls.batches import PERMIT, new_year, row, work_off
from tests.staff.people import OTHER_TOWN, TOWN, Json, Person, codes, entries, known

ROLL_FIELDS = """id number state filename year isComplete rowsRead rowsTotal errorCount warningCount refusal uploadedBy
  filePath correctionsPath result { created updated unchanged removed kept keptObjects }"""
UPLOAD = f"""mutation ($input: RollUploadInput!) {{
  rollUpload(input: $input) {{ roll {{ {ROLL_FIELDS} }} errors {{ code message field }} }} }}"""
ONE = f"query ($id: ID!) {{ roll(id: $id) {{ roll {{ {ROLL_FIELDS} }} errors {{ code }} }} }}"
ACT = "mutation ($input: RollInput!) {{ {0}(input: $input) {{ roll {{ {1} }} errors {{ code message }} }} }}"
PREVIEW = """query ($id: ID!) { rollPreview(id: $id) {
  preview { rows groups { kind count examples { row objectKey period differences { field before after } } } }
  errors { code } } }"""
ISSUES = """query ($id: ID!, $first: Int!, $after: String) { rollIssues(id: $id, first: $first, after: $after) {
  edges { node { row column message severity } } pageInfo { hasNextPage endCursor } } }"""


def send(person: Person, data: bytes, *, year: int, filename: str = "nomina.csv", **more: object) -> Json:
    """Upload; the payload."""
    person.move()
    fields = {"service": PERMIT, "year": year, "file": None, "idempotencyKey": uuid4().hex, **more}
    form = {
        "operations": json.dumps({"query": UPLOAD, "variables": {"input": fields}}),
        "map": json.dumps({"f": ["variables.input.file"]}),
        "f": SimpleUploadedFile(filename, data),
    }
    answer: Json = person.client.post("/graphql/staff", form, headers={"X-CSRFToken": person.token}).json()
    payload: Json = answer["data"]["rollUpload"]
    return payload


def act(person: Person, name: str, roll: str) -> Json:
    person.move()
    payload: Json = person.ask(ACT.format(name, ROLL_FIELDS), input={"id": roll})["data"][name]
    return payload


def follow(person: Person, roll: str) -> Json:
    found: Json = person.ask(ONE, id=roll)["data"]["roll"]["roll"]
    return found


def file_of(person: Person, path: str) -> Any:
    person.move()
    return person.client.get(path)


def test_a_roll_goes_from_the_browser_to_the_debts_and_back() -> None:
    year = new_year()
    given = row(year)
    person = known(Role.TREASURER)

    uploaded = send(person, as_xlsx([given]), year=year, filename="Nómina 2025.xlsx")["roll"]
    work_off(uploaded["number"])
    ready = follow(person, uploaded["id"])
    preview = person.ask(PREVIEW, id=uploaded["id"])["data"]["rollPreview"]["preview"]
    applied = act(person, "rollApply", uploaded["id"])["roll"]
    undone = act(person, "rollUndo", uploaded["id"])["roll"]

    assert (uploaded["state"], uploaded["filename"], uploaded["rowsRead"]) == ("UPLOADED", "Nómina 2025.xlsx", 0)
    assert (ready["state"], ready["rowsRead"], ready["rowsTotal"], ready["refusal"]) == ("READY", 1, 1, None)
    assert preview == {
        "rows": 1,
        "groups": [
            {
                "kind": "NEW",
                "count": 1,
                "examples": [{"row": 2, "objectKey": given["Patente"], "period": str(year), "differences": []}],
            }
        ],
    }
    assert (applied["state"], applied["result"]["created"], undone["state"]) == ("APPLIED", 1, "UNDONE")
    with in_town(TOWN):
        acts = AuditEntry.objects.filter(object_kind="RollBatch", object_key=str(uploaded["number"])).order_by("id")
        assert list(acts.values_list("act", flat=True)) == ["roll.uploaded", "roll.applied", "roll.undone"]
        assert {entry.account_id for entry in acts} != {None}


def test_errors_are_shown_as_a_table_in_pages_and_as_a_file() -> None:
    year = new_year()
    person = known(Role.CLERK)
    uploaded = send(person, as_csv([row(year, Rut="1-1"), row(year, Sello_verde="?")]), year=year)["roll"]
    for _ in range(2):
        work_off(uploaded["number"])

    rejected = follow(person, uploaded["id"])
    page = person.ask(ISSUES, id=uploaded["id"], first=1)["data"]["rollIssues"]
    rest = person.ask(ISSUES, id=uploaded["id"], first=5, after=page["pageInfo"]["endCursor"])["data"]["rollIssues"]
    file = file_of(person, rejected["correctionsPath"])

    assert (rejected["state"], rejected["errorCount"]) == ("REJECTED", 2)
    assert "2 errores" in rejected["refusal"]
    nodes = [edge["node"] for edge in (*page["edges"], *rest["edges"])]
    assert [(node["row"], node["column"], node["severity"]) for node in nodes] == [
        (2, "Rut", "ERROR"),
        (3, "Sello_verde", "ERROR"),
    ]
    assert (page["pageInfo"]["hasNextPage"], rest["pageInfo"]["hasNextPage"]) == (True, False)
    assert file.headers["Content-Disposition"] == "attachment; filename*=UTF-8''nomina%20-%20errores.csv"
    assert file.headers["Cache-Control"] == "private, no-store"
    header, *lines = csv.reader(io.StringIO(file.content.decode("utf-8-sig")), delimiter=";")
    assert (header[-1], lines[1][-1]) == ("Errores", "Sello_verde: Debe ser Si o No.")


def test_the_messages_come_in_the_language_of_the_person() -> None:
    year = new_year()
    person = known(Role.CLERK)
    uploaded = send(person, as_csv([row(year, Rut="1-1")]), year=year)["roll"]
    work_off(uploaded["number"])

    answer = person.post(
        {"query": ISSUES, "variables": {"id": uploaded["id"], "first": 5}}, **{"Accept-Language": "en"}
    ).json()

    assert answer["data"]["rollIssues"]["edges"][0]["node"]["message"].startswith("The RUT is not valid")


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"service": "parking"}, "services.unknown"),
        ({"year": 1}, "billing.roll_year"),
        ({"filename": "n.exe"}, "billing.roll_unreadable"),
    ],
)
def test_what_cannot_be_a_roll_is_an_error_of_the_payload(changes: Mapping[str, Any], code: str) -> None:
    given = {"year": 2025, **changes}

    payload = send(known(Role.TREASURER), as_csv([row(2025)]), **given)

    assert payload["roll"] is None
    assert [error["code"] for error in payload["errors"]] == [code]


def test_uploading_is_not_applying() -> None:
    year = new_year()
    clerk = known(Role.CLERK)
    uploaded = send(clerk, as_csv([row(year)]), year=year)["roll"]
    work_off(uploaded["number"])

    denied = clerk.ask(ACT.format("rollApply", "id"), input={"id": uploaded["id"]})

    assert codes(denied) == ["people.permission_denied"]
    assert follow(clerk, uploaded["id"])["state"] == "READY"
    assert act(clerk, "rollDiscard", uploaded["id"])["roll"]["state"] == "DISCARDED"


def test_a_roll_of_one_municipality_is_nothing_in_another() -> None:
    year = new_year()
    uploaded = send(known(Role.TREASURER), as_csv([row(year)]), year=year)["roll"]
    work_off(uploaded["number"])
    foreign = known(Role.TREASURER, OTHER_TOWN)
    unused = node_id(ROLL, uploaded["number"] + 1_000_000)

    for wanted in (unused, "x", node_id("StaffDebt", 1)):
        answer = foreign.ask(ONE, id=wanted)["data"]["roll"]
        assert answer["roll"] is None
        assert answer["errors"][0]["code"] in ("billing.roll_not_found", "schema.node_id")
    theirs = foreign.ask(f"query {{ rolls(year: {year}) {{ edges {{ node {{ id }} }} }} }}")["data"]["rolls"]["edges"]
    assert theirs == []
    assert file_of(foreign, f"/staff/rolls/{unused}/file").status_code == 404


def test_files_are_for_those_who_are_signed_in_and_may_read_rolls() -> None:
    year = new_year()
    data = as_csv([row(year)])
    uploaded = send(known(Role.TREASURER), data, year=year)["roll"]
    paths = [uploaded["filePath"], f"/staff/rolls/{uploaded['id']}/corrections", "/staff/roll-templates/waste_fee.csv"]

    here, stranger, administrator = known(Role.AUDITOR), Person(), known(Role.ADMINISTRATOR)
    there = Person(OTHER_TOWN)
    there.client.cookies["sem-session"] = here.cookie

    assert [file_of(stranger, path).status_code for path in paths] == [401] * 3
    assert [file_of(there, path).status_code for path in paths] == [401] * 3
    before = len(entries(outcome="DENIED", object_key="rollFile"))
    assert [file_of(administrator, path).status_code for path in paths] == [403] * 3
    assert len(entries(outcome="DENIED", object_key="rollFile")) == before + 1
    assert [file_of(here, path).status_code for path in paths] == [200, 404, 200]
    assert file_of(here, paths[0]).content == data


def test_a_template_comes_by_service_and_kind() -> None:
    person = known(Role.CLERK)

    workbook = file_of(person, "/staff/roll-templates/circulation_permit.xlsx")
    table = file_of(person, "/staff/roll-templates/business_licence.csv")

    assert workbook.content.startswith(b"PK")
    assert "nomina_circulation_permit.xlsx" in workbook.headers["Content-Disposition"]
    assert table.content.decode("utf-8-sig").startswith("Rol;Rut;Nombre")
    for path in ("parking.xlsx", "waste_fee.pdf", "waste_fee.XLSX"):
        assert file_of(person, f"/staff/roll-templates/{path}").status_code == 404
