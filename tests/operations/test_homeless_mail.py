"""The citizen is told of each decision, once, in words that she understands."""

import re
import uuid

from backend.billing import homeless
from backend.billing.models import HomelessDecision
from backend.messaging.models import Message
from backend.receipts import homeless_mail
from backend.shared.money import Money
from tests.operations.debts import ANNUAL, FIRST, Car, car, in_town
from tests.operations.deliveries import run_deliveries
from tests.operations.gateway import hear, notice, notice_of
from tests.operations.homeless import CLERK, Kept, another_car_of, apply, homeless_id_of, refund
from tests.operations.orders import check, order
from tests.operations.world import World


def paid_twice_by(to: str, town: str) -> tuple[Kept, Car]:
    """As `paid_twice_with_another_debt`, with an address of its own."""
    vehicle = car(town)
    check(vehicle)
    opened = order(vehicle, email=to)
    hear(town, notice_of(vehicle, opened))
    again = notice_of(vehicle, opened)
    hear(town, again)
    other = another_car_of(vehicle)
    check(other)
    return Kept(town, homeless_id_of(town, again), vehicle, again), other


def address() -> str:
    return f"contribuyente-{uuid.uuid4().hex[:12]}@correo.example"


def told(town: str, decision: int) -> list[Message]:
    """Run the reaction of the decision, then its effect once more; the messages that there are then."""
    assert run_deliveries(town, decision_id=decision) == [("tell_decision", "DONE")]
    with in_town(town):
        homeless_mail.tell_decision(decision_id=decision)
        return list(Message.objects.filter(cause__regex=rf"^homeless:{decision}(:|$)"))


def claim(kept: Kept) -> int:
    with in_town(kept.town):
        return int(
            homeless.claim_at_gateway(
                homeless_id=kept.homeless_id, stated_open=kept.open, note="Oficio 9", actor=CLERK
            ).id
        )


def in_both(message: Message, words: str) -> bool:
    plain = re.sub(r"<[^>]+>", "", message.html)
    return words in message.text and words in plain


def test_an_application_names_what_was_paid_and_what_is_left(world: World) -> None:
    to = address()
    kept, other = paid_twice_by(to, "nunoa")

    (message,) = told("nunoa", apply(kept, other, option="first"))

    assert message.to_address == to
    assert message.subject == "Usamos $29.772 de su pago en otra deuda suya · Municipalidad de Ñuñoa"
    for words in (
        "usted ya había pagado esa misma orden",
        other.plate,
        "Permiso de circulación 2025",
        f"De ese pago quedan {Money(ANNUAL - FIRST)} por resolver.",
        kept.sent.operation_id,
    ):
        assert in_both(message, words), words
    run_deliveries("nunoa", message_id=message.id)
    assert [mail["subject"] for mail in world.mails(to)] == [message.subject]


def test_documents_of_what_was_paid_come_in_a_mail_of_their_own(world: World) -> None:
    to = address()
    kept, other = paid_twice_by(to, "nunoa")
    decision = apply(kept, other)
    with in_town("nunoa"):
        paid = HomelessDecision.objects.get(id=decision).order_id
    assert paid is not None

    for _ in range(2):
        run_deliveries("nunoa", order_id=paid)

    with in_town("nunoa"):
        documents = Message.objects.filter(to_address=to, cause__startswith="receipt:")
        assert [len(message.attachments) for message in documents] == [1]


def test_a_refund_says_that_it_waits_for_a_second_person_and_asks_for_no_secret() -> None:
    to = address()
    kept, _other = paid_twice_by(to, "valdivia")

    (message,) = told("valdivia", refund(kept, ANNUAL))

    assert message.subject.startswith("Pedimos que le devuelvan $59.543 · ")
    assert in_both(message, "Otra persona de la municipalidad debe aprobar la devolución.")
    assert in_both(message, "nunca le pediremos por correo claves ni números de tarjeta")
    assert "por resolver" not in message.text


def test_a_refund_is_told_to_the_address_that_the_clerk_gave() -> None:
    kept, _other = paid_twice_by(address(), "valdivia")
    to = address()

    (message,) = told("valdivia", refund(kept, ANNUAL, email=to))

    assert message.to_address == to


def test_each_claim_is_told_once() -> None:
    to = address()
    kept, _other = paid_twice_by(to, "nunoa")

    first, second = claim(kept), claim(kept)

    for decision in (first, second):
        (message,) = told("nunoa", decision)
        assert message.to_address == to
        assert in_both(message, "Pedimos al recaudador (Tesorería General de la República) que lo aclare.")


def test_whose_address_nobody_knows_is_not_told() -> None:
    sent = notice("nunoa", "1312055555555AAAA", ANNUAL)
    hear("nunoa", sent)
    kept = Kept("nunoa", homeless_id_of("nunoa", sent), car("nunoa"), sent)

    assert told("nunoa", claim(kept)) == []
