"""A municipality's own exemptions: who gets which percentage off, as data.

An exemption is a predicate over what the roll says of a property, a percentage, a validity and the documents that the
municipality asks for. A predicate is {"field", "equals" | "in" | "at_least" and/or "at_most"}, {"all": [...]} or
{"any": [...]}; limits are included. Source: DL 3.063 art. 7 as changed by Ley 20.033 art. 4.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from backend.services.base import JSON, RateNotAvailable
from backend.services.parameters import as_fraction, as_list, as_object, as_text

KEY = "exemptions"

FIELDS = frozenset({"benefit", "use", "tariff", "valuation", "valuation_utm"})
Facts = Mapping[str, str | Fraction]
"""`benefit`, `use`, `tariff` are words; `valuation` (pesos) and `valuation_utm` are numbers, or absent if unknown."""


@dataclass(frozen=True)
class Exemption:
    """`share` of the tariff is taken off; the name is for staff, never for the public quote."""

    code: str
    name: str
    share: Fraction
    law: str
    documents: tuple[str, ...]


def best_exemption(entries: JSON, facts: Facts, *, on: date) -> Exemption | None:
    """Give the exemption that takes most off among those that apply; they do not add up.

    Raises `RateNotAvailable` when an entry cannot be understood: nobody is charged on a guess.
    """
    found = [
        _exemption(as_object(entry, KEY)) for entry in _in_force(as_list(entries, KEY), on) if _applies(entry, facts)
    ]
    return max(found, key=lambda exemption: exemption.share, default=None)


def _in_force(entries: Iterable[JSON], on: date) -> Iterable[JSON]:
    for entry in entries:
        values = as_object(entry, KEY)
        if _day(values, "valid_from", on) <= on <= _day(values, "valid_to", on):
            yield entry


def _applies(entry: JSON, facts: Facts) -> bool:
    return holds(as_object(as_object(entry, KEY).get("when"), KEY), facts)


def holds(predicate: Mapping[str, JSON], facts: Facts) -> bool:
    """Tell whether a predicate is true of a property. Raises `RateNotAvailable`."""
    for joined, decide in (("all", all), ("any", any)):
        if joined in predicate:
            answers = [holds(as_object(part, KEY), facts) for part in as_list(predicate[joined], KEY)]
            return decide(answers)  # after every part was understood, also those that would not matter
    name = as_text(predicate.get("field"), KEY)
    if name not in FIELDS or not predicate.keys() <= {"field", "equals", "in", "at_least", "at_most"}:
        raise RateNotAvailable(what=KEY, value=dict(predicate))
    fact = facts.get(name)
    if fact is None:
        return False
    return _is_among(predicate, fact) if isinstance(fact, str) else _is_between(predicate, fact)


def _is_among(predicate: Mapping[str, JSON], fact: str) -> bool:
    if "equals" in predicate:
        return fact == as_text(predicate["equals"], KEY)
    return fact in [as_text(word, KEY) for word in as_list(predicate.get("in"), KEY)]


def _is_between(predicate: Mapping[str, JSON], fact: Fraction) -> bool:
    if not predicate.keys() & {"at_least", "at_most"}:
        raise RateNotAvailable(what=KEY, value=dict(predicate))
    at_least = as_fraction(predicate.get("at_least", 0), KEY)
    return at_least <= fact and ("at_most" not in predicate or fact <= as_fraction(predicate["at_most"], KEY))


def _exemption(values: Mapping[str, JSON]) -> Exemption:
    share = as_fraction(values.get("percent"), KEY) / 100
    if not 0 <= share <= 1:
        raise RateNotAvailable(what=KEY, value=values.get("percent"))
    return Exemption(
        code=as_text(values.get("code"), KEY),
        name=as_text(values.get("name"), KEY),
        share=share,
        law=as_text(values.get("law"), KEY),
        documents=tuple(as_text(name, KEY) for name in as_list(values.get("documents"), KEY)),
    )


def _day(values: Mapping[str, JSON], key: str, default: date) -> date:
    return date.fromisoformat(as_text(values[key], KEY)) if values.get(key) else default
