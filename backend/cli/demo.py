"""./sem demo: the whole platform with demo municipalities, on this machine, until Ctrl-C."""

import signal
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from types import FrameType
from typing import Annotated

import typer

from backend.cli import demo_setup
from backend.cli.console import LogViewer, out, step
from backend.cli.demo_addresses import print_addresses
from backend.cli.demo_dues import SERVICES, Dues, load_dues
from backend.cli.demo_instalments import first_paid_on, pay_first_instalments, second_due
from backend.cli.demo_municipalities import DEMO_MUNICIPALITIES
from backend.cli.environment import build_environment, keep_environment
from backend.cli.frontend import build_frontend
from backend.cli.instance import Instance, acquire
from backend.cli.instance_for_tests import DAY
from backend.cli.problems import Problem
from backend.cli.running import Running, running_sandbox, start, wait_healthy
from backend.cli.servers import servers
from sandbox.rolls import RollVehicle

_VEHICLES = 300  # of each municipality's roll
_FIRST_INSTALMENTS = 3  # of each municipality, paid in time where the demo's day lies later in the year
_STANDARD_DAY = datetime.combine(DAY, datetime.min.time())

_ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

app = typer.Typer()


@dataclass(frozen=True)
class Demo:
    """A demo that is up."""

    instance: Instance
    env: Mapping[str, str]
    running: Running
    vehicles: Mapping[str, Sequence[RollVehicle]]
    dues: Mapping[str, Dues]
    second_due: Mapping[str, Sequence[RollVehicle]]
    """Vehicles whose first instalment was paid in time and whose second is not paid."""


@app.command()
def demo(
    day: Annotated[datetime, typer.Option("--date", formats=["%Y-%m-%d"], help="Domain date.")] = _STANDARD_DAY,
    port: Annotated[int | None, typer.Option(help="Port of the platform.")] = None,
    once: Annotated[bool, typer.Option("--once", help="One payment per municipality, then stop.")] = False,
    json_file: Annotated[Path | None, typer.Option("--json", metavar="FILE", help="Result of --once.")] = None,
) -> None:
    """Start the platform with demo municipalities and stay up until Ctrl-C."""
    _stop_on_signals()
    if once:
        from backend.cli.once import pay_once  # it needs PDF and HTTP libraries that the demo itself does not

        pay_once(day=day.date(), web_port=port, json_file=json_file)
        return
    if json_file:
        raise Problem("--json belongs to --once.")
    with (
        acquire("demo") as instance,
        running_demo(instance, day=day.date(), web_port=port, first_instalments=_FIRST_INSTALMENTS) as up,
    ):
        print_addresses(up.env, up.vehicles, up.second_due, up.dues, day=day.date())
        with LogViewer(up.running.logs()), suppress(KeyboardInterrupt):
            signal.pause()


@contextmanager
def running_demo(
    instance: Instance,
    *,
    day: date,
    web_port: int | None,
    first: int = 1,
    count: int = _VEHICLES,
    first_instalments: int = 0,
    settings: Mapping[str, str] | None = None,
) -> Iterator[Demo]:
    """Have everything up, with `count` vehicles per municipality from the `first` on; stop it all at the end.

    Where the second instalment can be paid on `day`, of `first_instalments` of them the first was paid in time.
    `settings` are environment variables beside those of every demo.
    """
    with ExitStack() as stack:
        with step("Front end / interfaz"):
            build_frontend()
        with step("PostgreSQL, Valkey"):
            addresses = stack.enter_context(servers(instance))
        env = build_environment(instance, addresses, mode="demo", day=day, web_port=web_port) | dict(settings or {})
        keep_environment(instance, env)
        with step("Development authority, keys / autoridad de desarrollo, claves"):
            demo_setup.make_keys(env)
        with step("Schemas, municipalities / esquemas, municipalidades"):
            demo_setup.create_municipalities(env, services=SERVICES)
        with step(f"Payment rolls / nóminas de pago ({len(DEMO_MUNICIPALITIES)} × {count})"):
            vehicles = demo_setup.load_rolls(instance, env, day=day, first=first, count=count)
            dues = load_dues(instance, env, day=day, count=count)
        second: Mapping[str, Sequence[RollVehicle]] = {}
        if first_instalments and (earlier := first_paid_on(day)):
            pay_first_instalments(instance, env, paid_on=earlier, vehicles=vehicles, count=first_instalments)
            second = second_due(env, year=day.year, vehicles=vehicles)
        with step("Outside world / mundo externo (sandbox)"):
            world = stack.enter_context(running_sandbox(instance, env))
            demo_setup.make_agreements(env)
        with step("Platform / plataforma"):
            running = stack.enter_context(start(instance, env, world=world))
            for municipality in DEMO_MUNICIPALITIES:
                url = f"{demo_setup.platform_origin(municipality, env)}/pagar"
                wait_healthy(url, log=running.logs()["web"])
        yield Demo(instance, env, running, vehicles, dues, second)
        out.print("Stopping / terminando…")


def _stop_on_signals() -> None:
    """SIGTERM and a closed terminal end the demo as Ctrl-C does: everything that was started is stopped."""

    def stop(number: int, frame: FrameType | None) -> None:
        for each in _ENDING:  # the end takes its time, and is not to be interrupted half-way
            signal.signal(each, signal.SIG_IGN)
        raise KeyboardInterrupt

    for each in _ENDING:
        signal.signal(each, stop)
