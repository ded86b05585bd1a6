"""What a web master puts into the municipality's page: the documented lines, and other policies in their place."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

import httpx

from backend.cli.paths import ROOT
from tests.live.platform import Platform, Town

_GUIDE = ROOT / "docs/embed/README.md"


def register_site(platform: Platform, town: Town, *, slug: str, policy: str = "") -> str:
    """Put a site on line that embeds the town's widget, or change it; gives its address."""
    port = platform.env["SANDBOX_PORT"]
    name = f"Municipalidad de {town.municipality.name}"
    site = {"slug": slug, "name": name, "platform_origin": town.origin, "policy": policy}
    httpx.post(f"http://127.0.0.1:{port}/_control/pages", json=site).raise_for_status()
    return f"http://www.{slug}.localhost:{port}/"


@contextmanager
def policy_of(town: Town, platform: Platform, policy: str) -> Iterator[None]:
    """Let the town's page come with this Content-Security-Policy for a while."""
    register_site(platform, town, slug=town.slug, policy=policy)
    try:
        yield
    finally:
        register_site(platform, town, slug=town.slug)


def documented_policy_lines(town: Town) -> dict[str, str]:
    """The lines that the guide asks of a web master, by directive, for this town's host."""
    lines = re.findall(r"^ {4}(\S+-src) https://HOST$", _GUIDE.read_text(encoding="utf-8"), re.MULTILINE)
    return {directive: f"{directive} {town.origin}" for directive in lines}


def documented_snippet(town: Town) -> str:
    """The HTML that the guide asks of a web master, for this town's host, on one line."""
    blocks = re.findall(r"```html\n(.*?)```", _GUIDE.read_text(encoding="utf-8"), re.DOTALL)
    snippet: str = blocks[0]
    return snippet.replace("https://HOST", town.origin).replace("\n", "")
