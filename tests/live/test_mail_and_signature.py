"""Mail server down, or no certificate: the payment stands, what is missing waits and goes on by itself."""

from pathlib import Path

from backend.cli.once_verify import verify_signature
from tests.live.books import assert_books_agree, assert_money_agrees
from tests.live.officials import authority, register_treasurer
from tests.live.platform import Platform, Town
from tests.live.stuck import shown, wait_until_not_shown, wait_until_shown
from tests.live.waiting import wait_for
from tests.live.world import World


def mails_arrive_under_one_message_id(platform: Platform, town: Town) -> None:
    """Also where the server takes a mail and dies before it says so: the repeat is recognisable."""
    citizen = platform.citizen(town)
    platform.world.fault("smtp", "die_after_data", match=citizen.email, times=1)
    order = citizen.order(town.new_vehicle())

    citizen.pay(order)
    citizen.wait_until_complete(order)

    mails = wait_for(
        lambda: found if len(found := platform.world.mails(citizen.email)) == 2 else None, "the mail comes again"
    )
    assert len({mail["message_id"] for mail in mails}) == 1
    wait_until_not_shown(platform, town, "mail-retrying", order.number)


def test_a_server_that_dies_after_data_gets_the_same_message_again(platform: Platform) -> None:
    mails_arrive_under_one_message_id(platform, platform.valdivia)
    assert_books_agree(platform)


def test_a_mail_waits_for_its_server_and_the_payment_stands(platform: Platform, world: World) -> None:
    town = platform.nunoa
    citizen = platform.citizen(town)
    fault = world.fault("smtp", "refuse_4xx", match=citizen.email)
    order = citizen.order(town.new_vehicle())

    citizen.pay(order)

    assert citizen.wait_until_complete(order)["state"] == "PAID"
    wait_for(lambda: (line := waiting_mail(platform, town, order.number)) and "451" in line, "stuck says why")
    assert world.mails(citizen.email) == []
    world.end_fault(fault)
    wait_for(lambda: world.mails(citizen.email), "the mail arrives")
    wait_until_not_shown(platform, town, "mail-retrying", order.number)
    assert_books_agree(platform)


def waiting_mail(platform: Platform, town: Town, number: str) -> str | None:
    line = shown(platform, town, "mail-retrying", number)
    return line["detail"] if line else None


def test_a_document_waits_for_a_valid_certificate_and_the_payment_stands(platform: Platform, tmp_path: Path) -> None:
    town = platform.valdivia
    citizen = platform.citizen(town)
    order = citizen.order(town.new_vehicle())
    register_treasurer(platform, town, tmp_path / "treasurer-expired.p12", days_old=400)

    citizen.pay(order)

    citizen.wait_for_state(order, "PAID")
    wait_for(
        lambda: (line := waiting_document(platform, town, order.number)) and "certificado" in line, "stuck says why"
    )
    assert citizen.state(order.token)["documents"] == []
    assert_money_agrees(platform)
    register_treasurer(platform, town, tmp_path / "treasurer-new.p12", days_old=0)
    document = citizen.download(citizen.wait_until_complete(order))
    verify_signature(document, root=authority(platform).root_pem)
    wait_until_not_shown(platform, town, "document-unsigned", order.number)
    assert_books_agree(platform)


def waiting_document(platform: Platform, town: Town, number: str) -> str | None:
    line = shown(platform, town, "document-unsigned", number)
    return line["detail"] if line else None


def test_a_key_that_is_away_leaves_the_document_waiting(platform: Platform) -> None:
    town = platform.nunoa
    citizen = platform.citizen(town)
    order = citizen.order(town.new_vehicle())
    key = Path(platform.env["SEM_SECRETS_DIR"]) / town.slug / "treasurer.p12"
    away = key.rename(key.with_suffix(".away"))
    try:
        citizen.pay(order)
        citizen.wait_for_state(order, "PAID")
        wait_until_shown(platform, town, "document-unsigned", order.number)
        assert_money_agrees(platform)
    finally:
        away.rename(key)

    citizen.wait_until_complete(order)
    assert_books_agree(platform)
