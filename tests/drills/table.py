"""What became of a drill's payments: where every peso is, every document, every mail; and each difference by name.

Only what began since the drill did is counted, so that one drill's (or control's) damage is not another's.
"""

import hashlib
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.live.platform import Platform, Town
from tests.live.world import Json

# Credits less debits by kind of account, as backend/billing/books.py sums them, for the orders of the drill.
_SUMS = """
SELECT kind, sum(amount) FROM (
  SELECT CASE WHEN account = 'homeless' THEN 'homeless' WHEN account LIKE 'refunded.%%' THEN 'refunded'
              WHEN account LIKE 'gateway.%%.disputed' THEN 'disputed'
              WHEN account LIKE 'gateway.%%' OR account = 'bank' THEN 'elsewhere' ELSE 'settled' END AS kind, amount
  FROM (SELECT credit AS account, amount, id FROM billing_ledgerentry
        UNION ALL SELECT debit, -amount, id FROM billing_ledgerentry) AS side WHERE id > %s) AS kinds
GROUP BY kind
"""
_UNDER_WAY = """
SELECT (SELECT count(*) FROM outbox_event WHERE expanded_at IS NULL)
     + (SELECT count(*) FROM outbox_delivery WHERE state IN ('WAITING', 'SENT') AND event_id > %s)
     + (SELECT count(*) FROM billing_order WHERE ask_due_at IS NOT NULL AND state IN ('CREATED', 'SENT') AND id > %s)
"""
_UNFINISHED = """
SELECT d.reaction, d.state, d.attempts, d.last_error FROM outbox_delivery d WHERE d.state <> 'DONE' AND d.event_id > %s
"""
_TRIED = """
SELECT count(*) FROM outbox_delivery WHERE event_id > %s AND reaction = %s AND (attempts > 0 OR state = 'DONE')
"""
_DOCUMENTS = """
SELECT o.number, d.year, d.folio, f.sha256, f.file_key, f.signer_fingerprint
FROM billing_order o JOIN billing_orderitem i ON i.order_id = o.id
LEFT JOIN receipts_document d ON d.item_id = i.id LEFT JOIN receipts_issuedfile f ON f.document_id = d.id
WHERE o.id > %s AND o.state = 'PAID' ORDER BY d.year, d.folio
"""
_MESSAGES = """
SELECT m.cause, m.to_address, m.message_id, m.state FROM messaging_message m WHERE m.id > %s ORDER BY m.id
"""

_COMMERCES = 597_000_000


@dataclass
class Table:
    """Pesos, then numbers of things. `repeats`: mails that came again under the Message-ID that they had."""

    payments: int = 0
    captured: int = 0
    settled: int = 0
    homeless: int = 0
    refunded: int = 0
    not_yet_heard: int = 0
    documents: int = 0
    message_rows: int = 0
    mails: int = 0
    repeats: int = 0
    differences: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Mark:
    """Where a municipality's tables ended when the drill began."""

    town: Town
    order: int
    entry: int
    event: int
    homeless: int
    message: int
    folios: Mapping[int, int]


def mark(platform: Platform, town: Town) -> Mark:
    tables = ("billing_order", "billing_ledgerentry", "outbox_event", "billing_homelessmoney", "messaging_message")
    columns = ", ".join(f"(SELECT coalesce(max(id), 0) FROM {table})" for table in tables)
    order, entry, event, homeless, message = (_int(end) for end in platform.rows(town.slug, f"SELECT {columns}")[0])
    folios = platform.rows(town.slug, "SELECT year, max(folio) FROM receipts_document GROUP BY year")
    return Mark(town, order, entry, event, homeless, message, {_int(year): _int(last) for year, last in folios})


