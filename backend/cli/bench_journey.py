"""CPU of the platform for each completed payment over HTTP, against the bare script benchmarks/baseline_journey.py.

Web, worker, relay, PostgreSQL and Valkey count, with all their children; the citizens and the outside world (sandbox)
do not, but are told. The script runs before and after, on the same PostgreSQL and the same mail server.
"""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import chain, zip_longest
from statistics import mean
from time import monotonic, process_time

from backend.cli.bench_citizens import Fare, pay_all, payable
from backend.cli.bench_cpu import cpu_of_trees
from backend.cli.bench_receipt import cost_of_receipts
from backend.cli.bench_report import Report, Row
from backend.cli.console import step
from backend.cli.demo import Demo, running_demo
from backend.cli.demo_municipalities import DEMO_MUNICIPALITIES
from backend.cli.instance import Instance, acquire
from backend.cli.instance_for_tests import DAY
from backend.cli.paths import ROOT
from backend.cli.problems import Problem

GOAL = 5.0
_CITIZENS = 4  # at the same time
_WARM_UP = 16
_VEHICLES_PER_PAYMENT = 3  # some are not in order
_FIRST = 600  # beyond those that `bench graphql` orders for
_LAST = 9_000  # what the sandbox has of each municipality
_PLATFORM = ("web", "worker", "relay", "postgres", "valkey")
_BESIDE = ("sandbox", "citizens")


@dataclass(frozen=True)
class Baseline:
    """Milliseconds of CPU for one payment of the bare script."""

    script: float
    postgres: float

    @property
    def total(self) -> float:
        return self.script + self.postgres


def measure_journey(*, payments: int) -> Report:
    """Start everything as the demo does, pay, stop it. Raises `Problem` for a payment that goes wrong."""
    if "DATABASE_URL" in os.environ or "REDIS_URL" in os.environ:
        raise Problem("CPU is counted of servers that were started here.", "Unset DATABASE_URL and REDIS_URL.")
    with acquire("bench", or_next=True) as instance:
        count = _VEHICLES_PER_PAYMENT * (payments + _WARM_UP) // len(DEMO_MUNICIPALITIES)
        first = _next_vehicle(instance, count)
        with running_demo(
            instance, day=DAY, web_port=None, first=first, count=count, settings={"SEM_TRUSTED_PROXIES": "127.0.0.1"}
        ) as up:
            fares = _fares(up, payments + _WARM_UP)
            with step(f"Warm-up / calentamiento ({_WARM_UP})"):
                pay_all(fares[:_WARM_UP], up, citizens=_CITIZENS)
            baselines = [_baseline(up)]
            with step(f"{payments} payments / pagos"):
                used, seconds = _measured(fares[_WARM_UP:], up)
            baselines.append(_baseline(up))
            receipt = cost_of_receipts(up.env)
    return _report(used, seconds, baselines, receipt, payments)


def _measured(fares: list[Fare], up: Demo) -> tuple[dict[str, float], float]:
    roots = _roots(up)
    before, own, began = cpu_of_trees(roots), process_time(), monotonic()
    pay_all(fares, up, citizens=_CITIZENS)
    after, own, seconds = cpu_of_trees(roots), process_time() - own, monotonic() - began
    if _roots(up) != roots:
        raise Problem("A process of the platform died while it was measured.", f"See {up.instance.directory}/logs")
    used = {name: after[name] - before[name] for name in roots} | {"citizens": own}
    return {name: value * 1000 / len(fares) for name, value in used.items()}, seconds


def _roots(up: Demo) -> dict[str, int]:
    notes = up.instance.directory / "pids" / "servers"
    return {
        **{name: up.running.pid(name) for name in ("web", "worker", "relay", "sandbox")},
        **{name: int((notes / name).read_text().split()[0]) for name in ("postgres", "valkey")},
    }


def _fares(up: Demo, number: int) -> list[Fare]:
    by_town = [payable(town, up) for town in DEMO_MUNICIPALITIES]
    fares = [fare for fare in chain.from_iterable(zip_longest(*by_town)) if fare]
    if len(fares) < number:
        raise Problem(f"Only {len(fares)} of the vehicles can be paid, {number} are needed.")
    return fares[:number]


def _baseline(up: Demo) -> Baseline:
    with step("Bare script / programa desnudo"):
        done = subprocess.run(
            [
                sys.executable,
                str(ROOT / "benchmarks" / "baseline_journey.py"),
                f"--database={up.env['DATABASE_OWNER_URL']}",
                f"--smtp=127.0.0.1:{up.env['SANDBOX_SMTP_PORT']}",
            ],
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise Problem("The baseline failed.", done.stderr[-2000:])
        said = json.loads(done.stdout)
    return Baseline(script=said["script_ms"], postgres=said["postgres_ms"])


def _report(
    used: Mapping[str, float], seconds: float, baselines: list[Baseline], receipt: Mapping[str, float], payments: int
) -> Report:
    platform = sum(used[name] for name in _PLATFORM)
    bare = mean(each.total for each in baselines)
    rows: list[Row] = [
        *((name, f"{used[name]:8.1f} ms") for name in _PLATFORM),
        ("the platform", f"{platform:8.1f} ms"),
        ("of the worker, measured apart: render", f"{receipt['render_ms']:8.1f} ms"),
        ("of the worker, measured apart: sign", f"{receipt['sign_ms']:8.1f} ms"),
        ("one RSA-2048 signature", f"{receipt['rsa_ms']:8.2f} ms"),
        ("without render and sign", f"{platform - receipt['render_ms'] - receipt['sign_ms']:8.1f} ms"),
        *((f"not counted: {name}", f"{used[name]:8.1f} ms") for name in _BESIDE),
        ("bare script", f"{bare:8.2f} ms  ({', '.join(f'{each.total:.2f}' for each in baselines)})"),
    ]
    return Report(
        name="journey",
        figure=platform / bare,
        unit="× CPU of the bare script",
        goal=GOAL,
        rows=rows,
        details={
            "payments": payments,
            "citizens_at_once": _CITIZENS,
            "seconds": round(seconds, 1),
            "platform_ms_per_payment": round(platform, 2),
            "ms_per_payment": {name: round(value, 2) for name, value in used.items()},
            "receipt": {name: round(value, 2) for name, value in receipt.items()},
            "ratio_without_render_and_sign": round((platform - receipt["render_ms"] - receipt["sign_ms"]) / bare, 2),
            "baseline_ms": [
                {"script": round(each.script, 3), "postgres": round(each.postgres, 3)} for each in baselines
            ],
        },
    )


def _next_vehicle(instance: Instance, number: int) -> int:
    """Ordinal of the first vehicle of this run: every run pays for vehicles of its own."""
    path = instance.directory / "vehicles-made"
    made = int(path.read_text()) if path.exists() else _FIRST
    if made + number > _LAST:
        raise Problem("This instance has paid for all test vehicles.", f"Remove the folder {instance.directory}.")
    path.write_text(str(made + number))
    return made + 1
