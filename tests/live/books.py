"""Do the books agree? TGR's own book against the ledger, homeless money, documents, messages and mails."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from tests.live.platform import Platform, Town
from tests.live.waiting import wait_for


@dataclass(frozen=True)
class Books:
    """Pesos. `unheard`: captured by TGR, which has not told us yet (operation ids)."""

    captured: int
    settled: int
    homeless: int
    unheard: frozenset[int]
    disagreements: tuple[str, ...]


def read_books(platform: Platform, town: Town) -> Books:
    """Compare money: captured = settled + homeless + not yet heard, operation by operation."""
    collected = {row["idoperacion"]: int(row["total"]) for row in platform.world.captured(town.municipality.tgr_form)}
    posted = dict(_pairs(platform, town, "SELECT cause, sum(amount) FROM billing_ledgerentry GROUP BY cause"))
    expected = {f"tgr:{operation}": total for operation, total in collected.items()}
    unheard = frozenset(operation for operation in collected if f"tgr:{operation}" not in posted)
    settled = _sum(platform, town, "SELECT sum(amount) FROM billing_ledgerentry WHERE credit <> 'homeless'")
    homeless = _sum(platform, town, "SELECT sum(amount) FROM billing_ledgerentry WHERE credit = 'homeless'")
    found = [
        f"{cause}: TGR says {expected.get(cause)}, the ledger {amount}"
        for cause, amount in posted.items()
        if amount != expected.get(cause)
    ]
    captured = sum(collected.values())
    if captured != settled + homeless + sum(collected[operation] for operation in unheard):
        found.append(f"captured {captured} is not settled {settled} + homeless {homeless} + unheard {sorted(unheard)}")
    paid = _sum(platform, town, "SELECT sum(total) FROM billing_order WHERE state = 'PAID'")
    if paid != settled:
        found.append(f"orders paid {paid}, settled {settled}")
    kept = _sum(platform, town, "SELECT sum(amount) FROM billing_homelessmoney")
    if kept != homeless:
        found.append(f"homeless money kept {kept}, posted {homeless}")
    return Books(captured, settled, homeless, unheard, tuple(found))


def paper_disagreements(platform: Platform, town: Town) -> list[str]:
    """One signed document per paid item, folios without gaps, one message per order, one Message-ID per message."""
    found = []
    items = platform.rows(
        town.slug,
        "SELECT o.number, i.id, d.id, f.id FROM billing_order o JOIN billing_orderitem i ON i.order_id = o.id"
        " LEFT JOIN receipts_document d ON d.item_id = i.id LEFT JOIN receipts_issuedfile f ON f.document_id = d.id"
        " WHERE o.state = 'PAID'",
    )
    found += [f"{number}: no signed document" for number, _item, _document, file in items if file is None]
    others = platform.rows(
        town.slug,
        "SELECT o.number, o.state FROM receipts_document d JOIN billing_order o ON o.id = d.order_id"
        " WHERE o.state <> 'PAID'",
    )
    found += [f"{number} is {state} and has a document" for number, state in others]
    folios = [row[0] for row in platform.rows(town.slug, "SELECT folio FROM receipts_document ORDER BY year, folio")]
    if folios != list(range(1, len(folios) + 1)):
        found.append(f"folios {folios}")
    return found + _mail_disagreements(platform, town, {str(row[0]) for row in items})


def _mail_disagreements(platform: Platform, town: Town, paid: set[str]) -> list[str]:
    messages = platform.rows(town.slug, "SELECT cause, to_address, message_id, state FROM messaging_message")
    causes = Counter(str(row[0]) for row in messages)
    found = [f"{cause}: {times} messages" for cause, times in causes.items() if times != 1]
    found += [f"{number}: no message" for number in paid if f"receipt:{number}" not in causes]
    arrived: dict[str, set[str]] = {}
    for mail in platform.world.mails():
        arrived.setdefault(mail["to"], set()).add(mail["message_id"])
    for cause, address, message_id, state in messages:
        if state != "SENT":
            found.append(f"{cause}: {state}")
        elif arrived.get(str(address)) != {message_id}:
            found.append(f"{cause}: sent {message_id}, arrived {arrived.get(str(address))}")
    return found


def assert_money_agrees(platform: Platform, *, unheard: int = 0) -> None:
    """As soon as what is under way is done; `unheard` operations of all towns together are expected to stay so."""

    def differences() -> list[str]:
        books = {town.slug: read_books(platform, town) for town in platform.towns}
        silent = [(slug, operation) for slug, book in books.items() for operation in book.unheard]
        found = [f"{slug}: {text}" for slug, book in books.items() for text in book.disagreements]
        return found + ([f"not heard: {silent}"] if len(silent) != unheard else [])

    _assert_soon_empty(differences)


def assert_books_agree(platform: Platform) -> None:
    """Money, documents, messages and mails of both municipalities."""
    assert_money_agrees(platform)
    _assert_soon_empty(
        lambda: [f"{town.slug}: {text}" for town in platform.towns for text in paper_disagreements(platform, town)]
    )


def _assert_soon_empty(differences: Callable[[], list[str]]) -> None:
    last: list[str] = []

    def none_is_left() -> bool:
        last[:] = differences()
        return not last

    try:
        wait_for(none_is_left, "the books agree", seconds=60)
    except AssertionError as late:
        raise AssertionError("the books disagree:\n" + "\n".join(last)) from late


def _pairs(platform: Platform, town: Town, query: str) -> list[tuple[str, int]]:
    return [(str(cause), int(str(amount))) for cause, amount in platform.rows(town.slug, query)]


def _sum(platform: Platform, town: Town, query: str) -> int:
    return int(str(platform.rows(town.slug, query)[0][0] or 0))
