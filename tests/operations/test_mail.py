"""A mail is a row first: it waits while the server is away, and a cause is mailed to an address once."""

import uuid
from datetime import timedelta

import pytest
from django.db import IntegrityError

from backend.audit.actors import Actor
from backend.audit.models import AuditEntry
from backend.messaging import operations as messaging
from backend.messaging.models import Message
from backend.messaging.queries import MessageNotFound, get_mail
from backend.messaging.rules import FAULTS_BEFORE_GIVING_UP, GIVE_UP_AFTER
from backend.messaging.smtp import MailServerUnavailable
from backend.outbox.models import Event
from backend.outbox.operations import ATTEMPTS_BEFORE_DEAD
from backend.receipts.stuck import waiting_here
from backend.shared import clock
from backend.shared.files import StoredFileMissing
from backend.tenants.files import tenant_files
from tests.operations.debts import in_town
from tests.operations.deliveries import run_deliveries
from tests.operations.platform import run_python
from tests.operations.world import World

CLERK = Actor(account_id=901, name="cajera@prueba.example", roles=("clerk",))
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


def queued_ago(message_id: int, ago: timedelta) -> None:
    """Let a mail have been queued so long ago."""
    with in_town("nunoa"):
        Message.objects.filter(id=message_id).update(queued_at=clock.now() - ago)


def attempt_in_vain(message_id: int) -> None:
    with pytest.raises(MailServerUnavailable):
        send(message_id)


def test_a_server_that_is_away_makes_no_mail_fail_before_48_hours(world: World) -> None:
    to = address()
    row = queue(to, cause=f"test:{to}")
    world.fault("smtp", "refuse_4xx", match=to, times=3)
    queued_ago(row, GIVE_UP_AFTER - timedelta(minutes=1))

    for _ in range(2):
        attempt_in_vain(row)
    waiting = message(row)
    queued_ago(row, GIVE_UP_AFTER)
    send(row)
    send(row)

    given_up = message(row)
    assert (waiting.state, waiting.attempts) == ("RETRYING", 2)
    assert (given_up.state, given_up.attempts, "451" in given_up.last_error) == ("FAILED", 3, True)
    assert world.mails(to) == []


def test_a_mail_that_was_given_up_is_sent_again_when_somebody_says_so(world: World) -> None:
    to = address()
    row = queue(to, cause=f"test:{to}")
    world.fault("smtp", "refuse_4xx", match=to, times=1)
    queued_ago(row, GIVE_UP_AFTER)
    given_up = run_deliveries("nunoa", message_id=row)

    with in_town("nunoa"):
        again = [messaging.redrive_message(message_id=row, actor=CLERK) for _ in range(2)]
        acts = AuditEntry.objects.filter(act="mail.redriven", object_key=str(row))
        logged = [(each.account_name, each.changes) for each in acts]
    sent = run_deliveries("nunoa", message_id=row)

    assert given_up == [("send_message", "DONE")]
    assert [(each.state, each.attempts) for each in again] == [("QUEUED", 0)] * 2
    assert logged == [(CLERK.name, {"state": ["FAILED", "QUEUED"]})]
    assert sent == [("send_message", "DONE")] * 2
    assert (message(row).state, len(world.mails(to))) == ("SENT", 1)


def test_a_refused_mail_can_be_sent_again_and_one_that_was_sent_cannot(world: World) -> None:
    to = address()
    row = queue(to, cause=f"test:{to}")
    world.fault("smtp", "refuse_5xx", match=to, times=1)
    send(row)

    with in_town("nunoa"):
        messaging.redrive_message(message_id=row, actor=CLERK)
        send(row)
        with pytest.raises(messaging.MessageAlreadySent):
            messaging.redrive_message(message_id=row, actor=CLERK)
        with pytest.raises(MessageNotFound):
            messaging.redrive_message(message_id=row + 10**9, actor=CLERK)

    assert (message(row).state, len(world.mails(to))) == ("SENT", 1)


def test_a_fault_of_ours_is_given_up_when_the_outbox_would() -> None:
    to = address()
    row = queue(to, cause=f"test:{to}")
    with in_town("nunoa"):
        Message.objects.filter(id=row).update(
            attachments=[{"key": f"00/{'0' * 62}.pdf", "filename": "x.pdf", "content_type": "application/pdf"}]
        )

    for _ in range(FAULTS_BEFORE_GIVING_UP - 1):
        with pytest.raises(StoredFileMissing):
            send(row)
    trying = message(row)
    send(row)

    assert (trying.state, message(row).state) == ("RETRYING", "FAILED")
    assert "StoredFileMissing" in message(row).last_error
    assert FAULTS_BEFORE_GIVING_UP == ATTEMPTS_BEFORE_DEAD


def test_a_mail_that_waits_says_when_it_is_tried_next(world: World) -> None:
    to = address()
    row = queue(to, cause=f"test:{to}")
    world.fault("smtp", "refuse_4xx", match=to, times=1)
    run_deliveries("nunoa", message_id=row)

    with in_town("nunoa"):
        waiting = get_mail(row)
        run_deliveries("nunoa", message_id=row)
        sent = get_mail(row)

    assert waiting.next_attempt_at is not None
    assert timedelta(0) < waiting.next_attempt_at - clock.now() < timedelta(seconds=5)
    assert (sent.row.state, sent.next_attempt_at) == ("SENT", None)


@pytest.mark.parametrize(
    ("changes", "constraint"),
    [
        ({"state": "LOST"}, "known_state"),
        ({"state": "SENT"}, "says_when"),
        ({"sent_at": "2025-03-20T12:00:00Z"}, "says_when"),
        ({"state": "SENT", "sent_at": "2025-03-20T12:00:00Z", "secrets": ["x"]}, "keeps_no_secret"),
        ({"state": "FAILED", "attempts": 1}, "says_why"),
        ({"state": "REFUSED", "last_error": "550"}, "says_why"),
        ({"attempts": 1}, "was_not_tried"),
    ],
)
def test_the_database_takes_no_row_that_contradicts_itself(changes: dict[str, object], constraint: str) -> None:
    row = queue(to := address(), cause=f"test:{to}")

    with in_town("nunoa"), pytest.raises(IntegrityError, match=constraint):
        Message.objects.filter(id=row).update(**changes)


def test_the_command_lists_what_waits_and_sends_what_was_given_up_again(world: World) -> None:
    to = address()
    row = queue(to, cause=f"test:{to}", town="frutillar")
    world.fault("smtp", "refuse_4xx", match=to, times=1)
    with in_town("frutillar"):
        Message.objects.filter(id=row).update(queued_at=clock.now() - GIVE_UP_AFTER)
    send(row, town="frutillar")

    mail = ("-m", "backend.cli", "mail")
    listed = run_python(*mail, "list", "--municipality=frutillar", COLUMNS="200")
    again = run_python(*mail, "redrive", "--municipality=frutillar")
    unknown = run_python(*mail, "redrive", "--municipality=frutillar", str(row + 10**9))

    assert (listed.returncode, again.returncode, unknown.returncode) == (0, 0, 1)
    assert f"{row} " in listed.stderr
    assert "FAILED" in listed.stderr
    assert "451" in listed.stderr
    assert "No existe ese correo" in unknown.stderr
    assert message(row, town="frutillar").state == "QUEUED"
    with in_town("frutillar"):
        assert AuditEntry.objects.get(act="mail.redriven", object_key=str(row)).account_name.startswith("terminal")
