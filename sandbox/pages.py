"""Web sites of municipalities that embed the widget, each on its own origin: http://www.<slug>.localhost:<port>/."""

import re
from dataclasses import dataclass
from zlib import crc32

from flask import Response, render_template, request

from sandbox.html import page
from sandbox.store import Store

DESIGNS = ("sierra", "plaza", "costa")
LANGUAGES = {"/": "es-CL", "/en/": "en"}
_HOST = re.compile(r"www\.([a-z0-9-]+)\.localhost(?::[0-9]+)?")
_ORIGIN = re.compile(r"https?://[a-z0-9.-]+(?::[0-9]+)?")
_SLUG = re.compile(r"[a-z0-9-]{1,63}")
_SITES = "SELECT host_page.*, COALESCE(policy, '') AS own_policy FROM host_page LEFT JOIN host_policy USING (slug)"


class BadPage(ValueError):
    """Raised by `register_page`."""


@dataclass(frozen=True)
class HostPage:
    """`own_policy` replaces the strict one, where a test ordered it."""

    slug: str
    name: str
    platform_origin: str
    design: str
    own_policy: str

    @property
    def commune(self) -> str:
        return self.name.removeprefix("Ilustre ").removeprefix("Municipalidad de ")

    @property
    def policy(self) -> str:
        """A strict policy plus the two lines that a web master adds for the widget (script-src and connect-src)."""
        platform = self.platform_origin
        return self.own_policy or (
            f"default-src 'none'; script-src {platform}; connect-src {platform}; style-src 'self'; img-src 'self'; "
            "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
        )


def register_page(store: Store, wish: dict[str, object]) -> HostPage:
    """Put a site on line, or change it. Raises BadPage."""
    slug, origin = str(wish.get("slug")), str(wish.get("platform_origin")).rstrip("/")
    design = str(wish.get("design") or DESIGNS[crc32(slug.encode()) % len(DESIGNS)])
    if not _SLUG.fullmatch(slug) or not _ORIGIN.fullmatch(origin) or design not in DESIGNS:
        raise BadPage("slug, platform_origin (scheme, host and port only) or design")
    site = HostPage(slug, str(wish.get("name") or slug), origin, design, str(wish.get("policy") or ""))
    with store.transaction() as db:
        db.execute(
            "INSERT OR REPLACE INTO host_page VALUES (?, ?, ?, ?)", (slug, site.name, site.platform_origin, site.design)
        )
        db.execute("INSERT OR REPLACE INTO host_policy VALUES (?, ?)", (slug, site.own_policy))
    return site


def host_pages(store: Store) -> list[HostPage]:
    return [HostPage(**dict(row)) for row in store.rows(f"{_SITES} ORDER BY slug")]


def answer_as_site(store: Store) -> Response | None:
    """Answer for a municipal host; None where the request is for the sandbox itself."""
    host = _HOST.fullmatch(request.host)
    if host is None or request.path.startswith("/static/"):
        return None
    row = store.row(f"{_SITES} WHERE slug = ?", host.group(1))
    if row is None or request.path not in LANGUAGES:
        return page(render_template("host/unknown.html"), status=404)
    site = HostPage(**dict(row))
    return page(render_template("host/site.html", site=site, language=LANGUAGES[request.path]), policy=site.policy)
