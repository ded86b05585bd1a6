"""TGR and one municipality as a stateful test drives them: what TGR sends lies here until the test hands it over."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx

from backend.billing.gateways.tgr import SIGNATURE_HEADER
from tests.operations.gateway import SignedNotice, agreement_key
from tests.operations.platform import environment
from tests.operations.towns import FOR_THE_MACHINE

TOWN = FOR_THE_MACHINE.slug


class Treasury:
    """TGR's portal and book, over HTTP; its notices arrive at a server of ours and are kept."""

    def __init__(self, http: httpx.Client, inbox: "Inbox") -> None:
        self._http = http
        self.inbox = inbox

    def act(self, portal: str, action: str) -> bool:
        """Pay, reject or leave at TGR's page; tells whether it was an operation. A page that is paid takes none."""
        answer = self._http.post(portal, data={"means": "D", "action": action})
        assert answer.status_code in (303, 409), answer.text
        return answer.status_code == 303 and action != "leave"

    def order_fault(self, kind: str, match: str, **more: object) -> None:
        wish = {"institution": "tgr", "kind": kind, "times": 1, "match": match, **more}
        self._http.post("/_control/faults", json=wish).raise_for_status()

    def forget_faults(self) -> None:
        self._http.delete("/_control/faults").raise_for_status()

    def captured(self) -> dict[str, int]:
        """Operation → pesos, by TGR's own book of this municipality."""
        rows = self._http.get("/tgr/book").raise_for_status().json()["captured"]
        return {str(row["idoperacion"]): row["total"] for row in rows if row["formulario"] == FOR_THE_MACHINE.form}


class Inbox:
    """What TGR sent, in order of arrival, and not handed over yet."""

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
            assert self._arrived.wait_for(lambda: len(self._notices) >= count, timeout=5), "TGR's notice did not come"
            return list(self._notices)

    def __len__(self) -> int:
        return len(self._notices)


@contextmanager
def treasury() -> Iterator[Treasury]:
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
            yield Treasury(http, inbox)
        finally:
            server.shutdown()
            thread.join()
            server.server_close()
