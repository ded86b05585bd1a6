"""Each of these tests would fail if its guard were away: here the guard is away, in a town that counts for nothing."""

import pytest

from tests.live.books import Books, read_books
from tests.live.platform import Platform
from tests.live.test_doors import enumeration_is_limited
from tests.live.test_forged_notices import assert_a_forged_notice_changes_nothing
from tests.live.test_mail_and_signature import mails_arrive_under_one_message_id
from tests.live.test_registers import refuses_an_order_while_a_register_is_away
from tests.live.waiting import wait_for


def test_without_authentication_a_forged_notice_is_taken_and_the_books_say_so(platform: Platform) -> None:
    before = read_books(platform, platform.control_town)
    with (
        platform.web_with("tests.controls.wsgi_unsigned_notices") as town,
        pytest.raises(AssertionError, match="200 == 401"),
    ):
        assert_a_forged_notice_changes_nothing(platform, town)

    def disagreeing() -> Books | None:
        books = read_books(platform, platform.control_town)
        fresh = set(books.disagreements) - set(before.disagreements)
        return books if any("TGR says None" in text for text in fresh) else None

    books = wait_for(disagreeing, "the books disagree")
    assert books.captured == before.captured
    assert books.settled > before.settled


def test_without_the_servers_own_look_at_the_evidence_an_order_is_taken(platform: Platform) -> None:
    with (
        platform.web_with("tests.controls.wsgi_any_evidence") as town,
        pytest.raises(AssertionError, match=r"'token': .* is None"),
    ):
        refuses_an_order_while_a_register_is_away(platform, town, "fines", "error_500")


def test_without_limits_guessing_goes_on(platform: Platform) -> None:
    with platform.web_with("tests.controls.wsgi_no_limits") as town, pytest.raises(AssertionError, match="too_many"):
        enumeration_is_limited(platform, town)


def test_with_a_new_message_id_at_each_attempt_a_repeat_is_not_recognised(platform: Platform) -> None:
    with (
        platform.processes.exchanged("worker", "backend.config.worker", "tests.controls.live_new_message_ids"),
        pytest.raises(AssertionError, match="2 == 1"),
    ):
        mails_arrive_under_one_message_id(platform, platform.control_town)
