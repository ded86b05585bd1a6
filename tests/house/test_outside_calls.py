"""Every call outside has time-outs and an institution: there is one HTTP client, one SMTP client, and nothing else."""

import ast
from collections.abc import Mapping

import pytest

from tests.house.reading import calls_of, imported
from tests.house.tree import source_files, text_of

CLIENTS = {
    "aiohttp", "asyncio", "ftplib", "http.client", "http.server", "httpx", "imaplib", "nntplib", "paramiko", "poplib",
    "psycopg2", "pycurl", "redis", "requests", "smtplib", "socket", "socketserver", "ssl", "telnetlib",
    "urllib.request", "urllib3", "websockets", "xmlrpc",
}  # fmt: skip
"""What can open a connection."""

ALLOWED: Mapping[str, set[str]] = {
    "backend/shared/http.py": {"httpx"},
    "backend/shared/files_in_s3.py": {"httpx"},
    "backend/messaging/smtp.py": {"smtplib", "ssl"},
    "backend/outbox/broker.py": {"redis"},
    "backend/outbox/hints.py": {"redis"},
    "backend/outbox/jobs.py": {"psycopg2"},
    "backend/outbox/relay.py": {"redis", "psycopg2"},
    "backend/receipts/completeness.py": {"psycopg2"},
    "backend/tenants/grants.py": {"psycopg2"},
    "backend/tenants/institutions.py": {"redis"},
    "backend/tenants/limits.py": {"redis"},
    "backend/tenants/migrations_of_tenants.py": {"psycopg2"},
}
"""Six compose SQL or name an error of redis, no more: jobs, relay, completeness, grants, institutions, migrations. One
names the type of an answer: files_in_s3."""

WITH_LIMITS: Mapping[str, set[str]] = {
    "http.request": {"institution", "connect", "read"},
    "redis.Redis.from_url": {"socket_connect_timeout", "socket_timeout"},
    "smtplib.SMTP": {"timeout"},
    "smtplib.SMTP_SSL": {"timeout"},
}
"""Functions that open a connection, and what each call of them says. One time-out of smtplib is for both."""


def sources() -> dict[str, str]:
    """The processes that serve; the command line sets up, measures and ends."""
    served = (name for name in source_files(".py") if name.startswith("backend/"))
    return {name: text_of(name) for name in served if not name.startswith("backend/cli/")}


def clients(source: str) -> set[str]:
    names = set(imported(source))
    return {client for client in CLIENTS if any(name == client or name.startswith(f"{client}.") for name in names)}


def without_limits(source: str) -> list[str]:
    return [
        f"{function} without {', '.join(sorted(missing))}"
        for function, wanted in WITH_LIMITS.items()
        for call in calls_of(source, function)
        if (missing := wanted - {str(keyword.arg) for keyword in call.keywords})
    ]


def test_nothing_else_opens_a_connection() -> None:
    found = {name: clients(text) for name, text in sources().items()}

    assert {name: sorted(used) for name, used in found.items() if used - ALLOWED.get(name, set())} == {}
    assert {name: used for name, used in found.items() if used} == dict(ALLOWED)


def test_every_call_says_how_long_it_may_take_and_of_whom_it_is() -> None:
    files = sources()

    assert {name: said for name, text in files.items() if (said := without_limits(text))} == {}


@pytest.mark.parametrize("function", WITH_LIMITS)
def test_each_of_them_is_called_somewhere(function: str) -> None:
    assert any(True for text in sources().values() for _ in calls_of(text, function))


def test_adapters_name_their_institution_by_their_own_code() -> None:
    """Not by a word of the caller's: what is counted, shown to staff and left alone is one and the same."""
    named = {
        name: {said for call in calls_of(text, "http.request") for said in _institution(call)}
        for name, text in sources().items()
        if name.startswith(("backend/checks/", "backend/billing/gateways/"))
    }

    assert {name: names for name, names in named.items() if not all(map(_is_a_code, names))} == {}


def _institution(call: ast.Call) -> list[str]:
    return [ast.unparse(keyword.value) for keyword in call.keywords if keyword.arg == "institution"]


def _is_a_code(expression: str) -> bool:
    return expression == "institution" or expression.endswith(".code")


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("import requests", {"requests"}),
        ("import urllib.request", {"urllib.request"}),
        ("from urllib import request", {"urllib.request"}),
        ("from http import client", {"http.client"}),
        ("def f():\n    import socket", {"socket"}),
        ("from httpx import get", {"httpx"}),
        ("from urllib.parse import urlsplit\nfrom backend.shared import http", set()),
    ],
)
def test_another_client_would_be_found(source: str, found: set[str]) -> None:
    """Positive control."""
    assert clients(source) == found


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ('http.request("GET", url, institution="tgr", connect=1, read=2)', []),
        ('http.request("GET", url, institution="tgr", connect=1)', ["http.request without read"]),
        ('http.request("GET", url, connect=1, read=1)', ["http.request without institution"]),
        ('smtplib.SMTP("host", 25)', ["smtplib.SMTP without timeout"]),
        ("redis.Redis.from_url(url, socket_timeout=1)", ["redis.Redis.from_url without socket_connect_timeout"]),
    ],
)
def test_a_call_without_limits_would_be_found(source: str, found: list[str]) -> None:
    """Positive control."""
    assert without_limits(source) == found