def read_table(platform: Platform, marks: Sequence[Mark]) -> Table:
    """Sum the municipalities, and name what does not agree."""
    table = Table()
    for each in marks:
        found: list[str] = []
        _count_money(platform, each, table, found)
        _count_documents(platform, each, table, found)
        _count_mails(platform, each, table, found)
        unfinished = platform.rows(each.town.slug, _UNFINISHED, each.event)
        found += [
            f"{reaction} is {state} after {tries} attempts: {str(error)[:200]}"
            for reaction, state, tries, error in unfinished
        ]
        table.differences += [f"{each.town.slug}: {text}" for text in found]
    return table


def under_way(platform: Platform, marks: Sequence[Mark]) -> int:
    """How much is still going on by itself: events, deliveries, notices that TGR goes on sending."""
    return sum(
        _int(platform.rows(each.town.slug, _UNDER_WAY, each.event, each.order)[0][0])
        + len([row for row in captured_since(platform, each) if not row["notice_delivered"]])
        for each in marks
    )


def unheard(platform: Platform, each: Mark) -> list[Json]:
    """What TGR captured and the ledger does not know."""
    posted = {str(row[0]) for row in platform.rows(each.town.slug, "SELECT DISTINCT cause FROM billing_ledgerentry")}
    return [row for row in captured_since(platform, each) if f"{row['gateway']}:{row['idoperacion']}" not in posted]


def in_states(platform: Platform, each: Mark, *states: str) -> int:
    """How many deliveries since are in one of some states."""
    query = "SELECT count(*) FROM outbox_delivery WHERE event_id > %s AND state = ANY(%s)"
    return _int(platform.rows(each.town.slug, query, each.event, list(states))[0][0])


def is_tried_for_all(platform: Platform, each: Mark, reaction: str) -> bool:
    """Whether a reaction was tried at least once for each operation that TGR captured."""
    tried = _int(platform.rows(each.town.slug, _TRIED, each.event, reaction)[0][0])
    return tried >= len(captured_since(platform, each))


def signers(platform: Platform, each: Mark) -> set[str]:
    """Fingerprints of the certificates that signed the drill's documents."""
    return {str(row[5]) for row in platform.rows(each.town.slug, _DOCUMENTS, each.order) if row[5] is not None}


def _count_money(platform: Platform, each: Mark, table: Table, found: list[str]) -> None:
    slug, captured = each.town.slug, captured_since(platform, each)
    sums = {str(kind): _int(sum_) for kind, sum_ in platform.rows(slug, _SUMS, each.entry)}
    settled, homeless, refunded = (sums.get(kind, 0) for kind in ("settled", "homeless", "refunded"))
    disputed = -sums.get("disputed", 0)
    silent = unheard(platform, each)
    in_silence = sum(int(row["total"]) for row in silent)
    total = sum(int(row["total"]) for row in captured)
    table.payments += len(captured)
    table.captured += total
    table.settled += settled
    table.homeless += homeless
    table.refunded += refunded
    table.not_yet_heard += in_silence
    if total != settled + homeless + refunded - disputed + in_silence:
        found.append(f"captured {total} ≠ settled {settled} + homeless {homeless} + refunded {refunded} + {in_silence}")
    found += [f"operation {row['idoperacion']} of {row['idext']} (${row['total']}) is not heard" for row in silent]
    orders = {
        str(number): (str(state), _int(amount))
        for number, state, amount in platform.rows(
            slug, "SELECT number, state, total FROM billing_order WHERE id > %s", each.order
        )
    }
    paid = sum(amount for state, amount in orders.values() if state == "PAID")
    if paid != settled:
        found.append(f"orders paid {paid}, settled {settled}")
    (kept,) = platform.rows(
        slug, "SELECT coalesce(sum(amount), 0) FROM billing_homelessmoney WHERE id > %s", each.homeless
    )
    if _int(kept[0]) != homeless + refunded:
        found.append(f"homeless money kept {kept[0]}, posted {homeless}")
    found += _not_where_they_belong(captured, orders)


