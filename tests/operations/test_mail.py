"""A mail is a row first: it waits while the server is away, and a cause is mailed to an address once."""

import uuid

import pytest

from backend.messaging import operations as messaging
from backend.messaging.models import Message
from backend.messaging.smtp import MailServerUnavailable
from backend.outbox.models import Event
from backend.receipts.stuck import waiting_here
from backend.tenants.files import tenant_files
from tests.operations.debts import in_town
from tests.operations.deliveries import run_deliveries
from tests.operations.world import World

PDF = b"%PDF-1.4 a stored file of the tests"


def address() -> str:
    return f"contribuyente-{uuid.uuid4().hex[:12]}@correo.example"


def queue(to: str, *, cause: str, town: str = "nunoa") -> int:
    with in_town(town):
        key = tenant_files().put(PDF, ".pdf")
        letter = messaging.Letter(
            to_address=to,
            from_name="Municipalidad de Ñuñoa",
            from_address="no-responder@nunoa.example",
            subject="Su permiso de circulación",
            text="Adjuntamos su permiso.",
            html="<p>Adjuntamos su permiso.</p>",
            attachments=[messaging.Attachment(key=key, filename="permiso.pdf", content_type="application/pdf")],
        )
        return messaging.queue_message(cause=cause, letter=letter)


def send(message_id: int, town: str = "nunoa") -> None:
    with in_town(town):
        messaging.send_message(message_id=message_id, files=tenant_files())


def message(message_id: int, town: str = "nunoa") -> Message:
    with in_town(town):
        return Message.objects.get(id=message_id)


def test_a_mail_arrives_once_with_its_attachment(world: World) -> None:
    to = address()
    row = queue(to, cause=f"test:{to}")

    for _ in range(2):
        send(row)

    arrived = world.mails(to)
    assert [mail["message_id"] for mail in arrived] == [message(row).message_id]
    assert world.attachment(arrived[0], 0) == PDF
    assert message(row).state == "SENT"


def test_the_same_cause_and_address_is_one_mail() -> None:
    to = address()

    rows = [queue(to, cause=f"test:{to}") for _ in range(3)]
    other = queue(address(), cause=f"test:{to}")

    assert len(set(rows)) == 1
    assert other not in rows
    with in_town("nunoa"):
        assert Event.objects.filter(name="MessageQueued", payload={"message_id": rows[0]}).count() == 1


def test_while_the_mail_server_is_away_the_mail_waits(world: World) -> None:
    to = address()
    row = queue(to, cause=f"test:{to}")
    world.fault("smtp", "refuse", match=to, times=2)
    world.fault("smtp", "refuse_4xx", match=to, times=2)

    with pytest.raises(MailServerUnavailable):
        send(row)
    run = run_deliveries("nunoa", message_id=row)
    waiting = message(row).state
    with in_town("nunoa"):
        stuck = [found for found in waiting_here() if found.kind == "mail-retrying" and found.subject == f"test:{to}"]
    world.no_faults()
    again = run_deliveries("nunoa", message_id=row)

    assert (run, waiting) == ([("send_message", "WAITING")], "RETRYING")
    assert (len(stuck), "MailServerAway" in stuck[0].detail) == (1, True)
    assert again == [("send_message", "DONE")]
    assert (message(row).state, len(world.mails(to))) == ("SENT", 1)


def test_a_mail_that_the_server_refuses_for_good_is_shown_and_not_sent_again(world: World) -> None:
    to = address()
    row = queue(to, cause=f"test:{to}")
    world.fault("smtp", "refuse_5xx", match=to, times=1)

    for _ in range(2):
        send(row)

    refused = message(row)
    with in_town("nunoa"):
        stuck = [found for found in waiting_here() if found.subject == f"test:{to}"]
    assert (refused.state, refused.sent_at, "550" in refused.last_error) == ("REFUSED", None, True)
    assert [found.kind for found in stuck] == ["mail-refused"]
    assert world.mails(to) == []


def test_a_server_that_dies_after_taking_the_mail_gets_it_again_under_the_same_id(world: World) -> None:
    to = address()
    row = queue(to, cause=f"test:{to}")
    world.fault("smtp", "die_after_data", match=to, times=1)

    with pytest.raises(MailServerUnavailable):
        send(row)
    send(row)

    arrived = world.mails(to)
    assert len(arrived) == 2
    assert {mail["message_id"] for mail in arrived} == {message(row).message_id}
    assert message(row).state == "SENT"


def test_words_of_others_cannot_add_a_header(world: World) -> None:
    to = address()
    with in_town("nunoa"):
        letter = messaging.Letter(
            to_address=to,
            from_name="Municipalidad\r\nBcc: otra@correo.example",
            from_address="no-responder@nunoa.example",
            subject="Permiso",
            text="Texto",
            html="<p>Texto</p>",
        )
        row = messaging.queue_message(cause=f"test:{to}", letter=letter)

    with pytest.raises(ValueError, match=r"linefeed|newline|header"):
        send(row)

    assert world.mails(to) == []
