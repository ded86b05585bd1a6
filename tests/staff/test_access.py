"""Every query and mutation, asked by every role, by nobody, and by the other municipality."""

import functools

import pytest
from django_tenants.utils import schema_context
from graphql import GraphQLError

from backend.people.models import StaffAccount
from backend.people.rules import PERMISSIONS, Permission, Role
from backend.schema.staff.access import ACCESS, Anybody
from backend.schema.staff.guarding import AccessIncomplete, guard_root_fields
from backend.schema.staff.schema import staff_schema
from tests.staff.made_up import FIELDS, SCHEMA, ask_for
from tests.staff.people import DENIALS, OTHER_TOWN, TOWN, Json, Person, codes, entries, known, new_account, signed_in

GUARDED = sorted(name for name, access in ACCESS.items() if isinstance(access, Permission))
OPEN = sorted(name for name, access in ACCESS.items() if isinstance(access, Anybody))
ENDING = {"sessionEnd"}
MASKED = "Ocurrió un error inesperado. Intente nuevamente."


def test_every_root_field_has_a_line_in_the_table_and_every_line_a_field() -> None:
    assert FIELDS.keys() == ACCESS.keys()
    assert OPEN == ["sessionCreate"]


def test_a_schema_with_a_field_that_the_table_lacks_is_not_made() -> None:
    without_me = {name: access for name, access in ACCESS.items() if name != "me"}

    with pytest.raises(AccessIncomplete, match="me"):
        guard_root_fields(SCHEMA, without_me)
    with pytest.raises(AccessIncomplete, match="surplus"):
        guard_root_fields(SCHEMA, {**ACCESS, "surplus": Permission.OWN_ACCOUNT})


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("name", GUARDED)
def test_a_field_answers_the_roles_of_its_permission_and_denies_the_others(name: str, role: Role) -> None:
    permission = ACCESS[name]
    assert isinstance(permission, Permission)
    is_allowed = role in PERMISSIONS[permission]
    person = signed_in(role) if is_allowed and name in ENDING else known(role)
    before = _denials(name)

    answer = ask_for(person, name)

    if is_allowed:
        assert not DENIALS & set(codes(answer))
        assert MASKED not in codes(answer)
        assert _denials(name) == before
    else:
        assert codes(answer) == ["people.permission_denied"]
        assert answer["data"] is None
        assert _denials(name) == before + 1


@pytest.mark.parametrize("name", GUARDED)
def test_a_field_denies_nobody_out_loud(name: str) -> None:
    before = _denials(name)

    answer = ask_for(Person(), name)

    _assert_not_signed_in(answer)
    if "data" in answer:  # an upload of a stranger is refused before its document is read
        assert _denials(name) == before + 1


@pytest.mark.parametrize("name", GUARDED)
def test_the_session_of_one_municipality_is_nobody_in_another(name: str) -> None:
    here = known(Role.ADMINISTRATOR)
    there = Person(OTHER_TOWN)
    there.client.cookies["sem-session"] = here.cookie
    assert here.town == TOWN

    _assert_not_signed_in(ask_for(there, name))

    assert here.is_signed_in()


@pytest.mark.parametrize("name", GUARDED)
def test_a_temporary_password_opens_nothing_but_its_own_change(name: str) -> None:
    person = _with_temporary_password() if name in ENDING else _kept_with_temporary_password()

    answer = ask_for(person, name)

    if ACCESS[name] is Permission.OWN_ACCOUNT:
        assert not DENIALS & set(codes(answer))
    else:
        assert codes(answer) == ["people.password_is_temporary"]


def test_a_field_that_is_open_answers_nobody() -> None:
    for name in OPEN:
        assert not DENIALS & set(codes(ask_for(Person(), name)))


def test_two_fields_are_denied_each_for_itself() -> None:
    person = known(Role.CLERK)

    answer = person.ask("query { me { municipality } auditLog { pageInfo { hasNextPage } } }")

    assert codes(answer) == ["people.permission_denied"]
    assert answer["errors"][0]["path"] == ["auditLog"]
    assert "audit_read" in answer["errors"][0]["message"]


def test_the_lock_is_on_the_field_and_not_on_its_name_in_the_document() -> None:
    aliased = known(Role.CLERK).ask("query { me: accounts { pageInfo { hasNextPage } } }")
    in_fragment = known(Role.CLERK).ask("query { ...F } fragment F on Query { accounts { pageInfo { hasNextPage } } }")

    assert codes(aliased) == ["people.permission_denied"]
    assert codes(in_fragment) == ["people.permission_denied"]


def test_a_schema_that_nobody_locked_would_answer() -> None:
    """Positive control: what the tests above see is the lock."""
    document = "query { me { municipality } }"

    result = staff_schema.execute_sync(document, context_value=_Unlocked())

    assert [error.message for error in result.errors or ()] == ["the lock was asked"]


class _Unlocked:
    account = None
    language = "es"

    def require(self, *_: object, **__: object) -> None:
        raise GraphQLError("the lock was asked")


@functools.cache
def _kept_with_temporary_password() -> Person:
    return _with_temporary_password()


def _with_temporary_password() -> Person:
    account = new_account(*Role)
    with schema_context(TOWN):
        StaffAccount.objects.filter(id=account.id).update(password_is_temporary=True)
    person = Person()
    person.sign_in(account.email)
    return person


def _assert_not_signed_in(answer: Json) -> None:
    assert codes(answer) == ["people.not_signed_in"]
    assert answer.get("data") is None


def _denials(name: str) -> int:
    return len(entries(outcome="DENIED", act="access", object_kind="field", object_key=name))
