"""Staff's mutations by what a repeat of them does: those that make something take a key, the others say why not.

A new mutation that makes something: a row in `CREATIONS`. Any other: a line in `SAFE_TO_REPEAT`.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from uuid import uuid4

from django.core.files.uploadedfile import SimpleUploadedFile
from graphql import GraphQLNonNull

from backend.audit.actors import terminal
from backend.people.rules import PERMISSIONS, Permission, Role
from backend.profile.themes import save_theme
from backend.schema.nodes import node_id
from backend.schema.staff.access import ACCESS
from backend.schema.staff.debts import DEBT
from backend.schema.staff.homeless_types import HOMELESS
from backend.schema.staff.theme_types import THEME_VERSION
from tests.operations.debts import ANNUAL, YEAR, as_csv, car, in_town, unused_row
from tests.operations.homeless import paid_twice, paid_twice_with_another_debt
from tests.operations.refunding import item_of, paid
from tests.operations.towns import DEMO_TOWNS
from tests.reconciliation.collected import advice, collection, new_day, unknown_line
from tests.rolls.batches import PERMIT, new_year, row
from tests.staff.looks import as_kept, look
from tests.staff.made_up import FIELDS, SCHEMA
from tests.staff.people import TOWN, Json, Person
from theming.tokens import preset_logo

FORM = next(town.form for town in DEMO_TOWNS if town.slug == TOWN)

SAFE_TO_REPEAT: Mapping[str, str] = {
    "sessionCreate": "nobody is signed in whose key it could be; a session more ends by itself",
    "sessionEnd": "what has ended stays so",
    "passwordChange": "a repeat finds that the old password no longer is",
    "accountUpdate": "sets what it says",
    "accountActivate": "sets what it says",
    "accountDeactivate": "sets what it says",
    "accountPasswordReset": "a repeat gives another temporary password, and the last one opens",
    "homelessDebtCheck": "what was OK today is not asked again",
    "mailRedrive": "what waits already stays so, what was sent is refused",
    "debtWithdraw": "what is withdrawn stays so, for the first reason",
    "signatureSettingSet": "sets what it says",
    "refundApprove": "a state that is reached stays so",
    "refundDeny": "a state that is reached stays so",
    "refundChangeToTransfer": "a state that is reached stays so",
    "refundRecordTransfer": "a state that is reached stays so; another decree or reference is refused",
    "rollDiscard": "a state that is reached stays so",
    "rollApply": "a state that is reached stays so",
    "differenceExplain": "the same note again adds nothing",
    "dayClose": "a state that is reached stays so",
    "dayReopen": "a state that is reached stays so, for the first reason",
    "rollUndo": "a state that is reached stays so",
}


@dataclass(frozen=True)
class Creation:
    """`thing` of the payload is what is made, `act` its row in the log; `wish` is a right input, without its key.

    `other` makes another request of a wish. Bytes in a wish are sent as a file.
    """

    thing: str
    act: str
    wish: Callable[[], Json]
    other: Callable[[Json], Json]


def _homeless(**more: object) -> Json:
    """An input about new money without a home."""
    kept = paid_twice(car("nunoa"))
    return {"id": node_id(HOMELESS, kept.homeless_id), "statedOpen": ANNUAL, **more}


def _earlier_look() -> str:
    """The id of a version of the look that is not in force any more."""
    with in_town(TOWN):
        version = save_theme(tokens=as_kept(look(help=f"Antes {uuid4().hex}")), logo=None, actor=terminal())
        save_theme(tokens=as_kept(look(help=f"Ahora {uuid4().hex}")), logo=None, actor=terminal())
    return node_id(THEME_VERSION, version)


def _appliable() -> Json:
    kept, other = paid_twice_with_another_debt("nunoa")
    wish = {"id": node_id(HOMELESS, kept.homeless_id), "debtId": node_id(DEBT, other.obligation_id)}
    return {**wish, "option": "single", "statedOpen": ANNUAL}


CREATIONS: Mapping[str, Creation] = {
    "accountCreate": Creation(
        thing="account",
        act="account.created",
        wish=lambda: {
            "email": f"nueva-{uuid4().hex[:12]}@nunoa.example",
            "fullName": "Funcionaria de prueba 9",
            "roles": ["CLERK"],
        },
        other=lambda wish: {**wish, "roles": ["TREASURER"]},
    ),
    "debtAccept": Creation(
        thing="debt",
        act="debt.accepted",
        wish=lambda: {"service": PERMIT, "year": YEAR, "cells": _cells(unused_row())},
        other=lambda wish: {**wish, "cells": _cells(unused_row())},
    ),
    "homelessApply": Creation(
        thing="decision",
        act="homeless.applied",
        wish=_appliable,
        other=lambda wish: {**wish, "option": "first"},
    ),
    "homelessRefund": Creation(
        thing="decision",
        act="homeless.refund_requested",
        wish=lambda: _homeless(amount=20_000, reason="Pago doble"),
        other=lambda wish: {**wish, "amount": 20_001},
    ),
    "homelessClaim": Creation(
        thing="decision",
        act="homeless.claimed",
        wish=lambda: _homeless(note="Oficio 7"),
        other=lambda wish: {**wish, "note": "Oficio 8"},
    ),
    "rateSet": Creation(
        thing="rate",
        act="rate.set",
        wish=lambda: {
            "service": PERMIT,
            "key": f"due_on.{new_year()}.march.single",
            "value": "2031-04-15",
            "validFrom": "2031-01-01",
            "source": "Decreto de prueba 7",
        },
        other=lambda wish: {**wish, "value": "2031-04-16"},
    ),
    "refundRequest": Creation(
        thing="refund",
        act="refund.requested",
        wish=lambda: {"itemId": _paid_item(), "statedAmount": ANNUAL, "reason": "Pagó dos veces"},
        other=lambda wish: {**wish, "reason": "Pagó otro vehículo"},
    ),
    "collectionUpload": Creation(
        thing="collection",
        act="collection.uploaded",
        wish=lambda: {"file": collection(new_day(), [], form=FORM)},
        other=lambda wish: {"file": collection(new_day(), [], form=FORM)},
    ),
    "depositUpload": Creation(
        thing="deposit",
        act="deposit.recorded",
        wish=lambda: {"file": advice(day := new_day(), [unknown_line(day)], form=FORM)},
        other=lambda wish: {"file": advice(day := new_day(), [unknown_line(day)], form=FORM)},
    ),
    "themeSave": Creation(
        thing="theme",
        act="theme.saved",
        wish=lambda: {"tokens": look(help=f"Consultas de prueba {uuid4().hex}"), "logo": preset_logo("valdivia")},
        other=lambda wish: {**wish, "tokens": {**wish["tokens"], "radius": 7}},
    ),
    "themeRestore": Creation(
        thing="theme",
        act="theme.restored",
        wish=lambda: {"id": _earlier_look()},
        other=lambda wish: {"id": _earlier_look()},
    ),
    "rollUpload": Creation(
        thing="roll",
        act="roll.uploaded",
        wish=lambda: {"service": PERMIT, "year": (year := new_year()), "file": as_csv([row(year)])},
        other=lambda wish: {**wish, "file": as_csv([row(int(wish["year"]))])},
    ),
}


def mutations() -> set[str]:
    """Names of all mutations of the schema."""
    return set(SCHEMA.mutation_type.fields) if SCHEMA.mutation_type else set()


def keyed_mutations() -> set[str]:
    """Names of those whose input asks for a key."""
    return {name for name in mutations() if _asks_for_key(name)}


def who_may(name: str) -> Role:
    """A role that may use the mutation."""
    permission = ACCESS[name]
    assert isinstance(permission, Permission)
    return min(PERMISSIONS[permission])


def send(person: Person, name: str, wish: Json, key: str) -> Json:
    """Have somebody ask for it under a key; the payload: what was made, by its id, and errors."""
    person.move()
    creation, kind = CREATIONS[name], FIELDS[name].args["input"].type.of_type.name
    query = f"""mutation ($input: {kind}!) {{
      {name}(input: $input) {{ {creation.thing} {{ id }} errors {{ code field }} }} }}"""
    files = {field: value for field, value in wish.items() if isinstance(value, bytes)}
    fields = {**wish, **dict.fromkeys(files), "idempotencyKey": key}
    answer = _send_form(person, query, fields, files) if files else person.ask(query, input=fields)
    payload: Json = answer["data"][name]
    return payload


def _send_form(person: Person, query: str, fields: Json, files: Mapping[str, bytes]) -> Json:
    form = {
        "operations": json.dumps({"query": query, "variables": {"input": fields}}),
        "map": json.dumps({field: [f"variables.input.{field}"] for field in files}),
        **{field: SimpleUploadedFile("nomina.csv", data) for field, data in files.items()},
    }
    answer: Json = person.client.post("/graphql/staff", form, headers={"X-CSRFToken": person.token}).json()
    return answer


def _asks_for_key(name: str) -> bool:
    given = FIELDS[name].args.get("input")
    fields = given.type.of_type.fields if given else {}
    key = fields.get("idempotencyKey")
    return key is not None and isinstance(key.type, GraphQLNonNull)


def _paid_item() -> str:
    vehicle = car(TOWN)
    return node_id("PaidItem", item_of(vehicle, paid(vehicle)).id)


def _cells(row: Mapping[str, object]) -> list[Json]:
    return [{"column": column, "value": str(value)} for column, value in row.items() if value is not None]
