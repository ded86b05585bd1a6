"""The fingerprint of a request: what is the same, and what is not."""

from dataclasses import dataclass
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.people.rules import Role
from backend.shared.fingerprint import fingerprint_of
from backend.shared.money import Money

plain = st.none() | st.booleans() | st.integers() | st.text(max_size=5)
values = st.recursive(plain, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner))


@dataclass(frozen=True)
class Asked:
    amount: Money
    on: date


@given(values)
def test_a_value_has_one_fingerprint_of_a_fixed_length(value: object) -> None:
    assert fingerprint_of(value) == fingerprint_of(value)
    assert len(fingerprint_of(value)) == 64


@given(values, values)
def test_only_equal_values_share_a_fingerprint(one: object, other: object) -> None:
    assert (fingerprint_of(one) == fingerprint_of(other)) == (repr(_sorted(one)) == repr(_sorted(other)))


def _sorted(value: object) -> object:
    """The value with its names in order, so that `repr` tells what is equal: True and 1 are not, nor [] and {}."""
    if isinstance(value, dict):
        return "names", sorted((name, _sorted(each)) for name, each in value.items())
    return [_sorted(each) for each in value] if isinstance(value, list) else value


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"a": 1, "b": 2}, {"b": 2, "a": 1}),
        ([1, 2], (1, 2)),
        ({Role.CLERK, Role.AUDITOR}, frozenset({"auditor", "clerk"})),
        (Role.CLERK, "clerk"),
        (Asked(Money(5), date(2025, 3, 20)), {"amount": {"pesos": 5}, "on": "2025-03-20"}),
        (b"nomina", b"nomina"),
    ],
    ids=["names", "sequences", "sets", "enums", "dataclasses", "bytes"],
)
def test_order_of_names_and_kind_of_sequence_do_not_count(one: object, other: object) -> None:
    assert fingerprint_of(one) == fingerprint_of(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (1, "1"),
        (1, True),
        (None, ""),
        ([1, 2], [2, 1]),
        (b"a", b"b"),
        ("a", b"a"),
        (Money(5), Money(6)),
        (datetime(2025, 3, 20, tzinfo=UTC), date(2025, 3, 20)),
        ({"a": None}, {}),
    ],
)
def test_another_value_has_another_fingerprint(one: object, other: object) -> None:
    assert fingerprint_of(one) != fingerprint_of(other)


def test_what_has_no_canonical_form_is_a_mistake_of_the_programmer() -> None:
    for value in (object(), [object()], {"a": print}, Asked):
        with pytest.raises(TypeError, match="no fingerprint"):
            fingerprint_of(value)
