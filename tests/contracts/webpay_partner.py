"""A shop's side of Webpay's contract, written independently of the platform: used by the tests of the sandbox."""

from dataclasses import dataclass
from itertools import count
from urllib.parse import parse_qs, urlsplit

import httpx

from tests.contracts.sandbox_process import Sandbox

BASE = "/rswebpaytransaction/api/webpay/v1.2/transactions"
CODE, SECRET = 597_055_555_532, "clave-de-prueba"
RETURN_URL = "http://prueba.localhost:9/return/abc"
_ids = count(1)


@dataclass(frozen=True)
class Shop:
    """`secret` may be wrong."""

    sandbox: Sandbox
    code: int = CODE
    secret: str = SECRET

    @property
    def headers(self) -> dict[str, str]:
        return {"Tbk-Api-Key-Id": str(self.code), "Tbk-Api-Key-Secret": self.secret}

    def create(self, **changes: object) -> httpx.Response:
        wish = {"buy_order": f"o-{next(_ids)}", "session_id": "s", "amount": 70_000, "return_url": RETURN_URL}
        return self.sandbox.http.post(BASE, json=wish | changes, headers=self.headers)

    def token(self, **changes: object) -> str:
        created: str = self.create(**changes).raise_for_status().json()["token"]
        return created

    def commit(self, token: str) -> httpx.Response:
        return self.sandbox.http.put(f"{BASE}/{token}", headers=self.headers)

    def status(self, token: str) -> httpx.Response:
        return self.sandbox.http.get(f"{BASE}/{token}", headers=self.headers)

    def refund(self, token: str, amount: int) -> httpx.Response:
        return self.sandbox.http.post(f"{BASE}/{token}/refunds", json={"amount": amount}, headers=self.headers)

    def paid(self, *, means: str = "VN", **changes: object) -> str:
        """A transaction that was paid and committed."""
        token = self.token(**changes)
        act(self.sandbox, token, "pay", means=means)
        self.commit(token).raise_for_status()
        return token


def act(sandbox: Sandbox, token: str, action: str, *, means: str = "VN") -> httpx.Response:
    sandbox.http.post("/webpayserver/initTransaction", data={"token_ws": token})
    return sandbox.http.post(f"/webpayserver/answer/{token}", data={"action": action, "means": means})


def shape(answer: httpx.Response) -> set[str]:
    """Names in the query with which the browser goes back."""
    return set(parse_qs(urlsplit(answer.headers["Location"]).query))


def later(sandbox: Sandbox, token: str, seconds: float) -> None:
    sandbox.control(f"webpay/{token}/later", seconds=seconds)


def message(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["error_message"]
