"""Somebody at a browser: the widget's questions by document id, TGR's portal, the way back, the state of the order."""

import itertools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar
from urllib.parse import parse_qs, urljoin, urlsplit
from uuid import uuid4

import httpx

from backend.cli.loopback import LoopbackTransport
from backend.cli.once_browser import document_id
from sandbox.rolls import RollVehicle
from tests.live.waiting import wait_for

Json = dict[str, Any]
T = TypeVar("T")
_networks = itertools.count(1)


class ServerFailed(Exception):
    """The platform gave no answer, or none of those that it should."""


@dataclass(frozen=True)
class Order:
    """What she holds of an order."""

    number: str
    token: str


Self = TypeVar("Self", bound="Citizen")


class Citizen:
    """Her e-mail address and her network are nobody else's."""

    def __init__(self, *, platform: str, page: str) -> None:
        self.platform = platform
        self.page = page
        self.email = f"contribuyente-{uuid4().hex[:12]}@correo.example"
        number = next(_networks)
        self._http = httpx.Client(
            transport=LoopbackTransport(),
            timeout=60.0,
            headers={"Accept-Language": "es-CL", "X-Forwarded-For": f"198.18.{number // 250}.{number % 250 + 1}"},
        )

    def __enter__(self: Self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._http.close()

    def look_up(self, vehicle: RollVehicle) -> Json:
        """The debt of a vehicle that exists."""
        found = self.search(f"{vehicle.plate}-{vehicle.check_digit}", vehicle.rut)
        assert not found["errors"], found
        debt: Json = found["debts"][0]
        return debt

    def search(self, plate: str, rut: str) -> Json:
        fields = [{"name": "plate", "value": plate}, {"name": "rut", "value": rut}]
        return self.ask("debtSearch", service="circulation_permit", fields=fields)

    def run_checks(self, debt: Json) -> dict[str, str]:
        """Outcome by register."""
        answer = self.ask("checkRun", debtId=debt["id"])
        assert not answer["errors"], answer
        return {check["code"]: check["outcome"] for check in answer["checks"]}

    def create_order(self, debt: Json, option: str, *, key: str | None = None, return_url: str | None = None) -> Json:
        """The payload as it came: an order, or errors."""
        return self.ask(
            "orderCreate",
            items=[{"debtId": debt["id"], "option": option}],
            email=self.email,
            idempotencyKey=key or str(uuid4()),
            returnUrl=return_url or self.page,
        )

    def order(self, vehicle: RollVehicle, option: str = "single") -> Order:
        """Look a vehicle up, have it checked, and order."""
        debt = self.look_up(vehicle)
        assert set(self.run_checks(debt).values()) == {"OK"}
        return self.ordered(self.create_order(debt, option))

    def ordered(self, payload: Json) -> Order:
        assert not payload["errors"], payload
        token = payload["order"]["token"]
        return Order(number=self.state(token)["number"], token=token)

    def hand_over(self, order: Order) -> str:
        """Address of the order at TGR's portal."""
        answer = self.ask("orderPay", token=order.token)
        assert not answer["errors"], answer
        portal: str = answer["redirectUrl"]
        return portal

    def at_tgr(self, portal: str, action: str = "pay", means: str = "T") -> str:
        """Open TGR's page, act, and follow the way back; gives the token of the page that she came from."""
        assert self._http.get(portal).status_code == 200
        answer = self._http.post(portal, data={"means": means, "action": action})
        assert answer.status_code == 303, answer.text
        back = self._send(lambda: self._http.get(answer.headers["location"]))
        assert back.status_code == 303, back.text
        address, _, fragment = back.headers["location"].partition("#")
        assert address == self.page
        return parse_qs(fragment)["sem"][0]

    def pay(self, order: Order, *, means: str = "T") -> str:
        """Pay at TGR; gives TGR's reference."""
        portal = self.hand_over(order)
        self.at_tgr(portal, means=means)
        return reference_of(portal)

    def state(self, token: str) -> Json:
        answer = self._send(lambda: self._http.get(urljoin(self.platform, f"/state/{token}")))
        assert answer.status_code == 200, answer.text
        state: Json = answer.json()
        return state

    def wait_for_state(self, order: Order, wanted: str) -> Json:
        def look() -> Json | None:
            state = self.state(order.token)
            return state if state["state"] == wanted else None

        return wait_for(look, f"{order.number} becomes {wanted}")

    def wait_until_complete(self, order: Order) -> Json:
        """Paid, and every document signed."""

        def look() -> Json | None:
            state = self.state(order.token)
            return state if state["complete"] else None

        return wait_for(look, f"the documents of {order.number}", seconds=150)

    def download(self, state: Json) -> bytes:
        answer = self._http.get(state["documents"][0]["url"])
        assert answer.headers["content-type"] == "application/pdf"
        return answer.content

    def get(self, path: str) -> httpx.Response:
        return self._http.get(urljoin(self.platform, path))

    def ask(self, name: str, **values: object) -> Json:
        """Run an allow-listed document and give its one root field, with the errors that people may read."""
        answer = self._send(
            lambda: self._http.post(
                urljoin(self.platform, "/graphql/public"),
                json={"documentId": document_id(name), "variables": {"input": values}},
                headers={"Origin": self.page.rstrip("/")},
            )
        )
        said = answer.json()
        if answer.status_code != 200 or said.get("errors") or not said.get("data"):
            raise ServerFailed(f"{name}: {answer.status_code} {answer.text[:500]}")
        result: Json = next(iter(said["data"].values()))
        return result

    def _send(self, send: Callable[[], httpx.Response]) -> httpx.Response:
        return send()


class PatientCitizen(Citizen):
    """She tries again when the platform fails: what a person does, with the same key for the same order."""

    def create_order(self, debt: Json, option: str, *, key: str | None = None, return_url: str | None = None) -> Json:
        key = key or str(uuid4())
        again = super().create_order
        return self._patiently(lambda: again(debt, option, key=key, return_url=return_url), "orderCreate")

    def ask(self, name: str, **values: object) -> Json:
        once = super().ask
        return self._patiently(lambda: once(name, **values), name)

    def _send(self, send: Callable[[], httpx.Response]) -> httpx.Response:
        def attempt() -> httpx.Response:
            answer = send()
            if answer.status_code >= 500:
                raise ServerFailed(answer.text[:500])
            return answer

        return self._patiently(attempt, "an answer")

    def _patiently(self, attempt: Callable[[], T], what: str) -> T:
        def look() -> T | None:
            try:
                return attempt()
            except (ServerFailed, httpx.TransportError):
                return None

        return wait_for(look, what)


def reference_of(portal: str) -> str:
    """TGR's reference, from the address of its page."""
    return urlsplit(portal).path.rpartition("/")[2]


def error_codes(payload: Json) -> list[str]:
    return [error["code"] for error in payload["errors"]]
