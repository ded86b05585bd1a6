"""TGR and Webpay as a stateful test drives them for one municipality: what TGR sends waits here."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import httpx

from backend.billing.gateways.tgr import SIGNATURE_HEADER
from backend.shared import clock
from tests.operations.gateway import SignedNotice, agreement_key
from tests.operations.platform import environment
from tests.operations.towns import FOR_THE_MACHINE

TOWN = FOR_THE_MACHINE.slug


class Gateways:
    """Their pages and their own books, over HTTP; TGR's notices arrive at a server of ours and are kept."""

    def __init__(self, http: httpx.Client, inbox: "Inbox") -> None:
        self._http = http
        self.inbox = inbox

    def at_tgr(self, portal: str, action: str) -> bool:
        """Pay, reject or leave at TGR's page; tells whether it was an operation. A page that is paid takes none."""
        answer = self._http.post(portal, data={"means": "D", "action": action})
        assert answer.status_code in (303, 409), answer.text
        return answer.status_code == 303 and action != "leave"

    def at_webpay(self, portal: str, action: str) -> None:
        """Pay, reject, cancel or leave at Webpay's form. A form that has done its work takes nothing more."""
        token = parse_qs(urlsplit(portal).query)["token_ws"][0]
        self._http.post("/webpayserver/initTransaction", data={"token_ws": token})
        answer = self._http.post(f"/webpayserver/answer/{token}", data={"action": action, "means": "VD"})
        assert answer.status_code < 500, answer.text

    @contextmanager
    def fault(self, institution: str, kind: str, match: str, **more: object) -> Iterator[None]:
        """Once, within the block; no kind is no fault."""
        wish = {"institution": institution, "kind": kind, "times": 1, "match": match, **more}
        if kind:
            self._http.post("/_control/faults", json=wish).raise_for_status()
        yield
        self._http.delete("/_control/faults").raise_for_status()

    def captured(self) -> dict[str, int]:
        """Cause in our ledger → pesos, by the gateways' own books of this municipality."""
        tgr = [row for row in self._rows("tgr", "captured") if row["formulario"] == FOR_THE_MACHINE.form]
        webpay = [row for row in self._rows("webpay", "captured") if row["formulario"] == FOR_THE_MACHINE.commerce]
        return {f"tgr:{row['idoperacion']}": row["total"] for row in tgr} | {
            f"webpay:{row['idext']}": row["total"] for row in webpay
        }

    def given_back(self) -> int:
        """What Webpay really gave back, in pesos."""
        rows = self._rows("webpay", "refunded")
        return sum(int(row["total"]) for row in rows if str(row["idext"]).startswith(FOR_THE_MACHINE.commune_code))

    def collection_file(self) -> bytes:
        """TGR's file of what it has in its book of today."""
        return self._http.get(f"/tgr/files/{FOR_THE_MACHINE.form}/{clock.today()}").raise_for_status().content

    def _rows(self, gateway: str, part: str) -> list[dict[str, int]]:
        found: list[dict[str, int]] = self._http.get(f"/{gateway}/book").raise_for_status().json()[part]
        return found


class Inbox:
    """What TGR sent, in order of arrival."""

    def __init__(self) -> None:
        self._arrived = threading.Condition()
        self._notices: list[SignedNotice] = []

    def put(self, notice: SignedNotice) -> None:
        with self._arrived:
            self._notices.append(notice)
            self._arrived.notify_all()

    def wait_for(self, count: int) -> list[SignedNotice]:
        """Everything that arrived, once it is so many."""
        with self._arrived:
            assert self._arrived.wait_for(lambda: len(self._notices) >= count, timeout=10), "TGR's notice did not come"
            return list(self._notices)

    def __len__(self) -> int:
        return len(self._notices)


@contextmanager
def both_gateways() -> Iterator[Gateways]:
    """Agree with TGR that its notices come to us, for as long as the test runs."""
    inbox = Inbox()

    class Receiver(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            raw = self.rfile.read(int(self.headers["Content-Length"]))
            inbox.put(SignedNotice(raw, self.headers[SIGNATURE_HEADER]))
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *arguments: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    base = f"http://127.0.0.1:{environment()['SANDBOX_PORT']}"
    with httpx.Client(base_url=base, timeout=20, trust_env=False) as http:
        wish = {
            "formulario": FOR_THE_MACHINE.form,
            "municipality": FOR_THE_MACHINE.name,
            "key": agreement_key(TOWN).decode(),
            "notice_url": f"http://127.0.0.1:{server.server_port}/",
        }
        http.post("/_control/agreements", json=wish).raise_for_status()
        try:
            yield Gateways(http, inbox)
        finally:
            server.shutdown()
            thread.join()
            server.server_close()
