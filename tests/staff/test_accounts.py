"""Accounts: who may exist, who must remain, and pages of them."""

import threading
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction
from django_tenants.utils import schema_context

from backend.people import operations
from backend.people.models import StaffAccount
from backend.people.passwords import PasswordNotUsable
from backend.people.queries import get_accounts
from backend.people.rules import PERMISSIONS, Permission, Role
from backend.schema.nodes import node_id
from backend.shared.errors import DomainError
from backend.shared.paging import CursorInvalid, PageTooLarge, cursor_of
from tests.staff.people import (
    OTHER_TOWN,
    SETUP,
    TOWN,
    Json,
    Person,
    codes,
    entries,
    fresh,
    known,
    new_account,
    signed_in,
)

CREATE = """mutation ($input: AccountCreateInput!) {
  accountCreate(input: $input) { account { id email roles } temporaryPassword errors { code field } }
}"""
UPDATE = """mutation ($input: AccountUpdateInput!) {
  accountUpdate(input: $input) { account { fullName roles } errors { code field } }
}"""
LIST = """query ($first: Int! $after: String) {
  accounts(first: $first, after: $after) { edges { node { id email } cursor } pageInfo { hasNextPage endCursor } }
}"""
EMPTY_TOWN = "lebu"


def _wish(email: str, **more: object) -> Json:
    plain = {"fullName": "Funcionario de prueba 4", "roles": ["CLERK"], "idempotencyKey": uuid4().hex}
    return {"email": email, **plain, **more}


def _account_mutation(person: Person, name: str, node: str) -> Json:
    answer = person.ask(
        f"mutation ($input: AccountInput!) {{ {name}(input: $input) {{ account {{ isActive }} errors {{ code }} }} }}",
        input={"id": node},
    )
    payload: Json = answer["data"][name]
    return payload


def test_the_table_of_permissions_names_every_permission_and_cannot_be_changed() -> None:
    assert set(PERMISSIONS) == set(Permission)
    assert all(PERMISSIONS.values())
    with pytest.raises(TypeError):
        PERMISSIONS[Permission.AUDIT_READ] = frozenset(Role)  # type: ignore[index]  # it must not work


def test_the_auditor_reads_and_changes_nothing_and_the_administrator_touches_no_money() -> None:
    held = {role: {each for each in Permission if role in PERMISSIONS[each]} for role in Role}

    assert {each.value.rpartition("_")[2] for each in held[Role.AUDITOR] - {Permission.OWN_ACCOUNT}} == {"read"}
    assert held[Role.ADMINISTRATOR] == {
        Permission.OWN_ACCOUNT,
        Permission.ACCOUNTS_READ,
        Permission.ACCOUNTS_MANAGE,
        Permission.AUDIT_READ,
        Permission.INSTITUTIONS_READ,
        Permission.SIGNATURES_READ,
        Permission.THEMES_READ,
        Permission.THEMES_CHANGE,
    }


def test_a_new_account_signs_in_with_its_temporary_password_shown_once() -> None:
    administrator = signed_in(Role.ADMINISTRATOR)
    wish = _wish("Nueva@Nunoa.Example", fullName="  Funcionario   de prueba 3 ", roles=["CLERK", "CLERK"])

    payload = administrator.ask(CREATE, input=wish)["data"]["accountCreate"]

    assert payload["errors"] == []
    assert payload["account"]["email"] == "nueva@nunoa.example"
    assert payload["account"]["roles"] == ["CLERK"]
    assert len(payload["temporaryPassword"]) >= 16
    assert Person().sign_in("nueva@nunoa.example", payload["temporaryPassword"])["errors"] == []
    assert Person(OTHER_TOWN).sign_in("nueva@nunoa.example", payload["temporaryPassword"])["errors"]
    (entry,) = entries(act="account.created", changes__email__1="nueva@nunoa.example")
    assert payload["temporaryPassword"] not in str(vars(entry))


@pytest.mark.parametrize(
    ("change", "code", "field"),
    [
        ({"email": "no es un correo"}, "people.email", "email"),
        ({"email": "a" * 250 + "@nunoa.example"}, "people.email", "email"),
        ({"fullName": "   "}, "people.name", "fullName"),
        ({"fullName": "x" * 121}, "people.name", "fullName"),
        ({"roles": []}, "people.roles", "roles"),
    ],
)
def test_an_account_that_cannot_be_is_refused(change: Json, code: str, field: str) -> None:
    wish = _wish("imposible@nunoa.example") | change

    payload = signed_in(Role.ADMINISTRATOR).ask(CREATE, input=wish)["data"]["accountCreate"]

    assert payload == {"account": None, "temporaryPassword": None, "errors": [{"code": code, "field": field}]}


def test_an_address_has_one_account_in_whatever_case() -> None:
    taken = new_account()
    wish = _wish(taken.email.upper())

    payload = signed_in(Role.ADMINISTRATOR).ask(CREATE, input=wish)["data"]["accountCreate"]

    assert payload["errors"] == [{"code": "people.email", "field": "email"}]


def test_the_database_itself_refuses_an_unknown_role_and_an_address_in_capitals() -> None:
    account = new_account()

    with schema_context(TOWN):
        for change in ({"roles": ["emperor"]}, {"email": "MAYUSCULAS@nunoa.example"}):
            with pytest.raises(IntegrityError), transaction.atomic():
                StaffAccount.objects.filter(id=account.id).update(**change)


