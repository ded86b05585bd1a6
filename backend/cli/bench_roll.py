"""CPU of the platform for a roll: 100,000 rows of the 32-column XLSX uploaded over HTTP, validated and applied.

Web, worker (with the child process that reads), relay, PostgreSQL and Valkey count. The fixed script
benchmarks/baseline_roll.py reads the same file and copies its rows into a plain table of the same PostgreSQL.
"""

import json
import os
import secrets
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

import psycopg2

from backend.cli import demo_setup
from backend.cli.bench_cpu import cpu_of_trees
from backend.cli.bench_report import Report
from backend.cli.bench_staff import StaffMember
from backend.cli.console import step
from backend.cli.demo_municipalities import DEMO_MUNICIPALITIES
from backend.cli.environment import build_environment
from backend.cli.instance import Instance, acquire
from backend.cli.instance_for_tests import DAY
from backend.cli.paths import ROOT, STATE
from backend.cli.problems import Problem
from backend.cli.processes import Supervisor
from backend.cli.running import Running, start, wait_healthy
from backend.cli.servers import servers

GOAL = 3.0
CHILD_LIMIT_KB = 400 * 1024
_TOWN = DEMO_MUNICIPALITIES[0]
_PLATFORM = ("web", "worker", "relay", "postgres", "valkey")
_WARM_UP = 100  # rows
_REQUESTS = 16
_READING_SECONDS = 300.0
_LAST = "query { rolls(first: 20) { edges { node { id state } } } }"
_DISCARD = "mutation ($input: RollInput!) { rollDiscard(input: $input) { roll { state } errors { message } } }"
_UPLOAD = "mutation ($input: RollUploadInput!) { rollUpload(input: $input) { roll { id number } errors { message } } }"
_FOLLOW = "query ($id: ID!) { roll(id: $id) { roll { state rowsRead rowsTotal refusal } errors { message } } }"
_APPLY = """mutation ($input: RollInput!) {
  rollApply(input: $input) { roll { result { created unchanged } } errors { message } } }"""
_UNDO = "mutation ($input: RollInput!) { rollUndo(input: $input) { roll { state } errors { message } } }"


@dataclass(frozen=True)
class Round:
    """CPU seconds by process, seconds on the wall, and what the reading child told of itself."""

    used: Mapping[str, float]
    seconds: float
    child: Mapping[str, float]

    @property
    def total(self) -> float:
        return sum(self.used.values())


def measure_roll(*, rows: int, rounds: int) -> Report:
    """Start the platform, load the roll and undo it, several times. Raises `Problem` where anything goes wrong."""
    if "DATABASE_URL" in os.environ or "REDIS_URL" in os.environ:
        raise Problem("CPU is counted of servers that were started here.", "Unset DATABASE_URL and REDIS_URL.")
    file, small = _roll_file(rows), _roll_file(_WARM_UP)
    with _platform() as (instance, env, running), _staff(env) as member:
        with step("Warm-up / calentamiento"):
            for _ in range(_REQUESTS):  # each process of the web server answers some
                member.renew()
                member.ask(_LAST, "rolls")
            _forget_leftovers(member)
            _round(instance, env, running, member, small, _WARM_UP)
        baselines = [_baseline(env, file)]
        measured = []
        for number in range(rounds):
            with step(f"Round {number + 1} of {rounds}: {rows} rows / filas"):
                measured.append(_round(instance, env, running, member, file, rows))
            baselines.append(_baseline(env, file))
    return _report(measured, baselines, rows)


def _round(
    instance: Instance, env: Mapping[str, str], running: Running, member: StaffMember, file: Path, rows: int
) -> Round:
    roots = _roots(instance, running)
    before, began = cpu_of_trees(roots), time.monotonic()
    wish = {"service": "circulation_permit", "year": DAY.year, "idempotencyKey": secrets.token_hex(16)}
    roll = member.upload(_UPLOAD, "rollUpload", file, **wish)["roll"]
    _wait_until_read(member, roll["id"])
    applied = member.ask(_APPLY, "rollApply", input={"id": roll["id"]})["roll"]["result"]
    after, seconds = cpu_of_trees(roots), time.monotonic() - began
    if applied["created"] != rows or _roots(instance, running) != roots:
        raise Problem(f"Of {rows} rows {applied['created']} were new.", f"See {instance.directory}/logs")
    child = _cost_of_reading(env, int(roll["number"]))
    member.ask(_UNDO, "rollUndo", input={"id": roll["id"]})
    _tidy(env)
    return Round({name: after[name] - before[name] for name in roots}, seconds, child)


def _forget_leftovers(member: StaffMember) -> None:
    """A run that was interrupted may have left batches that wait, or that are applied."""
    for edge in member.ask(_LAST, "rolls")["edges"]:
        roll, state = edge["node"]["id"], edge["node"]["state"]
        if state in ("UPLOADED", "READING", "READY"):
            member.ask(_DISCARD, "rollDiscard", input={"id": roll})
        elif state == "APPLIED":
            member.ask(_UNDO, "rollUndo", input={"id": roll})


def _wait_until_read(member: StaffMember, roll: str) -> None:
    deadline = time.monotonic() + _READING_SECONDS
    while time.monotonic() < deadline:
        told = member.ask(_FOLLOW, "roll", id=roll)["roll"]
        if told["state"] == "READY":
            return
        if told["state"] not in ("UPLOADED", "READING"):
            raise Problem(f"The roll is {told['state']}.", str(told["refusal"]))
        time.sleep(1.0)
    raise Problem("The roll was not read in time.")


