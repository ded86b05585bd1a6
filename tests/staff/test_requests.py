"""What POST /graphql/staff takes: our own pages with a token, within limits; everything else gets a clear status."""

import json
from typing import Any

import pytest
from django.test import override_settings
from graphql import get_introspection_query

from backend.people.rules import Role
from backend.tenants.limits import DENIALS_PER_NETWORK, STRANGERS_PER_NETWORK
from tests.operations.platform import environment
from tests.staff.people import ME, OTHER_TOWN, SIGN_IN, Person, codes, entries, known, signed_in

INTROSPECTION = get_introspection_query(descriptions=False)
OURS = environment()["SEM_PUBLIC_ORIGIN"].format(host="nunoa.localhost")
THEIRS = environment()["SEM_PUBLIC_ORIGIN"].format(host="valdivia.localhost")


@pytest.fixture
def person() -> Person:
    """Somebody who is signed in, in a network that used up nothing."""
    somebody = known(Role.AUDITOR)
    somebody.move()
    return somebody


@pytest.mark.parametrize(
    "headers",
    [
        {"X-CSRFToken": ""},
        {"X-CSRFToken": "x" * 64},
        {"X-CSRFToken": "ñ"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": THEIRS},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
    ids=str,
)
def test_a_request_that_is_not_from_our_own_page_is_refused_and_logged(person: Person, headers: dict[str, str]) -> None:
    answer = person.post({"query": ME}, **headers)

    assert answer.status_code == 403
    assert codes(answer.json()) == ["staff.csrf"]
    (entry,) = entries(network=person.network)
    assert (entry.outcome, entry.object_kind, entry.object_key) == ("DENIED", "request", "csrf")


def test_the_token_of_another_browser_is_not_ours(person: Person) -> None:
    assert person.post({"query": ME}, **{"X-CSRFToken": Person().token}).status_code == 403


def test_signing_in_takes_a_token_too() -> None:
    """Else somebody could be signed in to an attacker's account (CWE-352)."""
    body = {"query": SIGN_IN, "variables": {"input": {"email": "x", "password": "x"}}}

    assert Person().post(body, **{"X-CSRFToken": ""}).status_code == 403


@pytest.mark.parametrize("headers", [{}, {"Origin": OURS}, {"Sec-Fetch-Site": "same-origin"}], ids=str)
def test_a_request_from_our_own_page_is_answered(person: Person, headers: dict[str, str]) -> None:
    answer = person.post({"query": ME}, **headers)

    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"


@pytest.mark.parametrize("path", ["/graphql/staff", "/staff/csrf"])
def test_no_other_origin_may_read_the_answers_even_one_that_embeds_the_widget(path: str) -> None:
    from backend.profile.models import PageOrigin
    from tests.operations.debts import in_town

    with in_town("nunoa"):
        registered = PageOrigin.objects.values_list("origin", flat=True)[0]
    person = Person()

    for method in (person.client.get, person.client.options, person.client.post):
        answer: Any = method(path, headers={"Origin": registered})
        assert "Access-Control-Allow-Origin" not in answer.headers
        assert "Access-Control-Allow-Credentials" not in answer.headers


def test_cookies_are_closed_to_scripts_and_other_sites(person: Person) -> None:
    cookies = signed_in().client.cookies

    for name in ("sem-session", "sem-csrf"):
        assert cookies[name]["httponly"]
        assert cookies[name]["samesite"] == "Lax"
        assert cookies[name]["path"] == "/"
        assert cookies[name]["domain"] == ""


@pytest.mark.parametrize(
    ("body", "content_type", "status"),
    [
        (b'{"query": "{ me { municipality } }"}', "text/plain", 415),
        (b"query=%7Bme%7D", "application/x-www-form-urlencoded", 415),
        (b"{", "application/json", 400),
        (b"[]", "application/json", 400),
        (b'[{"query": "{ me { municipality } }"}]', "application/json", 400),
        (b"{}", "application/json", 400),
        (b'{"query": 1}', "application/json", 400),
        (b'{"query": "{ me { municipality } }", "variables": []}', "application/json", 400),
        (b'{"query": "{ me { municipality } }", "variables": [1]}', "application/json", 400),
        (b'{"query": "{ me { municipality } }", "operationName": 1}', "application/json", 400),
        (b'{"query": "{ me { municipality } }", "operationName": "x"}', "application/json", 400),
        (b'{"query": "{ me { municipality } }", "variables": {"x": "\\u0000"}}', "application/json", 400),
        (b'{"query": "{ me { municipality } }", "variables": {"x": "\\ud800"}}', "application/json", 400),
        (b"[" * 60_000, "application/json", 400),
        (b'{"query": "' + b" " * 70_000 + b'"}', "application/json", 413),
    ],
    ids=lambda value: str(value)[:60],
)
def test_a_request_has_a_form(person: Person, body: bytes, content_type: str, status: int) -> None:
    answer = person.client.post(
        "/graphql/staff", body, content_type=content_type, headers={"X-CSRFToken": person.token}
    )

    assert answer.status_code == status, answer.content


def test_get_is_not_taken(person: Person) -> None:
    answer = person.client.get("/graphql/staff", {"query": ME})

    assert answer.status_code == 405
    assert answer.headers["Allow"] == "POST"


def test_a_client_that_asks_for_the_new_media_type_gets_its_status_codes(person: Person) -> None:
    wanted = {"Accept": "application/graphql-response+json"}

    wrong = person.post({"query": "{ nothingOfTheKind }"}, **wanted)
    denied = person.post({"query": "{ accounts { edges { cursor } } }"}, **wanted)

    assert wrong.status_code == 400
    assert wrong.headers["Content-Type"].startswith("application/graphql-response+json")
    assert denied.status_code == 200
    assert person.post({"query": ME}, Accept="text/html").status_code == 406


def _fragment_bomb(levels: int) -> str:
    """Twice as much with every level: 2 to the power of `levels` fields, in a few hundred bytes."""
    fragments = "".join(f"fragment F{n} on Query {{ ...F{n + 1} ...F{n + 1} }} " for n in range(levels))
    return f"query {{ ...F0 }} {fragments} fragment F{levels} on Query {{ me {{ municipality }} }}"


@pytest.mark.parametrize(
    ("document", "said"),
    [
        ("{ me { municipality } " + "a " * 2000 + "}", "token"),
        ("{ " + " ".join(f"m{n}: me {{ municipality }}" for n in range(11)) + " }", "too many things"),
        ("{ me { " + " ".join(f"m{n}: municipality" for n in range(31)) + " } }", "aliases"),
        ("{ accounts(first: 100) { edges { " + " ".join(["node { id }"] * 60) + " } } }", "too costly"),
        ("{ me " + "{ me " * 11 + "{ id }" + " }" * 11 + " }", "depth"),
        (_fragment_bomb(48), "too costly"),
        ("{ ...A } fragment A on Query { ...B } fragment B on Query { ...A }", "contains itself"),
        ("{ ...A }", "Unknown fragment"),
        ("{ nothingOfTheKind }", "Cannot query field"),
    ],
    ids=["tokens", "root fields", "aliases", "cost", "depth", "fragment bomb", "circle", "unknown fragment", "field"],
)
def test_a_document_has_limits(person: Person, document: str, said: str) -> None:
    answer = person.ask(document)

    assert said in answer["errors"][0]["message"]
    assert "data" not in answer


def test_a_document_that_is_too_deep_to_parse_is_refused(person: Person) -> None:
    answer = person.ask("{ a" * 650 + " }" * 650)

    assert answer.get("data") is None
    assert len(answer["errors"]) == 1


def test_field_names_are_not_suggested(person: Person) -> None:
    assert "Did you mean" not in person.ask("{ m }")["errors"][0]["message"]


def test_only_who_is_signed_in_may_ask_what_the_schema_is(person: Person) -> None:
    assert person.ask(INTROSPECTION)["data"]["__schema"]["queryType"]["name"] == "Query"
    assert "introspection" in Person().ask(INTROSPECTION)["errors"][0]["message"].lower()


def test_in_production_nobody_may_ask_what_the_schema_is(person: Person) -> None:
    with override_settings(SEM_EXPLORER=False):
        assert "introspection" in person.ask(INTROSPECTION)["errors"][0]["message"].lower()


def test_an_unexpected_error_is_masked_and_logged_whole(person: Person, caplog: pytest.LogCaptureFixture) -> None:
    with override_settings(ROOT_URLCONF="tests.staff.own_schema"):
        answer = person.ask("{ broken }")

    assert answer["data"] is None
    assert [error["message"] for error in answer["errors"]] == ["Ocurrió un error inesperado. Intente nuevamente."]
    assert "the inside of the machine" in caplog.text


def test_strangers_are_counted_and_cannot_fill_the_log() -> None:
    stranger = Person()
    most = 2 * STRANGERS_PER_NETWORK.most  # a window may end meanwhile

    answers = [stranger.post({"query": ME}) for _ in range(most + 1)]

    told = [codes(answer.json())[0] for answer in answers]
    assert told[: DENIALS_PER_NETWORK.most] == ["people.not_signed_in"] * DENIALS_PER_NETWORK.most
    assert "schema.too_many_requests" in told
    assert 429 in [answer.status_code for answer in answers]
    assert len(entries(network=stranger.network)) == told.count("people.not_signed_in")


def test_answers_are_in_the_language_asked_for(person: Person) -> None:
    document = {"query": "{ accounts(first: 0) { edges { cursor } } }"}

    spanish = person.post(document).json()
    english = person.post(document, **{"Accept-Language": "en-GB,es;q=0.5"}).json()

    assert spanish["errors"][0]["message"] == "Pida entre 1 y 100 filas por página."
    assert english["errors"][0]["message"] == "Ask for 1 to 100 rows per page."


def test_a_host_of_nobody_has_no_staff() -> None:
    person = Person(OTHER_TOWN)

    answer = person.client.post(
        "/graphql/staff", json.dumps({"query": ME}), content_type="application/json", HTTP_HOST="nadie.localhost"
    )

    assert answer.status_code == 404
