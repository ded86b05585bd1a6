"""Every mutation that makes something does it once per key; all others say why a repeat does no harm."""

from functools import partial
from uuid import uuid4

import pytest

from backend.people.models import StaffAccount
from backend.schema.staff.types import IDEMPOTENCY_KEY
from tests.operations.orders import at_once
from tests.staff.creating import CREATIONS, SAFE_TO_REPEAT, keyed_mutations, mutations, send, who_may
from tests.staff.made_up import FIELDS
from tests.staff.people import TOWN, Json, Person, entries, new_account

RUNNING = "outbox.request_running"
USED_OTHERWISE = [{"code": "outbox.idempotency_conflict", "field": "idempotencyKey"}]
creating = pytest.mark.parametrize("name", sorted(CREATIONS))


def test_every_mutation_takes_a_key_or_says_why_it_needs_none() -> None:
    assert keyed_mutations() | SAFE_TO_REPEAT.keys() == mutations()
    assert not keyed_mutations() & SAFE_TO_REPEAT.keys()
    assert all(SAFE_TO_REPEAT.values())


def test_every_mutation_that_takes_a_key_is_tried_here_and_says_what_the_key_is() -> None:
    assert CREATIONS.keys() == keyed_mutations()
    for name in CREATIONS:
        assert FIELDS[name].args["input"].type.of_type.fields["idempotencyKey"].description == IDEMPOTENCY_KEY


@creating
def test_the_same_request_again_gives_the_same_and_does_nothing(name: str) -> None:
    account, wish, key = _account_for(name), CREATIONS[name].wish(), uuid4().hex
    person = _at_a_browser(account)

    payloads = [send(person, name, wish, key) for _ in range(3)]

    assert payloads[0]["errors"] == []
    assert payloads == [payloads[0]] * 3, "a repeat was answered otherwise"
    assert _acts(account, name) == 1, "a repeat was done again"


@creating
def test_other_data_under_the_same_key_are_refused(name: str) -> None:
    account, wish, key = _account_for(name), CREATIONS[name].wish(), uuid4().hex
    person = _at_a_browser(account)
    first = send(person, name, wish, key)

    refused = [send(person, name, CREATIONS[name].other(wish), key) for _ in range(2)]

    nothing = {CREATIONS[name].thing: None, "errors": USED_OTHERWISE}
    assert refused == [nothing] * 2, "other data were answered as if they were the same"
    assert send(person, name, wish, key) == first
    assert _acts(account, name) == 1


@creating
def test_a_colleague_under_the_same_key_is_refused(name: str) -> None:
    account, colleague, wish, key = _account_for(name), _account_for(name), CREATIONS[name].wish(), uuid4().hex
    send(_at_a_browser(account), name, wish, key)

    refused = send(_at_a_browser(colleague), name, wish, key)

    assert refused["errors"] == USED_OTHERWISE
    assert _acts(colleague, name) == 0


@creating
def test_the_same_request_at_the_same_moment_is_done_once(name: str) -> None:
    account, wish, key = _account_for(name), CREATIONS[name].wish(), uuid4().hex
    browsers = [_at_a_browser(account) for _ in range(2)]

    payloads = at_once(*[partial(send, person, name, wish, key) for person in browsers])

    made = _without_the_running(payloads, name)
    assert (len(made), _acts(account, name)) == (1, 1), "a request was done twice"
    assert [send(browsers[0], name, wish, key)] == made


@creating
def test_other_data_at_the_same_moment_are_done_once_and_refused_once(name: str) -> None:
    account, wish, key = _account_for(name), CREATIONS[name].wish(), uuid4().hex
    wishes = [wish, CREATIONS[name].other(wish)]
    browsers = [_at_a_browser(account) for _ in range(2)]

    payloads = at_once(*[partial(send, *each, key) for each in zip(browsers, [name] * 2, wishes, strict=True)])

    errors = [each["errors"] for each in payloads if isinstance(each, dict)]
    assert sorted(errors, key=len) == [[], USED_OTHERWISE]
    assert _acts(account, name) == 1


@creating
def test_a_key_that_is_none_is_refused(name: str) -> None:
    account = _account_for(name)

    refused = send(_at_a_browser(account), name, CREATIONS[name].wish(), "x")

    assert refused["errors"] == [{"code": "outbox.key_not_usable", "field": "idempotencyKey"}]
    assert _acts(account, name) == 0


def test_what_can_be_mended_is_sent_again_under_the_same_key() -> None:
    account, key = _account_for("accountCreate"), uuid4().hex
    person, wish = _at_a_browser(account), CREATIONS["accountCreate"].wish()

    refused = send(person, "accountCreate", {**wish, "fullName": " "}, key)
    mended = send(person, "accountCreate", wish, key)

    assert [error["code"] for error in refused["errors"]] == ["people.name"]
    assert mended["errors"] == []
    assert _acts(account, "accountCreate") == 1


def _account_for(name: str) -> StaffAccount:
    return new_account(who_may(name))


def _at_a_browser(account: StaffAccount) -> Person:
    person = Person(TOWN)
    assert person.sign_in(account.email)["errors"] == []
    return person


def _acts(account: StaffAccount, name: str) -> int:
    """How often the account did it, by the log."""
    return len(entries(account_id=account.id, act=CREATIONS[name].act, outcome="DONE"))


def _without_the_running(payloads: list[Json | Exception], name: str) -> list[Json]:
    """The different answers that say what was made; nothing else may have been said but to ask again."""
    answered = [each for each in payloads if isinstance(each, dict)]
    assert len(answered) == len(payloads)
    running = [each for each in answered if [error["code"] for error in each["errors"]] == [RUNNING]]
    made = {each[CREATIONS[name].thing]["id"]: each for each in answered if each not in running}
    return list(made.values())
