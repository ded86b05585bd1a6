"""A drill, how it is run, and what it says."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

import psycopg2

from tests.drills.scene import Scene
from tests.drills.table import Mark, Table, mark, read_table, signers, under_way
from tests.live.platform import Platform, Town

_QUIET_LOOKS = 3  # so many times in a row nothing is under way: what differs now will differ for ever


class Skipped(Exception):
    """This machine refuses what the drill needs."""


@dataclass(frozen=True)
class Drill:
    """`run` lets people pay while the fault acts. `control`: process → start-up module without the guard."""

    name: str
    proves: str
    run: Callable[[Scene], None]
    guard: str
    control: Mapping[str, str]
    payments: int = 16


@dataclass
class Result:
    """`ok`: a drill without differences, a control with some. `skipped` says why it did not run."""

    name: str
    is_control: bool
    ok: bool
    seconds: float
    table: Table = field(default_factory=Table)
    notes: list[str] = field(default_factory=list)
    skipped: str = ""

    def as_json(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "is_control": self.is_control,
            "ok": self.ok,
            "skipped": self.skipped,
            "seconds": round(self.seconds, 1),
            "table": asdict(self.table),
            "notes": self.notes,
        }


def run_drill(
    drill: Drill,
    platform: Platform,
    towns: Sequence[Town],
    *,
    is_control: bool = False,
    payments: int | None = None,
    seed: int = 0,
    tell: Callable[[], None] = lambda: None,
) -> Result:
    """Let people pay while the fault acts, wait until all is quiet, and compare the books."""
    began = time.monotonic()
    platform.world.end_all_faults()
    marks = [mark(platform, town) for town in towns]
    scene = Scene(
        platform,
        marks,
        payments=payments or drill.payments,
        control=drill.control if is_control else {},
        seed=seed,
        tell=tell,
    )
    try:
        scene.start()
        drill.run(scene)
        platform.world.end_all_faults()
        table = settled_table(platform, marks, seconds=scene.settling)
    except Skipped as why:
        return Result(drill.name, is_control, True, time.monotonic() - began, skipped=str(why))
    except Exception as error:
        table = Table(differences=[f"the drill itself failed: {type(error).__name__}: {str(error)[:1000]}"])
        return Result(drill.name, is_control, False, time.monotonic() - began, table, scene.notes)
    finally:
        platform.world.end_all_faults()
        scene.restore()
    signed = {signer for each in marks for signer in signers(platform, each)}
    scene.failures += [f"the certificate {each[:16]}… has signed" for each in sorted(signed & scene.forbidden_signers)]
    table.differences[:0] = scene.failures
    ok = bool(table.differences) is is_control
    return Result(drill.name, is_control, ok, time.monotonic() - began, table, scene.notes)


def settled_table(platform: Platform, marks: Sequence[Mark], *, seconds: float) -> Table:
    """The table as soon as nothing differs, or as soon as nothing is under way any more."""
    ends_at, quiet, table = time.monotonic() + seconds, 0, Table(differences=["the table was never read"])
    while True:
        try:
            table = read_table(platform, marks)
            quiet = 0 if under_way(platform, marks) else quiet + 1
        except psycopg2.OperationalError:
            quiet = 0
        if not table.differences or quiet >= _QUIET_LOOKS or time.monotonic() > ends_at:
            return table
        time.sleep(1.0)
