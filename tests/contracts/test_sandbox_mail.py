"""The mail server as simulated: what arrives can be read, and it can fail in the ways mail servers fail."""

import smtplib
from collections.abc import Iterator
from email.message import EmailMessage
from itertools import count
from typing import cast

import pytest

from tests.contracts.sandbox_process import Sandbox

PDF = b"%PDF-1.7 de prueba"
_numbers = count(1)


@pytest.fixture(scope="module")
def running() -> Iterator[Sandbox]:
    with Sandbox() as started:
        yield started


@pytest.fixture
def sandbox(running: Sandbox) -> Iterator[Sandbox]:
    yield running
    running.http.delete("/_control/faults").raise_for_status()


@pytest.fixture
def letter() -> EmailMessage:
    number = next(_numbers)
    message = EmailMessage()
    message["From"] = "Tesorería Municipal de Valdivia <tesoreria@valdivia.example>"
    message["To"] = f"contribuyente{number}@prueba.example"
    message["Subject"] = "Su permiso de circulación <b>está</b> listo"
    message["Message-ID"] = f"<{number}@valdivia.example>"
    message.set_content("Adjuntamos su permiso.")
    message.add_alternative(
        '<p>Adjuntamos su permiso.</p><img src="cid:logo@x"><script>alert(1)</script>', subtype="html"
    )
    html = next(part for part in message.walk() if part.get_content_type() == "text/html")
    assert isinstance(html, EmailMessage)
    html.add_related(b"\x89PNG", "image", "png", cid="<logo@x>", disposition="inline", filename="logo.png")
    message.add_attachment(PDF, maintype="application", subtype="pdf", filename="permiso ZZBB10 ñ.pdf")
    return message


def send(sandbox: Sandbox, message: EmailMessage) -> None:
    with smtplib.SMTP("127.0.0.1", sandbox.smtp_port, timeout=5) as server:
        server.send_message(message)


def mails(sandbox: Sandbox, message: EmailMessage) -> list[dict[str, object]]:
    found: list[dict[str, object]] = sandbox.http.get("/mail.json", params={"to": message["To"]}).json()
    return found


def test_a_mail_can_be_read_with_its_attachment(sandbox: Sandbox, letter: EmailMessage) -> None:
    send(sandbox, letter)
    (mail,) = mails(sandbox, letter)
    (attachment,) = cast(list[dict[str, str]], mail["attachments"])
    content = sandbox.http.get(attachment["url"])

    assert mail["to"] == letter["To"]
    assert mail["from"] == "tesoreria@valdivia.example"
    assert mail["subject"] == letter["Subject"]
    assert mail["message_id"] == letter["Message-ID"]
    assert mail["raw_count"] == 1
    assert (int(attachment["n"]), attachment["filename"]) == (1, "permiso ZZBB10 ñ.pdf")
    assert (attachment["content_type"], int(attachment["size"])) == ("application/pdf", len(PDF))
    assert content.content == PDF
    assert content.headers["Content-Type"] == "application/pdf"


def test_pages_show_a_mail_without_trusting_it(sandbox: Sandbox, letter: EmailMessage) -> None:
    send(sandbox, letter)
    mail_id = mails(sandbox, letter)[0]["id"]
    inbox = sandbox.http.get("/mail/")
    page = sandbox.http.get(f"/mail/{mail_id}")
    html = sandbox.http.get(f"/mail/{mail_id}/html")

    assert "&lt;b&gt;está&lt;/b&gt;" in inbox.text
    assert "&lt;b&gt;está&lt;/b&gt;" in page.text
    assert "Adjuntamos su permiso." in page.text
    assert "<iframe sandbox " in page.text
    assert html.headers["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
    assert 'src="data:image/png;base64,' in html.text
    assert sandbox.http.get("/mail/999999").status_code == 404


def test_the_same_mail_twice_is_two_rows_of_one_message(sandbox: Sandbox, letter: EmailMessage) -> None:
    send(sandbox, letter)
    send(sandbox, letter)

    assert [mail["raw_count"] for mail in mails(sandbox, letter)] == [2, 2]


def test_a_mail_can_be_refused_for_now(sandbox: Sandbox, letter: EmailMessage) -> None:
    sandbox.fault("smtp", "refuse_4xx", times=1, match=letter["To"])

    with pytest.raises(smtplib.SMTPRecipientsRefused) as refused:
        send(sandbox, letter)
    assert [code for code, _text in refused.value.recipients.values()] == [451]
    assert mails(sandbox, letter) == []
    send(sandbox, letter)
    assert len(mails(sandbox, letter)) == 1


def test_a_mail_can_be_refused_for_good(sandbox: Sandbox, letter: EmailMessage) -> None:
    sandbox.fault("smtp", "refuse_5xx", match=letter["To"])

    with pytest.raises(smtplib.SMTPRecipientsRefused) as refused:
        send(sandbox, letter)
    assert [code for code, _text in refused.value.recipients.values()] == [550]


def test_a_server_can_die_after_it_took_the_mail(sandbox: Sandbox, letter: EmailMessage) -> None:
    sandbox.fault("smtp", "die_after_data", times=1)

    with pytest.raises((smtplib.SMTPServerDisconnected, ConnectionError)):
        send(sandbox, letter)
    assert len(mails(sandbox, letter)) == 1


def test_a_server_can_hang_up_before_it_takes_anything(sandbox: Sandbox, letter: EmailMessage) -> None:
    sandbox.fault("smtp", "refuse", times=1)

    with pytest.raises((smtplib.SMTPServerDisconnected, ConnectionError)):
        send(sandbox, letter)
    assert mails(sandbox, letter) == []


def test_a_server_can_be_slow(sandbox: Sandbox, letter: EmailMessage) -> None:
    sandbox.fault("smtp", "slow", seconds=0.3, times=1)
    send(sandbox, letter)

    assert len(mails(sandbox, letter)) == 1


def test_mails_outlive_a_restart(letter: EmailMessage, tmp_path_factory: pytest.TempPathFactory) -> None:
    state = str(tmp_path_factory.mktemp("state"))
    with Sandbox(SANDBOX_STATE=state) as first:
        send(first, letter)
    with Sandbox(SANDBOX_STATE=state) as second:
        kept = mails(second, letter)

    assert [mail["subject"] for mail in kept] == [letter["Subject"]]
