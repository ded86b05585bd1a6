"""The sandbox as a test orders it: faults, vehicles, mails."""

from typing import Any, cast

import httpx

from tests.operations.platform import environment


class World:
    """What lies outside the platform. Faults that a test ordered end with it."""

    def __init__(self) -> None:
        env = environment()
        self._http = httpx.Client(base_url=f"http://127.0.0.1:{env['SANDBOX_PORT']}", timeout=20, trust_env=False)

    def __enter__(self) -> "World":
        self.no_faults()
        return self

    def __exit__(self, *_: object) -> None:
        self.no_faults()
        self._http.close()

    def control(self, path: str, **wish: object) -> dict[str, Any]:
        return cast(dict[str, Any], self._http.post(f"/_control/{path}", json=wish).raise_for_status().json())

    def fault(self, institution: str, kind: str, **more: object) -> None:
        self.control("faults", institution=institution, kind=kind, **more)

    def no_faults(self) -> None:
        self._http.delete("/_control/faults").raise_for_status()

    def vehicle(self, plate: str, **overrides: object) -> None:
        self.control("vehicles", plate=plate, **overrides)

    def orders(self) -> list[dict[str, Any]]:
        """What TGR has noted of our orders."""
        state = self._http.get("/_control/state").raise_for_status().json()
        return cast(list[dict[str, Any]], state["orders"])

    def webpay(self, action: str, token: str, *, means: str = "VD") -> str:
        """Act as the payer at Webpay's form; returns where the browser goes back to, empty where it does not."""
        self._http.post("/webpayserver/initTransaction", data={"token_ws": token})
        answer = self._http.post(f"/webpayserver/answer/{token}", data={"action": action, "means": means})
        assert answer.status_code in (200, 303)
        return str(answer.headers.get("Location", ""))

    def webpay_captured(self, token: str) -> list[int]:
        """What Webpay's own book says that a transaction captured."""
        rows = self._http.get("/webpay/book").raise_for_status().json()["captured"]
        return [row["total"] for row in rows if row["reference"] == token]

    def webpay_refunds(self, number: str) -> list[int]:
        """What Webpay really gave back of the payments of an order, in pesos."""
        rows = self._http.get("/webpay/book").raise_for_status().json()["refunded"]
        return [int(row["total"]) for row in rows if str(row["idext"]).startswith(number)]

    def webpay_captured_by(self, commerce: int) -> int:
        """The sum of what a shop captured, whatever it gave back since."""
        rows = self._http.get("/webpay/book").raise_for_status().json()["captured"]
        return sum(row["total"] for row in rows if row["formulario"] == commerce)

    def fines(self, plate: str) -> list[dict[str, Any]]:
        """What Registro Civil lists of a plate now."""
        env = environment()
        login = (env["SEM_REGISTER_USER"], env["SEM_REGISTER_PASSWORD"])
        answer = self._http.get("/fines", params={"placa": plate}, auth=login).raise_for_status()
        return cast(list[dict[str, Any]], answer.json()["multas"])

    def mails(self, to: str) -> list[dict[str, Any]]:
        return cast(list[dict[str, Any]], self._http.get("/mail.json", params={"to": to}).raise_for_status().json())

    def mail_page(self, mail: dict[str, Any]) -> str:
        """The HTML part of a mail that arrived."""
        return self._http.get(f"/mail/{mail['id']}/html").raise_for_status().text

    def attachment(self, mail: dict[str, Any], number: int) -> bytes:
        attachment = mail["attachments"][number]
        path = f"/mail/{mail['id']}/{attachment['n']}/{attachment['filename']}"
        return self._http.get(path).raise_for_status().content
