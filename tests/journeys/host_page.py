"""What a web master puts into the municipality's page: the documented lines, and other policies in their place."""

import re
from typing import Any

from playwright.sync_api import Page

from backend.cli.paths import ROOT
from tests.live.platform import Town

_GUIDE = ROOT / "docs/embed/README.md"


def set_policy(page: Page, town: Town, policy: str) -> None:
    """Let the town's page come with this Content-Security-Policy instead of its own.

    Only the header is changed, on its way: Chromium lets no page that was made up inside it ask the loopback network.
    """
    session = page.context.new_cdp_session(page)

    def answer(paused: dict[str, Any]) -> None:
        headers = [each for each in paused["responseHeaders"] if each["name"].lower() != "content-security-policy"]
        session.send(
            "Fetch.continueResponse",
            {
                "requestId": paused["requestId"],
                "responseCode": paused["responseStatusCode"],
                "responseHeaders": [*headers, {"name": "Content-Security-Policy", "value": policy}],
            },
        )

    session.on("Fetch.requestPaused", answer)
    pattern = {"urlPattern": f"{town.page}*", "resourceType": "Document", "requestStage": "Response"}
    session.send("Fetch.enable", {"patterns": [pattern]})


def documented_policy_lines(town: Town) -> dict[str, str]:
    """The lines that the guide asks of a web master, by directive, for this town's host."""
    lines = re.findall(r"^ {4}(\S+-src) https://HOST$", _GUIDE.read_text(encoding="utf-8"), re.MULTILINE)
    return {directive: f"{directive} {town.origin}" for directive in lines}


def documented_snippet(town: Town) -> str:
    """The HTML that the guide asks of a web master, for this town's host, on one line."""
    blocks = re.findall(r"```html\n(.*?)```", _GUIDE.read_text(encoding="utf-8"), re.DOTALL)
    snippet: str = blocks[0]
    return snippet.replace("https://HOST", town.origin).replace("\n", "")
