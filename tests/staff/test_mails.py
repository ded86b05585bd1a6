"""Staff see the mails and the completeness clock, and have what stopped sent again; that is in the log."""

from backend.audit.actors import Actor
from backend.messaging import operations as messaging
from backend.people.rules import Role
from backend.tenants.files import tenant_files
from tests.operations.debts import in_town
from tests.operations.mailing import mailed
from tests.operations.test_mail import address, queue
from tests.operations.world import World
from tests.staff.people import TOWN, Json, entries, known

MAILS = """query ($states: [MailState!], $cause: String, $after: String) {
  mails(first: 2, states: $states, cause: $cause, after: $after) {
    edges { node { id cause toAddress state attempts lastError sentAt nextAttemptAt } }
    pageInfo { hasNextPage endCursor }
  }
}"""
REDRIVE = """mutation ($id: ID!) {
  mailRedrive(input: {id: $id}) { mail { state attempts } errors { code } }
}"""


def shown(role: Role = Role.CLERK, **variables: object) -> list[Json]:
    rows: list[Json] = known(role).ask(MAILS, **variables)["data"]["mails"]["edges"]
    return [row["node"] for row in rows]


def refused(world: World) -> tuple[str, int]:
    """The cause and the row of a mail that the server refused."""
    to = address()
    row = queue(to, cause=f"test:{to}")
    world.fault("smtp", "refuse_5xx", match=to, times=1)
    with in_town(TOWN):
        messaging.send_message(message_id=row, files=tenant_files())
    return f"test:{to}", row


def test_a_refused_mail_is_shown_with_why_and_sent_again(world: World) -> None:
    cause, _row = refused(world)
    before = len(entries(act="mail.redriven"))
    (mail,) = shown(cause=cause)

    said = [known(Role.CLERK).ask(REDRIVE, id=mail["id"])["data"]["mailRedrive"] for _ in range(2)]

    assert (mail["state"], mail["attempts"], "550" in mail["lastError"]) == ("REFUSED", 1, True)
    assert (mail["sentAt"], mail["nextAttemptAt"]) == (None, None)
    assert said == [{"mail": {"state": "QUEUED", "attempts": 0}, "errors": []}] * 2
    assert len(entries(act="mail.redriven")) == before + 1


def test_a_mail_that_is_not_there_and_one_that_was_sent_are_refused(world: World) -> None:
    cause, row = refused(world)
    (mail,) = shown(cause=cause)
    with in_town(TOWN):
        messaging.redrive_message(message_id=row, actor=Actor(account_id=None, name="prueba"))
        messaging.send_message(message_id=row, files=tenant_files())

    codes = [
        [error["code"] for error in known(Role.TREASURER).ask(REDRIVE, id=node)["data"]["mailRedrive"]["errors"]]
        for node in (mail["id"], "x")
    ]

    assert codes == [["messaging.already_sent"], ["schema.node_id"]]


def test_the_auditor_reads_and_changes_nothing(world: World) -> None:
    cause, _row = refused(world)
    (mail,) = shown(Role.AUDITOR, cause=cause)

    denied = known(Role.AUDITOR).ask(REDRIVE, id=mail["id"])

    assert denied["errors"][0]["extensions"]["code"] == "people.permission_denied"
    assert shown(cause=cause)[0]["state"] == "REFUSED"


def test_mails_come_in_pages_by_state() -> None:
    causes = [queue(address(), cause="test:pages") for _ in range(3)]
    person = known(Role.CLERK)

    first = person.ask(MAILS, states=["QUEUED"], cause="test:pages")["data"]["mails"]
    rest = person.ask(MAILS, states=["QUEUED"], cause="test:pages", after=first["pageInfo"]["endCursor"])["data"]

    assert len(causes) == 3
    assert (len(first["edges"]), first["pageInfo"]["hasNextPage"]) == (2, True)
    assert len(rest["mails"]["edges"]) >= 1
    assert shown(states=["SENT"], cause="test:pages") == []


def test_the_completeness_clock_names_every_step() -> None:
    mailed(TOWN)

    rows = known(Role.AUDITOR).ask("{ completeness { step orders since } }")["data"]["completeness"]

    assert [row["step"] for row in rows] == ["SIGNED", "STAMPED", "MAILED", "REFUSED"]
    assert rows[2]["orders"] >= 1
    assert all((row["since"] is None) == (row["orders"] == 0) for row in rows)
