"""Why effect and outcome are one transaction: with two of them a kill in between leaves what nobody knows of."""

import pytest

from backend.billing.debts import DebtAlreadyKnown
from tests.operations.test_requests_killed import a_debt_to_accept, accept, accepted, end_the_lease, kill


def test_with_the_outcome_in_a_transaction_of_its_own_a_killed_request_is_not_answered_for() -> None:
    asked = a_debt_to_accept()

    assert kill("debt", "between", asked) == "the effect is committed without its outcome"

    (number,) = accepted(asked)
    end_the_lease(asked)
    with pytest.raises(DebtAlreadyKnown):  # it was we who made it
        accept(asked)
    assert accepted(asked) == [number]
