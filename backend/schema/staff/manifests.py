"""The signed list of each day's documents."""

from datetime import date, datetime

import strawberry

from backend.receipts import manifest_queries as queries
from backend.receipts.models import DailyManifest
from backend.schema.connections import After, Connection, First, connection_of
from backend.schema.nodes import Node, node_id
from backend.shared import clock
from backend.tenants.queries import current_tenant

MANIFEST = "Manifest"


@strawberry.type(description="The list of all files that were issued on a day, signed and time-stamped.")
class Manifest(Node):
    """It names the hash of the one before: nobody can take a day out or change it afterwards without being seen."""

    day: date = strawberry.field(description="Day in Chile on which the files were issued.")
    files: int = strawberry.field(description="How many files it lists.")
    sha256: str = strawberry.field(description="SHA-256 of its text, hexadecimal.")
    previous_day: date | None = strawberry.field(description="Day of the manifest that it follows; none for the first.")
    stamped_at: datetime = strawberry.field(description="Instant of its time stamp (UTC).")
    text_url: str = strawberry.field(description="Where anybody downloads its text.")
    signature_url: str = strawberry.field(description="Where anybody downloads its signature (CAdES, DER).")


@strawberry.type(description="A day that ended, has files and lacks its manifest.")
class ManifestMissing:
    """It is made by itself once key and time stamp are to be had, and those of later days after it."""

    day: date = strawberry.field(description="Day in Chile.")
    files: int = strawberry.field(description="How many files it will list.")
    due_at: datetime = strawberry.field(description="Since when it could have been there (UTC).")


@strawberry.type
class Query:
    """Reading."""

    @strawberry.field(description="Manifests, newest first.")
    def manifests(self, first: First = 20, after: After = None) -> Connection[Manifest]:
        """List manifests."""
        return connection_of(queries.get_manifests(first=first, after=after), _shape, after=after)

    @strawberry.field(description="Days whose manifest is due and not there, oldest first.")
    def manifests_missing(self) -> list[ManifestMissing]:
        """List days without a manifest."""
        return [
            ManifestMissing(day=each.day, files=each.files, due_at=each.due_at)
            for each in queries.days_without_manifest(now=clock.now())
        ]


def _shape(row: DailyManifest) -> Manifest:
    address = f"{current_tenant().origin}/verificar/manifiestos/{row.day}"
    return Manifest(
        id=node_id(MANIFEST, row.id),
        day=row.day,
        files=row.files,
        sha256=row.sha256,
        previous_day=row.previous.day if row.previous else None,
        stamped_at=row.stamped_at,
        text_url=f"{address}.txt",
        signature_url=f"{address}.p7s",
    )
