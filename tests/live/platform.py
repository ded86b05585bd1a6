"""The whole platform as the demo runs it, for tests from outside: servers, sandbox, Procfile, two municipalities.

A third municipality is for positive controls alone, so that what they let through leaves the books of the others be.
"""

import json
import shutil
import subprocess
import sys
import tempfile
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TypeVar

import psycopg2
import pytest
from psycopg2 import sql

from backend.cli import demo_setup
from backend.cli.bench_staff import StaffMember
from backend.cli.demo_addresses import examples
from backend.cli.demo_municipalities import DEMO_MUNICIPALITIES, DemoMunicipality
from backend.cli.environment import build_environment, keep_environment
from backend.cli.frontend import build_frontend
from backend.cli.instance import Instance, acquire
from backend.cli.instance_for_tests import DAY
from backend.cli.paths import ROOT
from backend.cli.ports import unused_port
from backend.cli.running import running_sandbox, wait_healthy
from backend.cli.servers import servers
from sandbox.rolls import RollVehicle
from sandbox.vehicles import is_clean
from tests.live.citizen import Citizen
from tests.live.processes import Processes, Server
from tests.live.world import Json, World

Somebody = TypeVar("Somebody", bound=Citizen | StaffMember)
CONTROL = DemoMunicipality(
    "concepcion", "Concepción", "08101", 90093, treasurer_rut="49900093-6", tax_rut="49900083-9", preset="valdivia"
)
_VEHICLES = 240  # of each roll; about half of them are light and in order
_KEPT = ("lock", "ports.json", "postgres-binaries")


@dataclass(frozen=True)
class Town:
    """A municipality as the outside sees it. `key` is that of its agreement with TGR."""

    municipality: DemoMunicipality
    origin: str
    page: str
    key: str
    vehicles: deque[RollVehicle] = field(repr=False)

    @property
    def slug(self) -> str:
        return self.municipality.slug

    def new_vehicle(self) -> RollVehicle:
        """A vehicle that is in order and that no other test uses."""
        return self.vehicles.popleft()

    def at_port(self, port: int) -> "Town":
        """The same municipality behind another web process."""
        return replace(self, origin=f"http://{self.municipality.host}:{port}")


class Platform:
    """Everything is up. Processes and servers may be killed: they come back."""

    def __init__(self, instance: Instance, env: Mapping[str, str], towns: Sequence[Town]) -> None:
        self.instance = instance
        self.env = env
        self.world = World(env["SANDBOX_PORT"])
        self.processes = Processes(instance.directory, env)
        self.postgres = Server(instance.directory, "postgres")
        self.valkey = Server(instance.directory, "valkey")
        self.towns = tuple(towns[:-1])
        self.control_town = towns[-1]
        self._open = ExitStack()

    @property
    def nunoa(self) -> Town:
        return self.towns[0]

    @property
    def valdivia(self) -> Town:
        return self.towns[1]

    def citizen(self, town: Town) -> Citizen:
        """Somebody at a browser on the municipality's page, in a network of her own."""
        return self.entered(Citizen(platform=town.origin, page=town.page))

    def entered(self, somebody: Somebody) -> Somebody:
        """Close her connections when the platform stops."""
        self._open.push(somebody)
        return somebody

    def rows(self, schema: str, query: str, *values: object) -> list[tuple[object, ...]]:
        """Ask the database in the application's role, in the schema of a municipality (or `public`)."""
        connection = psycopg2.connect(self.env["DATABASE_URL"], connect_timeout=10)
        try:
            connection.autocommit = True
            with connection.cursor() as cursor:
                cursor.execute(sql.SQL("SET search_path TO {}").format(sql.Identifier(schema)))
                cursor.execute(query, values)
                return list(cursor.fetchall()) if cursor.description else []
        finally:
            connection.close()

    def stuck(self) -> list[Json]:
        """What `./sem stuck --json FILE` lists."""
        with tempfile.NamedTemporaryFile(suffix=".json") as file:
            self.command("stuck", "--json", file.name)
            listed: list[Json] = json.loads(Path(file.name).read_text())
        return listed

    def command(self, *arguments: str, stdin: str = "", user: str | None = None) -> None:
        """Run `./sem …` against this platform, as somebody else's; what it says is shown where it fails."""
        done = subprocess.run(
            [sys.executable, "-P", "-m", "backend.cli", *arguments],
            cwd=ROOT,
            env={**self.env, **({"LOGNAME": user} if user else {})},
            input=stdin,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
            timeout=120,
        )
        assert done.returncode == 0, f"./sem {' '.join(arguments)} failed:\n{done.stdout}"

    @contextmanager
    def web_with(self, module: str) -> Iterator[Town]:
        """The town for positive controls, behind a web process that another WSGI module starts."""
        port = unused_port(besides=set())
        with self.processes.beside("web", "backend.config.wsgi", module, port=port):
            town = self.control_town.at_port(port)
            wait_healthy(f"{town.origin}/pagar", log=self.processes.log(f"web-{module}"))
            yield town

    def close(self) -> None:
        self._open.close()
        self.processes.stop_all()
        self.world.close()


