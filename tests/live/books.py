"""Do the books agree? TGR's own book against the ledger, homeless money, documents, messages and mails."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from tests.live.platform import Platform, Town
from tests.live.waiting import wait_for

SETTLED = "{} <> 'homeless' AND {} NOT LIKE 'refunded.%%' AND {} NOT LIKE 'gateway.%%' AND {} <> 'bank'"
HOMELESS, REFUNDED, DISPUTED = "{} = 'homeless'", "{} LIKE 'refunded.%%'", "{} LIKE 'gateway.%%.disputed'"
ITEMS_PAID = """
    SELECT sum(i.amount) FROM billing_orderitem i JOIN billing_order o ON o.id = i.order_id
    WHERE o.state IN ('PAID', 'REFUNDED')
      AND NOT EXISTS (SELECT FROM billing_refund r WHERE r.item_id = i.id AND r.state = 'EXECUTED')
"""
HOMELESS_LEFT = """
    SELECT (SELECT coalesce(sum(amount), 0) FROM billing_homelessmoney)
         - (SELECT coalesce(sum(amount), 0) FROM billing_homelessdecision WHERE action = 'APPLY')
         - (SELECT coalesce(sum(amount), 0) FROM billing_refund WHERE state = 'EXECUTED' AND decision_id IS NOT NULL)
"""
GIVEN_BACK = "SELECT sum(amount) FROM billing_refund WHERE state = 'EXECUTED'"


@dataclass(frozen=True)
class Books:
    """Pesos. `unheard`: captured by TGR, which has not told us yet (operation ids)."""

    captured: int
    settled: int
    homeless: int
    refunded: int
    disputed: int
    unheard: frozenset[int]
    disagreements: tuple[str, ...]


def read_books(platform: Platform, town: Town) -> Books:
    """Compare money: captured = settled + homeless + refunded - disputed + not yet heard, operation by operation."""
    collected = {row["idoperacion"]: int(row["total"]) for row in platform.world.captured(town.municipality.tgr_form)}
    posted = dict(
        _pairs(
            platform,
            town,
            "SELECT cause, sum(amount) FROM billing_ledgerentry WHERE debit = 'gateway.tgr.receivable' GROUP BY cause",
        )
    )
    expected = {f"tgr:{operation}": total for operation, total in collected.items()}
    unheard = frozenset(operation for operation in collected if f"tgr:{operation}" not in posted)
    settled, homeless = _net(platform, town, SETTLED), _net(platform, town, HOMELESS)
    refunded, disputed = _net(platform, town, REFUNDED), -_net(platform, town, DISPUTED)
    found = [
        f"{cause}: TGR says {expected.get(cause)}, the ledger {amount}"
        for cause, amount in posted.items()
        if amount != expected.get(cause)
    ]
    captured, silent = sum(collected.values()), sum(collected[operation] for operation in unheard)
    if captured != settled + homeless + refunded - disputed + silent:
        found.append(
            f"captured {captured} is not settled {settled} + homeless {homeless} + refunded {refunded}"
            f" - disputed {disputed} + unheard {sorted(unheard)}"
        )
    for what, query, in_ledger in (
        ("items paid", ITEMS_PAID, settled),
        ("homeless money left", HOMELESS_LEFT, homeless),
        ("given back", GIVEN_BACK, refunded),
    ):
        in_rows = _sum(platform, town, query)
        if in_rows != in_ledger:
            found.append(f"{what} {in_rows}, in the ledger {in_ledger}")
    return Books(captured, settled, homeless, refunded, disputed, unheard, tuple(found))


def paper_disagreements(platform: Platform, town: Town) -> list[str]:
    """One signed document per paid item, annulled where it was given back; folios without gaps, mails."""
    found = []
    items = platform.rows(
        town.slug,
        "SELECT o.number, i.id, d.id, f.id FROM billing_order o JOIN billing_orderitem i ON i.order_id = o.id"
        " LEFT JOIN receipts_document d ON d.item_id = i.id LEFT JOIN receipts_issuedfile f ON f.document_id = d.id"
        " WHERE o.state = 'PAID' AND NOT EXISTS"
        " (SELECT FROM billing_refund r WHERE r.item_id = i.id AND r.state = 'EXECUTED')",
    )
    found += [f"{number}: no signed document" for number, _item, _document, file in items if file is None]
    others = platform.rows(
        town.slug,
        "SELECT o.number, o.state FROM receipts_document d JOIN billing_order o ON o.id = d.order_id"
        " LEFT JOIN receipts_annulment a ON a.document_id = d.id"
        " LEFT JOIN billing_refund r ON r.item_id = d.item_id AND r.state = 'EXECUTED'"
        " WHERE o.state NOT IN ('PAID', 'REFUNDED') OR (a.id IS NULL) <> (r.id IS NULL)",
    )
    found += [f"{number} is {state} and has a document that says otherwise" for number, state in others]
    folios = [row[0] for row in platform.rows(town.slug, "SELECT folio FROM receipts_document ORDER BY year, folio")]
    if folios != list(range(1, len(folios) + 1)):
        found.append(f"folios {folios}")
    return found + _mail_disagreements(platform, town, {str(row[0]) for row in items})


def _mail_disagreements(platform: Platform, town: Town, paid: set[str]) -> list[str]:
    messages = platform.rows(town.slug, "SELECT cause, to_address, message_id, state FROM messaging_message")
    causes = Counter(str(row[0]) for row in messages)
    found = [f"{cause}: {times} messages" for cause, times in causes.items() if times != 1]
    found += [f"{number}: no message" for number in paid if f"receipt:{number}" not in causes]
    found += [f"{cause}: {state}" for cause, _address, _id, state in messages if state != "SENT"]
    sent: dict[str, set[str]] = {}
    for _cause, address, message_id, _state in messages:
        sent.setdefault(str(address), set()).add(str(message_id))
    arrived: dict[str, set[str]] = {}
    for mail in platform.world.mails():
        arrived.setdefault(mail["to"], set()).add(mail["message_id"])
    found += [
        f"{address}: sent {ids}, arrived {arrived.get(address)}"
        for address, ids in sent.items()
        if arrived.get(address) != ids
    ]
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


def _net(platform: Platform, town: Town, which: str) -> int:
    """Credits less debits of the accounts of a kind."""
    sides = (
        f"SELECT sum(amount) FROM billing_ledgerentry WHERE {which.replace('{}', side)}" for side in ("credit", "debit")
    )
    credits, debits = (_sum(platform, town, query) for query in sides)
    return credits - debits


def _sum(platform: Platform, town: Town, query: str) -> int:
    return int(str(platform.rows(town.slug, query)[0][0] or 0))
