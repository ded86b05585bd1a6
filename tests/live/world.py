"""The outside world as a test orders it, and what it knows: TGR's own book, the mails that arrived."""

from collections.abc import Collection
from typing import Any

import httpx

Json = dict[str, Any]


class World:
    """The sandbox of the platform, over HTTP."""

    def __init__(self, port: str) -> None:
        self._http = httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=60)

    def close(self) -> None:
        self._http.close()

    def fault(self, institution: str, kind: str, **more: object) -> int:
        """Order a fault (sandbox/README.md lists them) and give its id."""
        answer: int = self._control("faults", institution=institution, kind=kind, **more)["id"]
        return answer

    def end_fault(self, fault: int) -> None:
        self._http.delete(f"/_control/faults/{fault}").raise_for_status()

    def end_all_faults(self) -> None:
        self._http.delete("/_control/faults").raise_for_status()

    def vehicle(self, plate: str, **standing: object) -> None:
        """Let the registers answer otherwise about a plate."""
        self._control("vehicles", plate=plate, **standing)

    def send_notices_again(self, reference: str) -> list[str]:
        """Send the notices of a TGR reference once, now, and give what each was answered."""
        sent = self._http.post(f"/_control/notices/{reference}").raise_for_status().json()["sent"]
        return [each["answer"] for each in sent]

    def captured(self, form: int) -> list[Json]:
        """What TGR collected for an agreement, by its own book."""
        book: list[Json] = self._http.get("/tgr/book").raise_for_status().json()["captured"]
        return [each for each in book if each["formulario"] == form]

    def collection_file(self, form: int, day: str) -> bytes:
        """TGR's file of an accounting date."""
        return self._http.get(f"/tgr/files/{form}/{day}").raise_for_status().content

    def untold(self, orders: Collection[str]) -> list[Json]:
        """Operations of some orders, failures too, whose notice nobody has taken yet."""
        operations = self._http.get("/_control/state").raise_for_status().json()["operations"]
        return [each for each in operations if each["idext"] in orders and not each["delivered"]]

    def commerce(self, code: int, secret: str) -> None:
        """Register a shop of Webpay."""
        self._control("commerces", commerce_code=code, municipality="Municipalidad", secret=secret)

    def at_webpay(self, token: str, action: str, means: str = "VD") -> str:
        """Act at Webpay's form; gives the address that the browser goes back to, empty where it does not."""
        self._http.get("/webpayserver/initTransaction", params={"token_ws": token}).raise_for_status()
        answer = self._http.post(f"/webpayserver/answer/{token}", data={"action": action, "means": means})
        assert answer.status_code in (200, 303), answer.text
        return str(answer.headers.get("location", ""))

    def webpay_captured(self, code: int) -> list[Json]:
        """What Webpay collected for a shop, by its own book."""
        book: list[Json] = self._http.get("/webpay/book").raise_for_status().json()["captured"]
        return [each for each in book if each["formulario"] == code]

    def mails(self, to: str = "") -> list[Json]:
        found: list[Json] = self._http.get("/mail.json", params={"to": to}).raise_for_status().json()
        return found

    def mail_page(self, mail: Json) -> str:
        """The HTML part of a mail that arrived."""
        return self._http.get(f"/mail/{mail['id']}/html").raise_for_status().text

    def _control(self, path: str, **wish: object) -> Json:
        answer: Json = self._http.post(f"/_control/{path}", json=wish).raise_for_status().json()
        return answer