def _not_where_they_belong(captured: Sequence[Json], orders: Mapping[str, tuple[str, int]]) -> list[str]:
    """An order that was paid its amount at least once is paid."""
    found = []
    for number in sorted({str(row["idext"]) for row in captured}):
        state, amount = orders.get(number, ("UNKNOWN", 0))
        amounts = [int(row["total"]) for row in captured if row["idext"] == number]
        if (state == "PAID") != (amount in amounts):
            found.append(f"{number} over ${amount} was paid {amounts} and is {state}")
    return found


def captured_since(platform: Platform, each: Mark) -> list[Json]:
    """The gateways' own books, of the orders made since."""
    numbers = {
        str(row[0])
        for row in platform.rows(each.town.slug, "SELECT number FROM billing_order WHERE id <= %s", each.order)
    }
    rows = [row | {"gateway": "tgr"} for row in platform.world.captured(each.town.municipality.tgr_form)]
    rows += [
        row | {"gateway": "webpay", "idext": row["idext"].partition("-")[0], "notice_delivered": True}
        for row in platform.world.webpay_captured(commerce_of(each.town))
    ]
    return [row for row in rows if row["idext"] not in numbers]


def commerce_of(town: Town) -> int:
    """The number of a municipality's shop at Webpay, where a drill gives it one."""
    return town.municipality.tgr_form + _COMMERCES


def _count_documents(platform: Platform, each: Mark, table: Table, found: list[str]) -> None:
    rows = platform.rows(each.town.slug, _DOCUMENTS, each.order)
    folder = Path(platform.env["SEM_FILES_DIR"]) / each.town.slug
    last = dict(each.folios)
    for number, year, folio, sha256, key, _signer in rows:
        if sha256 is None:
            found.append(f"{number}: no signed document")
        elif not _is_stored(folder, str(key), str(sha256)):
            found.append(f"{number}: its document is not in the store")
        else:
            table.documents += 1
        if folio is not None:
            expected = last.get(_int(year), 0) + 1
            if _int(folio) != expected:
                found.append(f"{number}: folio {folio} of {year} where {expected} comes next")
            last[_int(year)] = _int(folio)
    counted = platform.rows(each.town.slug, "SELECT year, last FROM receipts_foliocounter ORDER BY year")
    taken = [(_int(year), _int(folio)) for year, folio in counted if folio]
    if taken != sorted(last.items()):
        found.append(f"folios taken {taken}, printed {sorted(last.items())}")


def _is_stored(folder: Path, key: str, sha256: str) -> bool:
    try:
        return hashlib.sha256(_stored(folder, key)).hexdigest() == sha256
    except (OSError, ValueError, zlib.error):
        return False


def _stored(folder: Path, key: str) -> bytes:
    """Read a file as anybody can: a tail begins with the names of what comes before it, the rest of it is deflated."""
    content = (folder / key).read_bytes()
    if not key.endswith(".tail"):
        return content
    names, _, tail = content.partition(b"\n")
    before = b"".join((folder / name).read_bytes() for name in names.decode("ascii").split())
    return before + zlib.decompress(tail)


def _count_mails(platform: Platform, each: Mark, table: Table, found: list[str]) -> None:
    paid = platform.rows(
        each.town.slug, "SELECT number FROM billing_order WHERE id > %s AND state = 'PAID'", each.order
    )
    messages = platform.rows(each.town.slug, _MESSAGES, each.message)
    table.message_rows += len(messages)
    causes = [str(row[0]) for row in messages]
    for (number,) in paid:
        rows = len(
            [cause for cause in causes if cause == f"receipt:{number}" or cause.startswith(f"receipt:{number}:")]
        )
        if rows != 1:
            found.append(f"{number}: {rows} message rows")
    for cause, address, message_id, state in messages:
        ids = [mail["message_id"] for mail in platform.world.mails(str(address))]
        table.mails += len(ids)
        table.repeats += max(0, len(ids) - 1)
        if state != "SENT":
            found.append(f"{cause}: {state}")
        elif set(ids) != {message_id} and causes.count(str(cause)) == 1:
            found.append(f"{cause}: sent as {message_id}, arrived {ids}")


def _int(value: object) -> int:
    return int(str(value))
