"""What an ordinary user gets: the servers start under her own name, with nothing of root's."""

import encodings.idna  # the child may be unable to read the interpreter's folder any more
import multiprocessing
import os
import pwd
from multiprocessing.connection import Connection
from pathlib import Path

import psycopg2
import pytest

from backend.cli import postgres, valkey
from backend.cli.instance import acquire
from backend.cli.processes import Supervisor


def _start_and_ask(state: Path, uid: int, gid: int, answer: Connection) -> None:
    """In a child: become the user for good, then do what `./sem demo` does."""
    assert encodings.idna
    try:
        if os.geteuid() == 0:
            os.setgroups([])
            os.setgid(gid)
            os.setuid(uid)
        with acquire("own", state=state) as instance:
            supervisor = Supervisor(instance.directory, "servers")
            try:
                env = {**postgres.start(instance, supervisor), **valkey.start(instance, supervisor)}
                connection = psycopg2.connect(env["DATABASE_URL"])
                with connection.cursor() as cursor:
                    cursor.execute("SELECT current_user")
                    row = cursor.fetchone()
                owner = Path(f"/proc/{supervisor.pid('postgres')}").stat().st_uid
                answer.send((row, owner))
                connection.close()
            finally:
                supervisor.stop()
    except BaseException as error:
        answer.send(repr(error))
        raise


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # fork with threads: the child only starts programs
def test_the_servers_run_as_the_ordinary_user(state: Path) -> None:
    user = pwd.getpwnam("nobody") if os.geteuid() == 0 else pwd.getpwuid(os.geteuid())
    if os.geteuid() == 0:
        os.chown(state, user.pw_uid, user.pw_gid)
    parent, child = multiprocessing.Pipe()
    process = multiprocessing.get_context("fork").Process(
        target=_start_and_ask, args=(state, user.pw_uid, user.pw_gid, child)
    )
    process.start()
    said = parent.recv() if parent.poll(60) else "nothing within a minute"
    process.join(60)

    assert said == (("sem_app",), user.pw_uid)
    assert process.exitcode == 0