@contextmanager
def running_platform(
    *, name: str = "live", vehicles: int = _VEHICLES, among: Sequence[DemoMunicipality] = DEMO_MUNICIPALITIES
) -> Iterator[Platform]:
    """Have it up with empty books; servers of our own even where the environment names some, as tests kill them.

    `vehicles` of each roll; `among`: the municipalities beside the one for positive controls.
    """
    with ExitStack() as stack:
        build_frontend()
        instance = stack.enter_context(acquire(name, or_next=True))
        _empty(instance.directory)
        with pytest.MonkeyPatch.context() as patch:
            for name in ("DATABASE_URL", "DATABASE_OWNER_URL", "REDIS_URL"):
                patch.delenv(name, raising=False)
            addresses = stack.enter_context(servers(instance, durable=False))
        env = build_environment(instance, addresses, mode="test", day=DAY)
        env["SEM_TRUSTED_PROXIES"] = "127.0.0.1/32"  # tests stand for a proxy: each citizen has a network of her own
        keep_environment(instance, env)
        municipalities = (*among, CONTROL)
        demo_setup.make_keys(env, municipalities)
        stack.enter_context(running_sandbox(instance, env))
        demo_setup.make_agreements(env, municipalities)
        demo_setup.create_municipalities(env, municipalities)
        rolls = demo_setup.load_rolls(instance, env, municipalities, day=DAY, first=1, count=vehicles)
        towns = [_town(municipality, env, rolls[municipality.slug]) for municipality in municipalities]
        platform = Platform(instance, env, towns)
        stack.callback(platform.close)
        platform.processes.start_all()
        for town in towns:
            wait_healthy(f"{town.origin}/pagar", log=platform.processes.log("web"))
        yield platform


def _town(municipality: DemoMunicipality, env: Mapping[str, str], roll: Sequence[RollVehicle]) -> Town:
    in_order = [vehicle for vehicle in examples(roll, lambda _: True) if is_clean(vehicle.plate)]
    return Town(
        municipality=municipality,
        origin=demo_setup.platform_origin(municipality, env),
        page=f"{demo_setup.page_origin(municipality, env)}/",
        key=(Path(env["SEM_SECRETS_DIR"]) / municipality.slug / "tgr.key").read_text(),
        vehicles=deque(in_order),
    )


def _empty(folder: Path) -> None:
    """Forget what an earlier run left: tests count."""
    for path in folder.iterdir():
        if path.name in _KEPT:
            continue
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink()


_shared = pytest.StashKey[Platform]()


@pytest.fixture(scope="session")
def platform(pytestconfig: pytest.Config) -> Platform:
    """One platform for every folder of tests that imports this fixture."""
    up = pytestconfig.stash.get(_shared, None)
    if up is None:
        stack = ExitStack()
        pytestconfig.add_cleanup(stack.close)
        up = pytestconfig.stash[_shared] = stack.enter_context(running_platform())
    return up
