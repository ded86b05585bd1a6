"""A real Chromium, for every test of this folder. Nothing leaves the machine."""

import functools
import os
import shutil
import threading
from collections.abc import Callable, Iterator
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from backend.cli.paths import FRONTEND_DIST, ROOT
from tests.journeys.dues import dues
from tests.journeys.looking import axe_findings
from tests.live.platform import Platform, platform
from tests.live.world import World

__all__ = ["dues", "platform"]

CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
MISSING = "no Chromium found: apt-get install chromium, or set CHROMIUM_PATH"
# Browsers resolve *.localhost to loopback by themselves (RFC 6761 section 6.3); all other names end here.
RESOLVER_RULES = "MAP * ~NOTFOUND , EXCLUDE localhost , EXCLUDE *.localhost , EXCLUDE 127.0.0.1"
ARTIFACTS = ROOT / "artifacts"
PATIENCE_MS = 30_000  # on a machine that others use too

NewPage = Callable[..., Page]
Screenshot = Callable[[Page, str], Path]
Look = Callable[[Page, str], None]


def find_chromium() -> str | None:
    """The browser named by CHROMIUM_PATH, else the first that is installed."""
    found = filter(None, map(shutil.which, CHROMIUM_NAMES))
    return os.environ.get("CHROMIUM_PATH") or next(found, None)


@pytest.fixture(scope="package")  # its event loop would be in the way of other folders
def browser() -> Iterator[Browser]:
    chromium = find_chromium()
    if chromium is None:
        if os.environ.get("CI") == "true":
            pytest.fail(MISSING, pytrace=False)
        pytest.skip(MISSING)
    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium,
            args=[
                "--no-sandbox",  # as root, and in containers
                "--disable-dev-shm-usage",
                "--disable-gpu",
                f"--host-resolver-rules={RESOLVER_RULES}",
            ],
        )
        yield browser
        browser.close()


@pytest.fixture
def new_page(browser: Browser) -> Iterator[NewPage]:
    """Make a page in a profile of its own; options as `browser.new_context` takes them."""
    contexts = []

    def make(**options: object) -> Page:
        settings: dict[str, object] = {"locale": "es-CL", "timezone_id": "America/Santiago", **options}
        context = browser.new_context(**settings)  # type: ignore[arg-type] # options are the caller's
        contexts.append(context)
        context.set_default_timeout(PATIENCE_MS)
        return context.new_page()

    yield make
    for context in contexts:
        context.close()


@pytest.fixture(scope="session")
def screenshot() -> Screenshot:
    """Keep the whole page as artifacts/<name>.png: people look at them."""

    def take(page: Page, name: str) -> Path:
        ARTIFACTS.mkdir(exist_ok=True)
        path = ARTIFACTS / f"{name}.png"
        scrolled_to = page.evaluate("scrollY")
        page.screenshot(path=path, full_page=True)
        page.evaluate("y => scrollTo(0, y)", scrolled_to)  # a picture of the whole page leaves it somewhere else
        return path

    return take


@pytest.fixture(scope="session")
def look(screenshot: Screenshot) -> Look:
    """Keep a screenshot of a step, and have axe find nothing on it."""

    def look_at(page: Page, name: str) -> None:
        screenshot(page, name)
        assert axe_findings(page) == [], name

    return look_at


@pytest.fixture
def world(platform: Platform) -> Iterator[World]:
    """The sandbox; whatever faults a test ordered end with it."""
    yield platform.world
    platform.world.end_all_faults()


@pytest.fixture(scope="session")
def built() -> Path:
    """The built front end."""
    if not (FRONTEND_DIST / "widget" / "v1.js").exists():
        pytest.fail("frontend-dist is not built: ./sem test builds it", pytrace=False)
    return FRONTEND_DIST


class _Quiet(SimpleHTTPRequestHandler):
    """Files, and no answer to anything but GET: to the widget that is a platform that does not know this page."""

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def static_site(tmp_path: Path, built: Path) -> Iterator[Callable[[str], str]]:
    """Publish a page on an origin of its own, with the widget's script at /widget/v1.js; answers its address."""
    (tmp_path / "widget").symlink_to(built / "widget")
    server = ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(_Quiet, directory=str(tmp_path)))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()

    def publish(html: str) -> str:
        (tmp_path / "page.html").write_text(html, encoding="utf-8")
        return f"http://localhost:{server.server_port}/page.html"

    yield publish
    server.shutdown()
    server.server_close()
    thread.join()
