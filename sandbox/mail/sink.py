"""The SMTP side: accepts every mail, unless a fault is ordered."""

import asyncio
import socket

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from sandbox.faults import FaultBoard
from sandbox.mail.box import MailBox

LARGEST_MAIL = 32 * 1024 * 1024
LONGEST_SILENCE = 600.0


class Sink:
    """aiosmtpd calls the methods by their names."""

    def __init__(self, box: MailBox, faults: FaultBoard) -> None:
        self._box = box
        self._faults = faults

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        fault = self._faults.take("smtp", ("refuse_4xx", "refuse_5xx", "refuse"), address)
        match fault.kind if fault else None:
            case "refuse_4xx":
                return "451 4.3.0 Casilla no disponible por ahora (falla simulada)"
            case "refuse_5xx":
                return "550 5.1.1 Casilla inexistente (falla simulada)"
            case "refuse":
                return _hang_up(server)
        envelope.rcpt_tos.append(address)
        envelope.rcpt_options.extend(options)
        return "250 2.1.5 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """Faults that lose the answer keep the mail all the same: then the sender must repeat what arrived."""
        raw = envelope.content if isinstance(envelope.content, bytes) else str(envelope.content).encode()
        fault = self._faults.take("smtp", ("slow", "timeout", "die_after_data"), *envelope.rcpt_tos)
        self._box.keep(sender=envelope.mail_from or "", recipients=envelope.rcpt_tos, raw=raw)
        match fault.kind if fault else None:
            case "slow":
                assert fault is not None
                await asyncio.sleep(2.0 if fault.seconds is None else fault.seconds)
            case "timeout":
                assert fault is not None
                await asyncio.sleep(LONGEST_SILENCE if fault.seconds is None else fault.seconds)
                return _hang_up(server)
            case "die_after_data":
                return _hang_up(server)
        return "250 2.0.0 OK"


def make_server(box: MailBox, faults: FaultBoard, port: int) -> Controller:
    """Prepare the server; port 0 takes a free one (the controller itself needs to know the number)."""
    if port == 0:
        with socket.create_server(("127.0.0.1", 0)) as probe:
            port = probe.getsockname()[1]
    return Controller(
        Sink(box, faults), hostname="127.0.0.1", port=port, data_size_limit=LARGEST_MAIL, enable_SMTPUTF8=True
    )


def _hang_up(server: SMTP) -> str:
    """Close the connection at once; the reply that is returned does not reach anybody."""
    if isinstance(server.transport, asyncio.WriteTransport):
        server.transport.abort()
    return "421 4.3.2 Hasta luego"
