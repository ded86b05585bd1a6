"""A citizen at a browser, over HTTP: the municipality's page, the widget's questions, TGR's portal, the way back."""

import re
import time
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from typing import Any, cast
from urllib.parse import parse_qs, urljoin, urlsplit
from uuid import uuid4

import httpx

from backend.cli.loopback import LoopbackTransport
from backend.cli.paths import PUBLIC_DOCUMENTS
from backend.cli.problems import Problem

_WIDGET = re.compile(r'<script[^>]+src="([^"]+/widget/v1\.js)"')
_STATE_SECONDS = 120.0
_LONGEST_WAIT = 10.0  # as the widget
_REDIRECTS = 5

Json = dict[str, Any]

PERMIT = "circulation_permit"


@cache
def document_id(name: str) -> str:
    """Id under which the platform knows the document: the hash of its file."""
    return f"sha256:{sha256((PUBLIC_DOCUMENTS / f'{name}.graphql').read_bytes()).hexdigest()}"


@dataclass(frozen=True)
class Paid:
    """What the page shows when all is done."""

    number: str
    total: int
    state: str
    document: bytes


class Citizen:
    """Starts on the page of a municipality. Raises `Problem` for whatever goes another way than it should.

    Looks at the order's state after `first_wait` seconds, then after `back_off` times as long, each time. `client` is
    the address that a proxy in front of the platform would tell.
    """

    def __init__(
        self, page: str, *, client: str | None = None, first_wait: float = 0.25, back_off: float = 1.0
    ) -> None:
        self.page = page
        self._first_wait, self._back_off = first_wait, back_off
        headers = {"Accept-Language": "es-CL"} | ({"X-Forwarded-For": client} if client else {})
        self._http = httpx.Client(transport=LoopbackTransport(), timeout=30.0, headers=headers)
        script = _WIDGET.search(self._open(page).text)
        if script is None:
            raise Problem(f"{page} does not embed the widget.")
        self._open(script[1])
        self._platform = urljoin(script[1], "/")

    def __enter__(self) -> "Citizen":
        return self

    def __exit__(self, *_: object) -> None:
        self._http.close()

    def look_up(self, *, plate: str, rut: str) -> Json | None:
        """What permit is owed for the plate, or None if nothing is known."""
        self._ask("municipality")
        fields = [{"name": "plate", "value": plate}, {"name": "rut", "value": rut}]
        found = self._ask("debtSearch", service=PERMIT, fields=fields)
        return cast(Json, found["debts"][0]) if found["debts"] else None

    def pay(self, debt: Json, *, email: str, means: str, option: str = "") -> Paid:
        """Run the checks, order, pay at TGR by `means` (T, C, D or B), come back, wait, download.

        What is paid is `option`, else the first that can be paid.
        """
        self._run_checks(debt)
        chosen = self._choose(debt, option)
        created = self._ask(
            "orderCreate",
            items=[{"debtId": debt["id"], "option": chosen["code"]}],
            email=email,
            idempotencyKey=str(uuid4()),
            returnUrl=self.page,
        )
        portal = self._ask("orderPay", token=created["order"]["token"])["redirectUrl"]
        self._open(portal)
        token = self._come_back(self._http.post(portal, data={"means": means, "action": "pay"}))
        state = self._wait_until_complete(token)
        document = self._open(urljoin(self._platform, state["documents"][0]["url"])).content
        return Paid(number=state["number"], total=int(chosen["total"]), state=state["state"], document=document)

    def _choose(self, debt: Json, code: str) -> Json:
        open_ones = [each for each in debt["options"] if each["available"] and code in ("", each["code"])]
        if not open_ones:
            raise Problem(f"{debt['title']}: there is no option {code or 'at all'} to pay.")
        return cast(Json, open_ones[0])

    def _run_checks(self, debt: Json) -> None:
        checks = self._ask("checkRun", debtId=debt["id"])["checks"]
        if bad := [check for check in checks if check["outcome"] != "OK"]:
            raise Problem(f"The registers object to {debt['title']}.", "; ".join(check["message"] for check in bad))

    def _come_back(self, answer: httpx.Response) -> str:
        """Follow the redirects to the page that the citizen came from; give the token of its fragment."""
        for _ in range(_REDIRECTS):
            if answer.status_code != 303:
                raise Problem(
                    f"{answer.request.url} answered {answer.status_code} in place of a redirect.", answer.text
                )
            target = urljoin(str(answer.request.url), answer.headers["location"])
            address, _, fragment = target.partition("#")
            if address == self.page:
                return parse_qs(fragment)["sem"][0]
            answer = self._http.get(address, headers={"Host": urlsplit(target).netloc})
        raise Problem("TGR's way back never reached the municipality's page.")

    def _wait_until_complete(self, token: str) -> Json:
        deadline, wait = time.monotonic() + _STATE_SECONDS, self._first_wait
        while True:
            state = cast(Json, self._open(urljoin(self._platform, f"/state/{token}")).json())
            if state.get("complete") and state.get("documents"):
                return state
            if time.monotonic() > deadline:
                raise Problem("The document was not ready in time.", f"Its page says: {state}")
            time.sleep(wait)
            wait = min(wait * self._back_off, _LONGEST_WAIT)

    def _ask(self, name: str, **values: object) -> Json:
        """Run an allow-listed document and give its one root field."""
        variables = {"input": values} if values else {}
        answer = self._http.post(
            urljoin(self._platform, "/graphql/public"),
            json={"documentId": document_id(name), "variables": variables},
            headers={"Origin": self.page.rstrip("/")},
        )
        said = answer.json()
        if answer.status_code != 200 or said.get("errors") or not said.get("data"):
            raise Problem(f"{name} was refused ({answer.status_code}).", answer.text[:1000])
        result = cast(Json, next(iter(said["data"].values())))
        if result.get("errors") and name != "debtSearch":
            raise Problem(f"{name} was refused.", "; ".join(error["message"] for error in result["errors"]))
        return result

    def _open(self, url: str) -> httpx.Response:
        answer = self._http.get(url)
        if answer.status_code != 200:
            raise Problem(f"{url} answered {answer.status_code}.", answer.text[:500])
        return answer
