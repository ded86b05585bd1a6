"""Types of rolls, and how rows become them."""

from datetime import datetime

import strawberry

from backend.billing.models import RollBatch, RollIssue
from backend.billing.rolls.preview import Difference, Preview, PreviewGroup, PreviewKind
from backend.billing.rolls.rules import BatchState, Severity
from backend.schema.nodes import Node, node_id
from backend.shared.json import JSON

ROLL = "Roll"
ISSUE = "RollIssue"

strawberry.enum(
    BatchState,
    name="RollState",
    description="UPLOADED, READING, then READY or REJECTED; a ready one becomes APPLIED or DISCARDED; UNDONE is final.",
)
strawberry.enum(Severity, name="RollSeverity", description="An error rejects the file, a warning does not.")
strawberry.enum(
    PreviewKind,
    name="RollPreviewKind",
    description="What would become of a row. PAID, IN_PAYMENT and WITHDRAWN are debts that differ and stay so.",
)


@strawberry.type(description="What an applied roll did.")
class RollResult:
    """Counts."""

    created: int = strawberry.field(description="Debts that were made.")
    updated: int = strawberry.field(description="Debts that changed.")
    unchanged: int = strawberry.field(description="Debts that were so already.")
    removed: int = strawberry.field(description="Debts withdrawn because a complete roll leaves them out.")
    kept: int = strawberry.field(description="Debts that differ and were left alone: paid, in payment or withdrawn.")
    kept_objects: list[str] = strawberry.field(description="Plates or roles of those; a thousand at most.")


@strawberry.type(description="An uploaded roll file: a batch.")
class Roll(Node):
    """A batch."""

    number: int = strawberry.field(description="Number of the batch in the municipality.")
    service: str = strawberry.field(description="Code of the service.")
    year: int = strawberry.field(description="Year of the roll.")
    filename: str = strawberry.field(description="Name of the file.")
    is_complete: bool = strawberry.field(description="Whether what it leaves out is no longer owed.")
    state: BatchState = strawberry.field(description="Where it stands.")
    uploaded_by: str = strawberry.field(description="Who uploaded it.")
    uploaded_at: datetime = strawberry.field(description="When (UTC).")
    rows_read: int = strawberry.field(description="Rows read so far.")
    rows_total: int | None = strawberry.field(description="Rows there are; unknown at first, then about right.")
    error_count: int = strawberry.field(description="Errors found; the list may be shorter.")
    warning_count: int = strawberry.field(description="Warnings found; the list may be shorter.")
    refusal: str | None = strawberry.field(description="Why the file was rejected.")
    applied_at: datetime | None = strawberry.field(description="When it was applied (UTC).")
    ended_at: datetime | None = strawberry.field(description="When it was rejected, discarded or undone (UTC).")
    result: RollResult | None = strawberry.field(description="What applying it did.")
    file_path: str = strawberry.field(description="Path on this host of the file as it was uploaded.")
    corrections_path: str | None = strawberry.field(
        description="Path on this host of the file with its errors beside the rows, to be corrected and uploaded."
    )


@strawberry.type(description="What is wrong, or strange, in a cell.")
class RollIssueNode(Node):
    """One finding."""

    severity: Severity = strawberry.field(description="Error or warning.")
    row: int = strawberry.field(description="Row, as a spreadsheet numbers it.")
    column: str = strawberry.field(description="Header of the column.")
    message: str = strawberry.field(description="What is wrong and what would be right.")


@strawberry.type(description="A datum that would change.")
class RollDifference:
    """One field of the object."""

    field: str = strawberry.field(description="Name of the datum.")
    before: str = strawberry.field(description="What is owed by now.")
    after: str = strawberry.field(description="What the file says.")


@strawberry.type(description="One row, or one debt that the file leaves out.")
class RollExample:
    """An example."""

    row: int | None = strawberry.field(description="Row of the file.")
    object_key: str = strawberry.field(description="Plate, role of the licence or of the property.")
    period: str = strawberry.field(description="Period, e.g. a year.")
    differences: list[RollDifference] = strawberry.field(description="What would change.")


@strawberry.type(description="Rows that would fare alike.")
class RollPreviewGroup:
    """A kind."""

    kind: PreviewKind = strawberry.field(description="What would become of them.")
    count: int = strawberry.field(description="How many.")
    examples: list[RollExample] = strawberry.field(description="The first ten.")


@strawberry.type(description="What applying the roll now would do.")
class RollPreview:
    """A comparison with what is owed."""

    rows: int = strawberry.field(description="Rows of the file.")
    groups: list[RollPreviewGroup] = strawberry.field(description="Every kind that occurs.")


def roll(row: RollBatch, language: str) -> Roll:
    """Shape a batch."""
    node = node_id(ROLL, row.id)
    return Roll(
        id=node,
        number=row.id,
        service=row.service,
        year=row.year,
        filename=row.filename,
        is_complete=row.is_complete,
        state=BatchState(row.state),
        uploaded_by=row.uploaded_by,
        uploaded_at=row.uploaded_at,
        rows_read=row.rows_read,
        rows_total=row.rows_total,
        error_count=row.error_count,
        warning_count=row.warning_count,
        refusal=_refusal(row, language),
        applied_at=row.applied_at,
        ended_at=row.ended_at,
        result=_result(row.result),
        file_path=f"/staff/rolls/{node}/file",
        corrections_path=f"/staff/rolls/{node}/corrections" if row.corrections_key else None,
    )


def issue(row: RollIssue, language: str) -> RollIssueNode:
    """Shape a finding."""
    return RollIssueNode(
        id=node_id(ISSUE, row.id),
        severity=Severity(row.severity),
        row=row.row,
        column=row.column,
        message=row.message_en if language.startswith("en") else row.message_es,
    )


def preview(seen: Preview) -> RollPreview:
    """Shape a preview."""
    return RollPreview(rows=seen.rows, groups=[_group(group) for group in seen.groups])


def _group(group: PreviewGroup) -> RollPreviewGroup:
    return RollPreviewGroup(
        kind=group.kind,
        count=group.count,
        examples=[
            RollExample(
                row=example.row,
                object_key=example.object_key,
                period=example.period,
                differences=[_difference(each) for each in example.differences],
            )
            for example in group.examples
        ],
    )


def _difference(each: Difference) -> RollDifference:
    return RollDifference(field=each.field, before=_plain(each.before), after=_plain(each.after))


def _plain(value: JSON) -> str:
    return "" if value is None else str(value)


def _refusal(row: RollBatch, language: str) -> str | None:
    return (row.refusal_en if language.startswith("en") else row.refusal_es) or None


def _result(told: dict[str, object]) -> RollResult | None:
    if not told:
        return None
    counts = {name: int(str(told[name])) for name in ("created", "updated", "unchanged", "removed", "kept")}
    kept = told["kept_keys"]
    return RollResult(**counts, kept_objects=[str(key) for key in kept] if isinstance(kept, list | tuple) else [])
