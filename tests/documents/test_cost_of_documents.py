"""The gate of `./sem bench receipts`: what a document of a program costs, in RSA-2048 signatures of its process."""

from collections.abc import Callable

import pytest

from backend.cli.bench_receipts import GOAL
from backend.cli.bench_town import TownBench, issue_key, open_town
from backend.receipts.rendering import PermitDocument
from sandbox.authority import Authority

TRIES, BATCHES, BATCH = 4, 3, 40


@pytest.fixture(scope="module")
def town(authority: Authority, tmp_path_factory: pytest.TempPathFactory) -> TownBench:
    key_file = issue_key(authority, tmp_path_factory.mktemp("town") / "key.p12", "Ñuñoa")
    return open_town(key_file, documents=3 * TRIES * BATCHES * BATCH)


def is_within_the_goal(town: TownBench, issue: Callable[[PermitDocument], object], batch: int) -> bool:
    """Try several times: others use the machine as well, and that only ever makes it slower."""
    return any(town.by_turns(issue, batch, batches=BATCHES).ratio <= GOAL for _ in range(TRIES))


def test_a_document_costs_two_and_a_half_signatures_at_most(town: TownBench) -> None:
    assert is_within_the_goal(town, town.issue, BATCH)


def test_the_gate_refuses_documents_that_are_composed(town: TownBench) -> None:
    assert not is_within_the_goal(town, town.compose, 1)


def test_the_gate_refuses_documents_that_are_drawn_and_signed_twice(town: TownBench) -> None:
    def twice(document: PermitDocument) -> None:
        town.issue(document)
        town.issue(document)

    assert not is_within_the_goal(town, twice, BATCH // 2)