def _roots(instance: Instance, running: Running) -> dict[str, int]:
    notes = instance.directory / "pids" / "servers"
    return {
        **{name: running.pid(name) for name in ("web", "worker", "relay")},
        **{name: int((notes / name).read_text().split()[0]) for name in ("postgres", "valkey")},
    }


@contextmanager
def _platform() -> Iterator[tuple[Instance, Mapping[str, str], Running]]:
    with ExitStack() as stack:
        instance = stack.enter_context(acquire("bench-roll"))
        with step("PostgreSQL, Valkey"):
            addresses = stack.enter_context(servers(instance))
        env = build_environment(instance, addresses, mode="test", day=DAY)
        with step("Municipality / municipalidad"):
            demo_setup.make_keys(env, [_TOWN])
            demo_setup.create_municipalities(env, [_TOWN])
        _tidy(env)
        running = stack.enter_context(start(instance, env, world=Supervisor(instance.directory, "world")))
        wait_healthy(f"{demo_setup.platform_origin(_TOWN, env)}/healthz", log=running.logs()["web"])
        yield instance, env, running


@contextmanager
def _staff(env: Mapping[str, str]) -> Iterator[StaffMember]:
    email, password = f"tesoreria-{secrets.token_hex(4)}@bench.example", secrets.token_urlsafe(18)
    made = subprocess.run(
        [
            *(sys.executable, "-P", "-m", "backend.cli", "staff", "create", _TOWN.slug, email),
            *(f"--name={_TOWN.treasury}", "--role=treasurer", "--password-stdin"),
        ],
        cwd=ROOT,
        env=dict(env),
        input=password,
        capture_output=True,
        text=True,
        check=False,
    )
    if made.returncode:
        raise Problem("The account could not be made.", made.stdout + made.stderr)
    with StaffMember(demo_setup.platform_origin(_TOWN, env)) as member:
        member.sign_in(email, password)
        yield member


def _roll_file(rows: int) -> Path:
    """The file, made once."""
    path = STATE / "bench-files" / f"nomina-{DAY.year}-{rows}.xlsx"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        with step(f"Roll of {rows} rows / nómina de {rows} filas"):
            _run([sys.executable, "-m", "benchmarks.large_roll", f"--rows={rows}", f"--year={DAY.year}", str(path)])
    return path


def _baseline(env: Mapping[str, str], file: Path) -> Mapping[str, float]:
    with step("Bare script / programa desnudo"):
        script = str(ROOT / "benchmarks" / "baseline_roll.py")
        told: dict[str, float] = json.loads(
            _run([sys.executable, script, f"--database={env['DATABASE_OWNER_URL']}", str(file)])
        )
    return told


def _run(argv: list[str]) -> str:
    done = subprocess.run(argv, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        raise Problem("The bench could not go on.", done.stderr[-2000:])
    return done.stdout


def _cost_of_reading(env: Mapping[str, str], batch: int) -> Mapping[str, float]:
    connection = psycopg2.connect(env["DATABASE_OWNER_URL"])
    try:
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT reading_cost FROM {_TOWN.slug}.billing_rollbatch WHERE id = %s", [batch])  # noqa: S608 - a slug of ours
            found: tuple[dict[str, float]] | None = cursor.fetchone()
    finally:
        connection.close()
    return found[0] if found else {}


def _tidy(env: Mapping[str, str]) -> None:
    """Leave each round the same tables: what was undone is swept away."""
    connection = psycopg2.connect(env["DATABASE_OWNER_URL"])
    connection.autocommit = True
    try:
        with connection.cursor() as cursor:
            for table in ("obligation", "taxpayer", "stagedrow", "rollchange", "rollbatch"):
                cursor.execute(f"VACUUM (ANALYZE) {_TOWN.slug}.billing_{table}")
    finally:
        connection.close()


def _report(measured: list[Round], baselines: list[Mapping[str, float]], rows: int) -> Report:
    bare = median(each["script_s"] + each["postgres_s"] for each in baselines)
    platform = median(each.total for each in measured)
    typical = min(measured, key=lambda each: abs(each.total - platform))
    addressed = max(each.child["peak_addressed_kb"] for each in measured)
    if addressed > CHILD_LIMIT_KB:
        raise Problem(f"The reading process addressed {addressed} kB, more than {CHILD_LIMIT_KB}.")
    details: dict[str, Any] = {
        "rows": rows,
        "platform_s": [round(each.total, 2) for each in measured],
        "by_process_s": {name: round(value, 2) for name, value in typical.used.items()},
        "wall_s": [round(each.seconds, 1) for each in measured],
        "baseline_s": [round(each["script_s"] + each["postgres_s"], 2) for each in baselines],
        "child": {**typical.child, "limit_addressed_kb": CHILD_LIMIT_KB, "most_addressed_kb": addressed},
    }
    return Report(
        name="roll",
        figure=platform / bare,
        unit="× CPU of reading with calamine and COPY",
        goal=GOAL,
        rows=[
            *((name, f"{typical.used[name]:7.2f} s") for name in _PLATFORM),
            ("of the worker: the reading process", f"{typical.child['cpu_seconds']:7.2f} s"),
            ("the platform", f"{platform:7.2f} s"),
            ("bare script", f"{bare:7.2f} s"),
            ("the reading process, addressed at most", f"{addressed / 1024:7.0f} MB of 400"),
            ("… resident", f"{typical.child['peak_resident_kb'] / 1024:7.0f} MB"),
            ("upload to applied, on the wall", f"{typical.seconds:7.1f} s"),
        ],
        details=details,
    )
