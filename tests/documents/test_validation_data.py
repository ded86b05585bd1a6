"""How long what validates documents is kept in a process, and what serves while nobody answers."""

from datetime import UTC, datetime, timedelta

import pytest

from backend.signing.signers.evidence import RevocationUnknown
from backend.signing.signers.local_key import LocalKey
from backend.signing.validation_data import Chain, chain_of, joined
from sandbox.authority import Authority
from sandbox.faults import FaultBoard
from tests.documents.conftest import OpenKey
from tests.documents.test_time_stamps import root_of

HOUR = timedelta(hours=1)


def chain(key: LocalKey, authority: Authority, at: datetime) -> Chain:
    return chain_of(key.certificate, key.chain, lambda: [root_of(authority)], at=at)


@pytest.fixture
def began() -> datetime:
    """The first minute of this hour, so that a test knows when it ends."""
    return datetime.now(UTC).replace(minute=0, second=0, microsecond=0) + timedelta(minutes=59)


def test_the_authorities_are_asked_once_an_hour(authority: Authority, open_key: OpenKey, began: datetime) -> None:
    key = open_key()
    first = chain(key, authority, began)

    assert chain(key, authority, began + timedelta(seconds=59)) is first
    second = chain(key, authority, began + timedelta(minutes=1))
    assert second is not first
    assert (first.evidence[0].asked_at, second.evidence[0].asked_at) == (began, began + timedelta(minutes=1))
    assert second.certificates == first.certificates


def test_another_signer_is_asked_about_for_itself(authority: Authority, open_key: OpenKey, began: datetime) -> None:
    one, other = chain(open_key(), authority, began), chain(open_key(), authority, began)

    assert one.evidence[0] != other.evidence[0]
    assert one.evidence[1].content == other.evidence[1].content, "the list of the root is the same"


def test_what_was_said_serves_a_silent_hour_and_no_longer_than_it_holds(
    authority: Authority, open_key: OpenKey, faults: FaultBoard, began: datetime
) -> None:
    key = open_key()
    first = chain(key, authority, began)
    faults.order({"institution": "authority", "kind": "error_500"})

    assert chain(key, authority, began + 2 * HOUR) is first
    assert timedelta(hours=10) < first.holds_until - began < timedelta(hours=13)
    with pytest.raises(RevocationUnknown):
        chain(key, authority, first.holds_until)


def test_the_same_chains_make_the_same_data(authority: Authority, open_key: OpenKey, began: datetime) -> None:
    signer, stamper = chain(open_key(), authority, began), chain(open_key(), authority, began)

    both, alone = joined(signer, stamper), joined(signer, None)

    assert joined(signer, None) is alone
    assert joined(signer, stamper) is not both, "only the last is kept"
    assert (bool(both.stamper), alone.stamper) == (True, b"")
    assert len(both.lists) == len(alone.lists) == 1, "the list of the root is there once"
    assert both.holds_until <= alone.holds_until
