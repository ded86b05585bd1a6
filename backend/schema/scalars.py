"""Scalars that GraphQL lacks."""

from typing import NewType

import strawberry

from backend.shared.money import Money

CLP = NewType("CLP", int)
"""Whole Chilean pesos. GraphQL's own Int has 32 bits; a national total does not fit."""

CLP_SCALAR = strawberry.scalar(
    name="CLP",
    description="An amount in whole Chilean pesos, as a JSON number.",
    serialize=int,
    parse_value=int,
)


def clp(amount: Money) -> CLP:
    """Return an amount as the scalar."""
    return CLP(amount.pesos)
