"""A drill under way: the platform, its people, the moments that a fault waits for, and what went wrong."""

import random
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import replace
from typing import TypeVar

from backend.cli.running import wait_healthy
from tests.drills.people import MEANS, Held, PatientPerson, Person
from tests.drills.table import Mark, in_states, is_tried_for_all, under_way
from tests.live.platform import Platform, Town
from tests.live.processes import Otherwise
from tests.live.waiting import wait_for

T = TypeVar("T")
AT_ONCE = 4
SETTLING_SECONDS = 180.0  # a lost message is sent again after 40 s, a mail that failed often after 60 s
PATIENCE = 90.0  # seconds that a person goes on trying


class Scene:
    """What a drill works with. `control` names the start-up module that takes a process's guard away."""

    def __init__(
        self,
        platform: Platform,
        marks: Sequence[Mark],
        *,
        payments: int,
        control: Mapping[str, str],
        seed: int = 0,
        tell: Callable[[], None] = lambda: None,
    ) -> None:
        self.platform = platform
        self.world = platform.world
        self.marks = tuple(marks)
        self.towns = tuple(each.town for each in marks)
        self.payments = payments
        self.patience = PATIENCE
        self.settling = SETTLING_SECONDS / 3 if control else SETTLING_SECONDS
        self.control = control
        self.random = random.Random(seed)
        self.kills = 0
        self.forbidden_signers: set[str] = set()
        self.failures: list[str] = []
        self.notes: list[str] = []
        self._tell = tell
        self._moments: Counter[str] = Counter()
        self._has_changed = threading.Condition()
        self._is_over = False
        self._changed: set[str] = set()
        self._end = ExitStack()

    # -- processes --------------------------------------------------------------------------------

    def start(self, changes: Mapping[str, Otherwise] | None = None) -> None:
        """Exchange processes: by `changes`, and by the control's start-up modules where this is a control."""
        wanted = dict(changes or {})
        for name, module in self.control.items():
            wanted[name] = replace(wanted.get(name, Otherwise()), module=module)
        self._changed |= set(wanted)
        self.platform.processes.exchange(wanted)
        if "web" in wanted:
            self.wait_for_web()

    def restore(self) -> None:
        """Have the processes of the Procfile again."""
        self.platform.processes.exchange({name: Otherwise() for name in self._changed})
        if "web" in self._changed:
            self.wait_for_web()
        self._changed.clear()
        self._end.close()

    def at_the_end(self, do: Callable[[], object]) -> None:
        """Do something when the books are compared and the processes are those of the Procfile again."""
        self._end.callback(do)

    def wait_for_web(self) -> None:
        wait_healthy(f"{self.towns[0].origin}/pagar", log=self.platform.processes.log("web"))

    # -- people -----------------------------------------------------------------------------------

    def people(self, number: int | None = None, *, shares: Sequence[int] = ()) -> list[Person]:
        """So many new people, in turn from each municipality; `shares`: so many of each in a round."""
        shares = shares or [1] * len(self.towns)
        rota = [town for town, share in zip(self.towns, shares, strict=False) for _ in range(share)]
        return [self._person(rota[each % len(rota)], each) for each in range(number or self.payments)]

    def _person(self, town: Town, number: int) -> Person:
        citizen = self._end.enter_context(PatientPerson(platform=town.origin, page=town.page, patience=self.patience))
        return Person(town, town.new_vehicle(), MEANS[number % len(MEANS)], citizen)

    def each(self, work: Callable[[T], object], subjects: Sequence[T], *, at_once: int = AT_ONCE) -> None:
        """Let all do something, so many at a time; who cannot is a difference."""

        def attempt(subject: T) -> None:
            try:
                work(subject)
            except Exception as error:
                with self._has_changed:
                    self.failures.append(f"a person could not go on: {type(error).__name__}: {str(error)[:300]}")
            self._tell()

        with ThreadPoolExecutor(at_once) as pool:
            list(pool.map(attempt, subjects))

    def hand_over(self, people: Sequence[Person], *, at_once: int = AT_ONCE) -> list[Held]:
        """All order and are handed over to TGR, and wait there."""
        held: list[Held] = []
        self.each(lambda person: held.append(self._hand_over(person)), people, at_once=at_once)
        return held

    def _hand_over(self, person: Person) -> Held:
        order = person.order()
        self.moment("ordered")
        portal = person.citizen.hand_over(order)
        self.moment("handed over")
        return Held(person, order, portal)

    def pay(self, held: Sequence[Held], *, at_once: int = AT_ONCE) -> None:
        self.each(self._pay, held, at_once=at_once)

    def _pay(self, held: Held) -> None:
        held.at_tgr()
        self.moment("paid")

    def pay_through(self, people: Sequence[Person], *, at_once: int = AT_ONCE) -> None:
        """All order and pay, one step after the other."""
        self.each(lambda person: self._pay(self._hand_over(person)), people, at_once=at_once)

    def expire(self, held: Sequence[Held]) -> None:
        """Let the validity of some orders be over for twenty minutes."""
        for each in held:
            self.platform.rows(
                each.person.town.slug,
                "UPDATE billing_order SET valid_until = now() - interval '20 minutes' WHERE number = %s",
                each.order.number,
            )

    # -- waiting ----------------------------------------------------------------------------------

    def is_quiet(self) -> bool:
        return not under_way(self.platform, self.marks)

    def finished(self) -> int:
        """How many deliveries of the outbox are done."""
        return sum(in_states(self.platform, each, "DONE") for each in self.marks)

    def taken(self) -> int:
        """How many deliveries the relay has taken up at least once."""
        return sum(in_states(self.platform, each, "SENT", "DONE") for each in self.marks)

    def wait_until_quiet(self) -> None:
        """Until nothing goes on by itself any more; what still does then is a difference that the table will name."""
        with suppress(AssertionError):
            wait_for(self.is_quiet, "all is quiet", seconds=self.settling)

    def wait_until_tried(self, reaction: str) -> None:
        """Until a reaction was tried at least once for each payment."""
        name = f"backend.{reaction}"
        wait_for(
            lambda: all(is_tried_for_all(self.platform, each, name) for each in self.marks),
            f"{reaction} is tried",
            seconds=self.settling,
        )

    def wait_until_told(self, held: Sequence[Held]) -> None:
        """Until TGR has delivered every notice about some orders, also those of failures."""
        numbers = {each.order.number for each in held}
        wait_for(lambda: not self.world.untold(numbers), "TGR has told all", seconds=self.settling)

    # -- moments and faults -----------------------------------------------------------------------

    def moment(self, name: str) -> None:
        with self._has_changed:
            self._moments[name] += 1
            self._has_changed.notify_all()

    def wait_for_moment(self, name: str, number: int) -> bool:
        """Wait until something happened for the `number`th time; False where the load ended before."""
        with self._has_changed:
            self._has_changed.wait_for(lambda: self._is_over or self._moments[name] >= number)
            return self._moments[name] >= number

    def pause(self, seconds: float) -> None:
        """Wait, or until the load is over."""
        with self._has_changed:
            self._has_changed.wait_for(lambda: self._is_over, timeout=seconds)

    @property
    def is_over(self) -> bool:
        return self._is_over

    @contextmanager
    def meanwhile(self, fault: Callable[[], None]) -> Iterator[None]:
        """Let a fault act in a thread of its own while people pay; its own failure is a failure of the drill."""
        with ThreadPoolExecutor(1) as pool:
            acting = pool.submit(fault)
            try:
                yield
            finally:
                with self._has_changed:
                    self._is_over = True
                    self._has_changed.notify_all()
                acting.result()
                self._is_over = False

    @contextmanager
    def world_with(self, *faults: Mapping[str, object]) -> Iterator[None]:
        """Have the outside world misbehave for as long as the block runs, for the people of this drill and others."""
        ids = [self.world.fault(str(fault["institution"]), str(fault["kind"]), **_more(fault)) for fault in faults]
        try:
            yield
        finally:
            for each in ids:
                self.world.end_fault(each)


def _more(fault: Mapping[str, object]) -> dict[str, object]:
    return {name: value for name, value in fault.items() if name not in ("institution", "kind")}
