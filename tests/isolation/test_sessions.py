"""A cookie of one municipality is nobody in another, though user ids are equal in both."""

import itertools
from collections.abc import Iterator

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.test import Client, override_settings

from backend.people.models import StaffAccount
from tests.operations.debts import in_town

_ids = itertools.count(1_000)


@pytest.fixture(autouse=True)
def _with_an_address_that_tells_who_is_signed_in() -> Iterator[None]:
    with override_settings(ROOT_URLCONF="tests.isolation.urls"):
        yield


@pytest.fixture
def accounts() -> tuple[StaffAccount, StaffAccount]:
    """Two accounts with one id, in two municipalities."""
    number = next(_ids)
    with in_town("nunoa"):
        here = StaffAccount.objects.create(id=number, email=f"{number}@nunoa.example", full_name="Cuenta de Ñuñoa")
    with in_town("valdivia"):
        there = StaffAccount.objects.create(id=number, email=f"{number}@valdivia.example", full_name="Cuenta ajena")
    return here, there


def signed_in(account: StaffAccount, town: str) -> str:
    """The cookie of a fresh session in the town."""
    client = Client()
    with in_town(town):
        client.force_login(account)
    return client.cookies[settings.SESSION_COOKIE_NAME].value


def who(town: str, cookie: str) -> str:
    client = Client(headers={"host": f"{town}.localhost"})
    client.cookies[settings.SESSION_COOKIE_NAME] = cookie
    return client.get("/who").content.decode()


def test_a_cookie_is_somebody_at_home_only(accounts: tuple[StaffAccount, StaffAccount]) -> None:
    here, there = accounts
    cookie = signed_in(here, "nunoa")

    answers = [who("nunoa", cookie), who("valdivia", cookie), who("nunoa", cookie)]

    assert here.pk == there.pk
    assert answers == [f"{here.pk} Cuenta de Ñuñoa", "nobody", f"{here.pk} Cuenta de Ñuñoa"]


def test_the_session_lies_in_the_municipality_s_schema(accounts: tuple[StaffAccount, StaffAccount]) -> None:
    cookie = signed_in(accounts[0], "nunoa")

    kept = []
    for town in ("nunoa", "valdivia", "public"):
        with in_town(town):
            kept.append(Session.objects.filter(session_key=cookie).exists())

    assert kept == [True, False, False]


def test_a_session_of_the_shared_schema_is_nobody_in_a_municipality(
    accounts: tuple[StaffAccount, StaffAccount],
) -> None:
    with in_town("public"):
        national = StaffAccount.objects.create(
            id=accounts[0].pk, email=f"{accounts[0].pk}@subdere.example", full_name="Cuenta nacional"
        )
    cookie = signed_in(national, "public")

    assert [who("nunoa", cookie), who("valdivia", cookie)] == ["nobody", "nobody"]


def test_signed_in_here_and_there_are_two_people(accounts: tuple[StaffAccount, StaffAccount]) -> None:
    here, there = accounts
    cookies = signed_in(here, "nunoa"), signed_in(there, "valdivia")

    assert who("nunoa", cookies[0]).endswith("Cuenta de Ñuñoa")
    assert who("valdivia", cookies[1]).endswith("Cuenta ajena")
    assert [who("valdivia", cookies[0]), who("nunoa", cookies[1])] == ["nobody", "nobody"]


def test_the_cookie_belongs_to_its_host_alone() -> None:
    assert settings.SESSION_COOKIE_DOMAIN is None
    assert settings.SESSION_COOKIE_HTTPONLY
    assert settings.SESSION_COOKIE_SAMESITE == "Lax"
