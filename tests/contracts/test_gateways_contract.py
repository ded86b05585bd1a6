"""What every gateway must give, whichever the registry finds."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.billing.gateways import gateways
from backend.billing.gateways.base import (
    Asking,
    CapturedOperation,
    Gateway,
    GatewayAccess,
    GatewayOrder,
    GatewayRefused,
    GatewayUnavailable,
    OrderLine,
    Refunding,
    RefundRefused,
    UnreadableNotice,
)
from backend.billing.rules import Source
from backend.shared.money import Money
from backend.shared.rut import Rut
from tests.rules.small_server import Answer, says, serving

ALL = gateways().values()
every_gateway = pytest.mark.parametrize("gateway", ALL, ids=lambda gateway: str(gateway.code))
asking = pytest.mark.parametrize(
    "gateway", [each for each in ALL if isinstance(each, Asking)], ids=lambda gateway: str(gateway.code)
)
refunding = pytest.mark.parametrize(
    "gateway", [each for each in ALL if isinstance(each, Refunding)], ids=lambda gateway: str(gateway.code)
)
NOW = datetime(2025, 3, 20, 15, tzinfo=UTC)
NUMBER = "1010500000001ABCD"
ORDER = GatewayOrder(
    number=NUMBER,
    sequence=1,
    form_number=7,
    payer=Rut(44_000_001),
    total=Money(59_543),
    created_at=NOW,
    valid_until=NOW + timedelta(minutes=30),
    return_url="http://prueba.localhost/return/abc",
    lines=(OrderLine("Permiso", Money(59_543)),),
)
OPERATION = CapturedOperation(operation_id=f"{NUMBER}-0000", reference="token", amount=Money(59_543))
SENSELESS = {
    "no JSON": says(b"<html>\xff"),
    "no object": says(b"[1]"),
    "an empty object": says(b"{}"),
    "a failure": says(b'{"error_message": "x"}', status=500),
}
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
    max_leaves=12,
)


def access(url: str) -> GatewayAccess:
    return GatewayAccess(url=url, key=b"clave", number=7)


def test_the_treasury_can_be_neither_asked_nor_told_to_give_back_and_webpay_can() -> None:
    assert {code: (isinstance(each, Asking), isinstance(each, Refunding)) for code, each in gateways().items()} == {
        "tgr": (False, False),
        "webpay": (True, True),
    }


@every_gateway
def test_a_gateway_names_itself_in_both_languages(gateway: Gateway) -> None:
    assert re.fullmatch(r"[a-z][a-z_]{1,19}", gateway.code)
    assert gateway.name.es
    assert gateway.name.en
    assert gateway.hint.es.endswith(".")
    assert gateway.hint.en.endswith(".")


@every_gateway
def test_what_nobody_signed_is_not_authentic(gateway: Gateway) -> None:
    for headers in ({}, {"X-TGR-Signature": "sha256=00"}, {"Authorization": "clave"}):
        assert not gateway.is_authentic(b"{}", headers, b"clave")


@every_gateway
@given(raw=st.binary(max_size=200) | json_values.map(lambda value: json.dumps(value).encode()))
def test_what_makes_no_sense_is_unreadable_by_whatever_way_it_came(gateway: Gateway, raw: bytes) -> None:
    for source in Source:
        with pytest.raises(UnreadableNotice):
            gateway.parse_notice(raw, source)


@every_gateway
@pytest.mark.parametrize("answer", SENSELESS.values(), ids=SENSELESS.keys())
def test_an_order_is_not_placed_by_an_answer_without_sense(gateway: Gateway, answer: Answer) -> None:
    with serving(answer) as server, pytest.raises(GatewayUnavailable):
        gateway.place_order(ORDER, access(server.url))


@every_gateway
def test_an_order_that_is_refused_is_not_tried_again(gateway: Gateway) -> None:
    with serving(says(b'{"error_message": "no"}', status=400)) as server, pytest.raises(GatewayRefused):
        gateway.place_order(ORDER, access(server.url))


@every_gateway
def test_a_gateway_that_is_away_is_unavailable(gateway: Gateway) -> None:
    with serving(says(b"")) as server:
        away = access(server.url)

    with pytest.raises(GatewayUnavailable):
        gateway.place_order(ORDER, away)
    if isinstance(gateway, Asking):
        with pytest.raises(GatewayUnavailable):
            gateway.ask(NUMBER, "token", away)
    if isinstance(gateway, Refunding):
        with pytest.raises(GatewayUnavailable):
            gateway.refund(OPERATION, Money(1), Money(0), away)


@asking
@pytest.mark.parametrize("answer", SENSELESS.values(), ids=SENSELESS.keys())
def test_no_report_is_made_of_an_answer_without_sense(gateway: Asking, answer: Answer) -> None:
    with serving(answer) as server, pytest.raises(GatewayUnavailable):
        gateway.ask(NUMBER, "token", access(server.url))


@asking
def test_what_is_not_known_any_more_is_not_asked_again(gateway: Asking) -> None:
    with serving(says(b'{"error_message": "too old"}', status=422)) as server, pytest.raises(GatewayRefused):
        gateway.ask(NUMBER, "token", access(server.url))


@refunding
@pytest.mark.parametrize("answer", SENSELESS.values(), ids=SENSELESS.keys())
def test_nothing_is_given_back_on_an_answer_without_sense(gateway: Refunding, answer: Answer) -> None:
    with serving(answer) as server, pytest.raises(GatewayUnavailable):
        gateway.refund(OPERATION, Money(1), Money(0), access(server.url))

    assert [each.path for each in server.received if each.path.endswith("/refunds")] == []


@refunding
def test_nothing_is_given_back_of_what_cannot_be_looked_at_first(gateway: Refunding) -> None:
    with serving(says(b'{"error_message": "too old"}', status=422)) as server, pytest.raises(RefundRefused):
        gateway.refund(OPERATION, Money(1), Money(0), access(server.url))

    assert [each.path for each in server.received if each.path.endswith("/refunds")] == []
