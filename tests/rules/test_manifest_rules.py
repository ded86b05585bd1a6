"""A chain of manifests: what is taken out, put elsewhere, put back in time or exchanged is seen."""

import hashlib
from dataclasses import replace
from datetime import date

import pytest

from backend.receipts.manifest_rules import FIRST, Line, Manifest, problems_of_chain, read_manifest

FILES = {f"20250000{n:02d} issued": b"file %d" % n for n in range(1, 7)}


def chain(*days: int, without: str = "") -> list[Manifest]:
    """A manifest for each day of March, two files in each."""
    made: list[Manifest] = []
    names = iter(FILES)
    before = FIRST
    for day in days:
        pair = [next(names), next(names)]
        lines = tuple(Line(name[:10], hashlib.sha256(FILES[name]).hexdigest(), name[11:]) for name in pair)
        lines = tuple(line for line in lines if line.folio != without)
        made.append(Manifest("14101", "valdivia", date(2025, 3, day), before, lines))
        before = hashlib.sha256(made[-1].text()).hexdigest()
    return made


def texts(manifests: list[Manifest]) -> list[bytes]:
    return [manifest.text() for manifest in manifests]


def test_a_true_chain_has_no_problem_and_is_read_as_it_was_written() -> None:
    true = chain(3, 4, 7)

    assert problems_of_chain(texts(true), FILES) == []
    assert [read_manifest(text) for text in texts(true)] == true


def test_a_manifest_that_was_deleted_is_seen() -> None:
    first, _deleted, third = texts(chain(3, 4, 7))

    assert problems_of_chain([first, third]) == ["2025-03-07: does not follow the manifest before"]


def test_a_line_that_was_deleted_is_seen_in_the_day_after_and_by_its_file() -> None:
    true = chain(3, 4, 7)
    shorter = replace(true[1], lines=true[1].lines[1:])

    assert problems_of_chain(texts([true[0], shorter, true[2]]), FILES) == [
        "2025-03-07: does not follow the manifest before",
        "2025000003 issued: in no manifest",
    ]


def test_manifests_and_lines_in_another_order_are_seen() -> None:
    true = chain(3, 4, 7)
    turned = replace(true[1], lines=true[1].lines[::-1])

    assert problems_of_chain(texts([true[0], true[2], true[1]])) == [
        "2025-03-07: does not follow the manifest before",
        "2025-03-04: does not follow the manifest before",
        "2025-03-04: is not after 2025-03-07",
    ]
    assert problems_of_chain(texts([true[0], turned, true[2]])) == ["2025-03-07: does not follow the manifest before"]


def test_a_manifest_that_is_dated_back_is_seen() -> None:
    true = chain(3, 4, 7)
    before = hashlib.sha256(true[0].text()).hexdigest()
    dated_back = Manifest("14101", "valdivia", date(2025, 3, 4), before, ())
    appended = Manifest("14101", "valdivia", date(2025, 3, 5), hashlib.sha256(true[2].text()).hexdigest(), ())

    assert problems_of_chain(texts([true[0], dated_back, true[1], true[2]])) == [
        "2025-03-04: does not follow the manifest before",
        "2025-03-04: is not after 2025-03-04",
    ]
    assert problems_of_chain(texts([*true, appended])) == ["2025-03-05: is not after 2025-03-07"]


def test_a_file_that_was_exchanged_is_seen() -> None:
    true = texts(chain(3, 4, 7))
    exchanged = FILES | {"2025000003 issued": b"another file"}

    assert problems_of_chain(true, exchanged) == ["2025000003 issued: another file than the manifest names"]


def test_two_hashes_that_were_exchanged_are_seen() -> None:
    true = chain(3, 4, 7)
    one, other = true[1].lines
    swapped = replace(true[1], lines=(replace(one, sha256=other.sha256), replace(other, sha256=one.sha256)))

    found = problems_of_chain(texts([true[0], swapped, true[2]]), FILES)

    assert len(found) == 3
    assert found[0] == "2025-03-07: does not follow the manifest before"


@pytest.mark.parametrize("change", [b" ", b"\r\n", b"x\n", b"2025000009 00 issued\n"])
def test_what_is_not_written_as_ours_is_no_manifest(change: bytes) -> None:
    with pytest.raises(ValueError, match="not written as ours are"):
        read_manifest(chain(3)[0].text() + change)
