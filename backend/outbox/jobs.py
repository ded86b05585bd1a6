"""Work that falls due by the clock: who has some is found by one query over all municipalities, then done in each.

Several processes may run the same jobs: a job takes its rows with SKIP LOCKED and is safe to repeat.
"""

import logging
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from django.db import close_old_connections, connection
from django_tenants.utils import schema_context
from psycopg2 import sql

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Job:
    """`is_due` is a condition in SQL that an index answers; `{schema}` in it stands for the municipality's schema.

    `run` does one batch in the schema in force and returns how much it did; `batch` of it means that there may be more.
    `every` is the number of seconds between two looks.
    """

    name: str
    every: float
    is_due: str
    run: Callable[[], int]
    batch: int


class Scheduler:
    """One process of the clock."""

    def __init__(self, *, jobs: Sequence[Job], schemas: Callable[[], list[str]]) -> None:
        self.jobs = {job.name: job for job in jobs}
        self.schemas = schemas
        self._looked_at: dict[str, float] = {}

    def run_once(self) -> int:
        """Do what is due now of the jobs whose time to look has come; returns how much was done."""
        close_old_connections()
        now = time.monotonic()
        jobs = [job for job in self.jobs.values() if now - self._looked_at.get(job.name, -job.every) >= job.every]
        if not jobs:
            return 0
        found = due_jobs(jobs, self.schemas())
        self._looked_at |= {job.name: now for job in jobs}
        return sum(self._run(schema_name, self.jobs[name]) for schema_name, name in found)

    def _run(self, schema_name: str, job: Job) -> int:
        done = 0
        try:
            with schema_context(schema_name):
                while (more := job.run()) > 0:
                    done += more
                    if more < job.batch:
                        break
        except Exception:  # one municipality's trouble must not keep the others waiting
            _log.exception("%s of %s waits for the next time", job.name, schema_name)
        return done


def due_jobs(jobs: Iterable[Job], schemas: Sequence[str]) -> list[tuple[str, str]]:
    """Return municipality and job for everything that is due, by one query over all schemas."""
    branches = [
        sql.SQL("SELECT {name}, {job} WHERE ").format(name=sql.Literal(schema_name), job=sql.Literal(job.name))
        + sql.SQL(job.is_due).format(schema=sql.Identifier(schema_name))
        for schema_name in schemas
        for job in jobs
    ]
    if not branches:
        return []
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL(" UNION ALL ").join(branches))
        return [(row[0], row[1]) for row in cursor.fetchall()]
