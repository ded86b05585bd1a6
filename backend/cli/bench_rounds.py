"""Measuring calls against each other on a machine that others use too: interleaved, shuffled, the lower quartile."""

import random
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

Call = Callable[[], None]


@dataclass(frozen=True)
class Cost:
    """CPU of one call in microseconds: the lower quartile of all rounds, and the least."""

    p25: float
    least: float

    def as_json(self) -> dict[str, float]:
        return {"p25_us": round(self.p25, 1), "least_us": round(self.least, 1)}


def interleaved(
    prepare: Mapping[str, Callable[[int], list[Call]]], *, rounds: int, calls: int, seed: int = 1
) -> dict[str, Cost]:
    """Run `calls` calls of each kind per round, the kinds in another order each time, and give the cost of each.

    `prepare` makes the calls of a round outside the measured time.
    """
    chance = random.Random(seed)  # noqa: S311 - an order, no secret
    kinds = list(prepare)
    samples: dict[str, list[float]] = {kind: [] for kind in kinds}
    for _ in range(rounds):
        chance.shuffle(kinds)
        for kind in kinds:
            samples[kind].append(_timed(prepare[kind](calls)))
    return {kind: cost_of(samples[kind]) for kind in prepare}


def cost_of(samples: list[float]) -> Cost:
    """Sum up CPU seconds per call."""
    ordered = sorted(samples)
    return Cost(p25=ordered[len(ordered) // 4] * 1e6, least=ordered[0] * 1e6)


def _timed(calls: list[Call]) -> float:
    began = time.process_time()
    for call in calls:
        call()
    return (time.process_time() - began) / len(calls)
