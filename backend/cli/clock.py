"""./sem clock: the process that does what falls due by the clock."""

import logging
import signal
import time

import typer

from backend.cli import application

app = typer.Typer()
_log = logging.getLogger(__name__)
_TICK_SECONDS = 1.0


@app.command()
def clock() -> None:
    """Do the scheduled work of every municipality until SIGTERM."""
    application.enter()
    from django.db import Error, connection

    from backend.config.guards import refuse_unsafe_production
    from backend.outbox.jobs import Scheduler
    from backend.schedule import JOBS
    from backend.tenants.queries import active_schemas

    refuse_unsafe_production()
    stopping = False

    def stop(*_: object) -> None:
        nonlocal stopping
        stopping = True

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    process = Scheduler(jobs=JOBS, schemas=active_schemas)
    while not stopping:
        try:
            process.run_once()
        except Error as error:
            _log.warning("the database does not answer, trying again: %s", error)
            connection.close()
        time.sleep(_TICK_SECONDS)