@pytest.mark.parametrize(
    "password",
    ["corta-7.", "918273645546", "qwertyuiop123", "x" * 129, "funcionaria-de-prueba"],
    ids=["short", "digits", "common", "long", "like the name"],
)
def test_a_weak_password_is_refused_in_both_languages(password: str) -> None:
    with schema_context(TOWN), pytest.raises(PasswordNotUsable) as refusal:
        new_account(password=password, name="Funcionaria de Prueba")

    assert "contraseña" in refusal.value.message.es.lower()
    assert "password" in refusal.value.message.en.lower()


def test_roles_and_name_change_and_the_log_says_from_what_to_what() -> None:
    account = new_account(Role.CLERK)
    administrator = signed_in(Role.ADMINISTRATOR)
    wish = {"id": _node(administrator, account), "roles": ["TREASURER", "AUDITOR"]}

    payload = administrator.ask(UPDATE, input=wish)["data"]["accountUpdate"]

    assert payload["errors"] == []
    assert fresh(account).roles == ["auditor", "treasurer"]
    (entry,) = entries(act="account.updated", object_key=account.id)
    assert entry.changes == {"roles": [["clerk"], ["auditor", "treasurer"]]}


def test_the_last_administrator_remains() -> None:
    with schema_context(EMPTY_TOWN):
        account = new_account(Role.ADMINISTRATOR, town=EMPTY_TOWN)
        closed = new_account(Role.ADMINISTRATOR, town=EMPTY_TOWN)
        operations.set_account_active(account_id=closed.id, is_active=False, actor=SETUP)

        with pytest.raises(operations.LastAdministrator):
            operations.update_account(account_id=account.id, roles=[Role.CLERK], actor=SETUP)
        with pytest.raises(operations.LastAdministrator):
            operations.set_account_active(account_id=account.id, is_active=False, actor=SETUP)
        assert fresh(account, EMPTY_TOWN).roles == ["administrator"]
        assert fresh(account, EMPTY_TOWN).is_active

        operations.set_account_active(account_id=closed.id, is_active=True, actor=SETUP)
        operations.update_account(account_id=account.id, roles=[Role.CLERK], actor=SETUP)
        operations.update_account(account_id=closed.id, full_name="Funcionaria de prueba 6", actor=SETUP)


def test_two_administrators_who_demote_each_other_at_once_leave_one() -> None:
    with schema_context("taltal"):
        pair = [new_account(Role.ADMINISTRATOR, town="taltal") for _ in range(2)]
    outcomes: list[str] = []
    gate = threading.Barrier(2)

    def demote(account: StaffAccount) -> None:
        with schema_context("taltal"):
            gate.wait()
            try:
                operations.update_account(account_id=account.id, roles=[Role.CLERK], actor=SETUP)
                outcomes.append("done")
            except DomainError as error:
                outcomes.append(error.code)
        connection.close()

    threads = [threading.Thread(target=demote, args=(account,)) for account in pair]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(outcomes) == ["done", "people.last_administrator"], "nobody is left who may make accounts"


def test_a_closed_account_opens_again() -> None:
    account = new_account()
    administrator = signed_in(Role.ADMINISTRATOR)
    node = _node(administrator, account)

    assert _account_mutation(administrator, "accountDeactivate", node)["account"] == {"isActive": False}
    assert Person().sign_in(account.email)["errors"]
    assert _account_mutation(administrator, "accountActivate", node)["account"] == {"isActive": True}
    assert not Person().sign_in(account.email)["errors"]


def test_an_account_of_another_municipality_does_not_exist_here() -> None:
    administrator = signed_in(Role.ADMINISTRATOR)
    account = new_account(town=OTHER_TOWN)

    for node in (_made_up_node(account.id + 10**6), "x", "Ω", "U3RhZmZBY2NvdW50Oi0x", ""):
        payload = _account_mutation(administrator, "accountDeactivate", node)
        assert payload["errors"][0]["code"] in ("people.account_not_found", "schema.node_id")

    assert fresh(account, OTHER_TOWN).is_active


def test_pages_of_accounts_neither_repeat_nor_skip_while_the_list_grows() -> None:
    for _ in range(3):
        new_account()
    reader = signed_in(Role.AUDITOR)
    seen: list[str] = []
    after = None
    while True:
        page = reader.ask(LIST, first=2, after=after)["data"]["accounts"]
        seen += [edge["node"]["email"] for edge in page["edges"]]
        if not page["pageInfo"]["hasNextPage"]:
            break
        after = page["pageInfo"]["endCursor"]
        if len(seen) == 2:
            new_account()

    with schema_context(TOWN):
        assert seen == list(StaffAccount.objects.order_by("id").values_list("email", flat=True))


@pytest.mark.parametrize("after", ["x", "Ω", "W10", cursor_of(("1",)), cursor_of((-1,)), cursor_of((2**63,)), "W1tdXQ"])
def test_a_cursor_that_we_did_not_give_is_an_error_and_not_an_empty_page(after: str) -> None:
    assert codes(signed_in_reader().ask(LIST, first=2, after=after)) == ["shared.cursor"]
    with schema_context(TOWN), pytest.raises(CursorInvalid):
        get_accounts(first=2, after=after)


@pytest.mark.parametrize("first", [0, -1, 101])
def test_a_page_has_between_one_and_a_hundred_rows(first: int) -> None:
    assert codes(signed_in_reader().ask(LIST, first=first)) == ["shared.page_size"]
    with schema_context(TOWN), pytest.raises(PageTooLarge):
        get_accounts(first=first)


def signed_in_reader() -> Person:
    return known(Role.AUDITOR)


def _node(reader: Person, account: StaffAccount) -> str:
    after = cursor_of((account.id - 1,))
    page = reader.ask(LIST, first=1, after=after)["data"]["accounts"]
    node: str = page["edges"][0]["node"]["id"]
    return node


def _made_up_node(row_id: int) -> str:
    return str(node_id("StaffAccount", row_id))
