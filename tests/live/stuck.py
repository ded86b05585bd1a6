"""What `./sem stuck` shows of a case."""

from tests.live.platform import Platform, Town
from tests.live.waiting import wait_for
from tests.live.world import Json


def shown(platform: Platform, town: Town | None, kind: str, subject: str) -> Json | None:
    """The line about a case; `town` None is what belongs to nobody."""
    slug = town.slug if town else "-"
    for line in platform.stuck():
        if (line["municipality"], line["kind"]) == (slug, kind) and subject in line["subject"]:
            return line
    return None


def wait_until_shown(platform: Platform, town: Town | None, kind: str, subject: str) -> Json:
    return wait_for(lambda: shown(platform, town, kind, subject), f"stuck shows {kind} {subject}")


def wait_until_not_shown(platform: Platform, town: Town | None, kind: str, subject: str) -> None:
    wait_for(lambda: shown(platform, town, kind, subject) is None, f"stuck shows {kind} {subject} no longer")


def notices_about(platform: Platform, town: Town, idext: str, *, authentic: bool = True) -> list[str]:
    """What stuck calls the notices of the municipality's inbox that name an order."""
    rows = platform.rows(
        town.slug,
        "SELECT id FROM billing_notice WHERE is_authentic = %s AND position(%s::bytea in raw) > 0 ORDER BY id",
        authentic,
        idext.encode(),
    )
    return [f"notice {row[0]}" for row in rows]


def readings_of(platform: Platform, town: Town, idext: str) -> list[str]:
    """What was made of the authentic notices about an order, in the order of their arrival."""
    rows = platform.rows(
        town.slug,
        "SELECT r.outcome FROM billing_noticereading r JOIN billing_notice n ON n.id = r.notice_id"
        " WHERE position(%s::bytea in n.raw) > 0 ORDER BY n.id",
        idext.encode(),
    )
    return [str(row[0]) for row in rows]
