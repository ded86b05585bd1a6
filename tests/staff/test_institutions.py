"""Staff see which institutions do not answer, whichever process found it out; while Valkey is away nobody knows."""

import json
import socket
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from backend.outbox import hints
from backend.people.rules import Role
from backend.shared import breaker, clock
from backend.shared.breaker import Breaker, BreakerState
from backend.tenants.institutions import HOLDS, tell
from tests.operations.platform import run_python
from tests.staff.people import known

ASK = "query { institutions { code name service state processes since } }"
FIVE_FAILURES = """
import django, sys
django.setup()
from backend.shared import http
for _ in range(5):
    try:
        http.request("GET", sys.argv[1], institution="fines", connect=1, read=1)
    except http.TransportFailed as failed:
        print(failed.fields["reason"])
"""


class Broken(Exception):
    """What these calls fail with."""


@pytest.fixture(autouse=True)
def _everybody_answers() -> Iterator[None]:
    _forget()
    yield
    _forget()


def _forget() -> None:
    keys = hints.client().keys(f"{settings.SEM_REDIS_PREFIX}:institution:*")
    if keys:
        hints.client().delete(*keys)


@pytest.fixture
def closed_port() -> Iterator[str]:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield f"127.0.0.1:{taken.getsockname()[1]}"


def shown(code: str) -> dict[str, Any]:
    rows = known(Role.CLERK).ask(ASK)["data"]["institutions"]
    return next(row for row in rows if row["code"] == code)


def states() -> dict[str, str]:
    rows = known(Role.CLERK).ask(ASK)["data"]["institutions"]
    return {row["code"]: row["state"] for row in rows}


def fail(institution: Breaker) -> None:
    with pytest.raises(Broken), institution.attempt(Broken):
        raise Broken


def test_all_of_them_are_listed_with_their_names() -> None:
    answering = {"state": "ANSWERING", "processes": 0, "since": None}

    assert {"tgr", "fines", "inspection", "insurance", "mail"} <= states().keys()
    assert set(states().values()) == {"ANSWERING"}
    assert shown("fines") == answering | {
        "code": "fines",
        "name": "Servicio de Registro Civil e Identificación",
        "service": "Multas de tránsito no pagadas",
    }
    assert shown("tgr")["name"] == "Tesorería General de la República"
    assert shown("mail")["name"] == "Servidor de correo"


def test_what_another_process_found_out_is_shown(closed_port: str) -> None:
    before = clock.now()

    done = run_python("-c", FIVE_FAILURES, f"http://{closed_port}/")

    assert done.stdout.split() == ["ConnectError"] * 5, done.stderr
    row = shown("fines")
    assert (row["state"], row["processes"]) == ("NOT_ANSWERING", 1)
    assert before.isoformat() < row["since"] < clock.now().isoformat()
    assert shown("insurance")["state"] == "ANSWERING"


def test_an_institution_is_shown_through_all_its_states() -> None:
    insurance = Breaker("insurance", failures=1, rest=0, tell=tell)
    seen = [states()["insurance"]]

    fail(insurance)
    seen.append(states()["insurance"])
    with insurance.attempt(Broken):
        seen.append(states()["insurance"])
    seen.append(states()["insurance"])

    assert seen == ["ANSWERING", "NOT_ANSWERING", "TRIED_AGAIN", "ANSWERING"]


def test_one_process_that_gets_through_does_not_hide_one_that_does_not(closed_port: str) -> None:
    run_python("-c", FIVE_FAILURES, f"http://{closed_port}/")

    tell("fines", BreakerState.OPEN)
    tell("fines", BreakerState.CLOSED)

    assert (shown("fines")["state"], shown("fines")["processes"]) == ("NOT_ANSWERING", 1)


def test_a_process_that_says_nothing_more_has_no_say() -> None:
    key = f"{settings.SEM_REDIS_PREFIX}:institution:mail"
    long_ago = (clock.now() - HOLDS - timedelta(seconds=1)).isoformat()
    hints.client().hset(key, "gone:1", json.dumps({"state": "OPEN", "at": long_ago}))

    assert states()["mail"] == "ANSWERING"


def test_what_is_told_ends_by_itself() -> None:
    tell("mail", BreakerState.OPEN)

    assert 0 < hints.client().ttl(f"{settings.SEM_REDIS_PREFIX}:institution:mail") <= HOLDS.total_seconds()


def test_every_process_tells() -> None:
    assert breaker.listeners.count(tell) == 1


def test_while_valkey_is_away_nobody_knows_and_nothing_fails(closed_port: str, tmp_path: Path) -> None:
    file, away = tmp_path / "institutions.json", f"redis://{closed_port}"

    listed = run_python("-m", "backend.cli", "institutions", f"--json={file}", REDIS_URL=away)
    failed = run_python("-c", FIVE_FAILURES, f"http://{closed_port}/", REDIS_URL=away)

    assert listed.returncode == 0, listed.stderr
    assert {row["state"] for row in json.loads(file.read_text())} == {"UNKNOWN"}
    assert (failed.returncode, failed.stdout.split()) == (0, ["ConnectError"] * 5), failed.stderr


def test_the_command_line_lists_them_too(tmp_path: Path) -> None:
    file = tmp_path / "institutions.json"
    tell("tgr", BreakerState.OPEN)

    done = run_python("-m", "backend.cli", "institutions", f"--json={file}")

    rows = {row["code"]: row for row in json.loads(file.read_text())}
    assert (rows["tgr"]["state"], rows["mail"]["state"]) == ("NOT_ANSWERING", "ANSWERING")
    assert "NOT_ANSWERING" in done.stderr
