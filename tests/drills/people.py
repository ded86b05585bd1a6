"""The load of a drill: patient people who look up, have checked, order and pay, several at a time."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

import httpx

from sandbox.rolls import RollVehicle
from tests.live.citizen import Citizen, Json, Order, ServerFailed, error_codes
from tests.live.platform import Town

T = TypeVar("T")
MEANS = "TCDB"
# What a person who reads the message does: wait a little, then try the same again.
TRY_AGAIN = frozenset(
    {
        "schema.too_many_requests",
        "billing.gateway_unavailable",
        "shared.transport_failed",
        "shared.unavailable",
        "outbox.still_running",
    }
)


class GaveUp(Exception):
    """She got no useful answer for as long as she was willing to try."""


class PatientPerson(Citizen):
    """Tries again, ever more slowly, for `patience` seconds: with the same key for the same order."""

    def __init__(self, *, platform: str, page: str, patience: float) -> None:
        super().__init__(platform=platform, page=page)
        self._patience = patience
        self._http.timeout = httpx.Timeout(patience / 2)

    def ask(self, name: str, **values: object) -> Json:
        once = super().ask

        def attempt() -> Json:
            payload = once(name, **values)
            if TRY_AGAIN.intersection(error_codes(payload)):
                raise ServerFailed(f"{name}: {error_codes(payload)}")
            return payload

        return self._patiently(attempt)

    def run_checks(self, debt: Json) -> dict[str, str]:
        """Once more where a register was away."""

        def attempt() -> dict[str, str]:
            outcomes = once(debt)
            if "UNAVAILABLE" in outcomes.values():
                raise ServerFailed(f"checkRun: {outcomes}")
            return outcomes

        once = super().run_checks
        return self._patiently(attempt)

    def _send(self, send: Callable[[], httpx.Response]) -> httpx.Response:
        def attempt() -> httpx.Response:
            answer = send()
            if answer.status_code >= 500:
                raise ServerFailed(f"{answer.status_code} {answer.text[:200]}")
            return answer

        return self._patiently(attempt)

    def _patiently(self, attempt: Callable[[], T]) -> T:
        ends_at, pause = time.monotonic() + self._patience, 0.25
        while True:
            try:
                return attempt()
            except (ServerFailed, httpx.TransportError) as error:
                if time.monotonic() > ends_at:
                    raise GaveUp(f"no answer within {self._patience:.0f} s: {error}") from error
            time.sleep(pause)
            pause = min(pause * 1.5, 3.0)


@dataclass(frozen=True)
class Person:
    """Somebody who will pay: in which municipality, what, and by which means."""

    town: Town
    vehicle: RollVehicle
    means: str
    citizen: PatientPerson

    def order(self) -> Order:
        return self.citizen.order(self.vehicle)


@dataclass(frozen=True)
class Held:
    """An order with its address at TGR's portal, not paid yet."""

    person: Person
    order: Order
    portal: str

    def at_tgr(self, action: str = "pay") -> None:
        self.person.citizen.at_tgr(self.portal, action, self.person.means)
