"""What axe finds on a page, and what does not fit into it."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

_axe = Axe()
_FORCED = "matchMedia('(forced-colors: active)').matches"
_WITHOUT_CONTRAST = {"rules": {"color-contrast": {"enabled": False}}}
_STICKS_OUT = """() => {
  const found = [];
  const { scrollWidth, clientWidth } = document.scrollingElement;
  if (scrollWidth > clientWidth) found.push(`the page is ${scrollWidth} wide in ${clientWidth}`);
  const visit = (root) => {
    for (const element of root.querySelectorAll("*")) {
      if (element.shadowRoot) visit(element.shadowRoot);
      const { overflowX, position, display, fontSize } = getComputedStyle(element);
      const isCut = overflowX !== "visible" && element.scrollWidth > element.clientWidth + 1;
      if (isCut && position !== "absolute") found.push(`${element.tagName} .${element.className} cuts its content`);
      const words = [...element.childNodes].map((node) => (node.nodeType === 3 ? node.data.trim() : "")).join("");
      const width = element.getBoundingClientRect().width;
      const isThin = width && width < 3 * parseFloat(fontSize) && words.length > 12;
      if (isThin && display !== "inline" && position !== "absolute") found.push(`"${words}" is squeezed to ${width}`);
    }
  };
  visit(document);
  return found;
}"""


def axe_findings(page: Page) -> list[str]:
    """Everything that axe has against the page, best practices included.

    In forced colours all but the contrast: axe compares the page's colours, and the reader sees her own.
    """
    options = _WITHOUT_CONTRAST if page.evaluate(_FORCED) else {}
    return [
        f"{finding['id']}: {finding['help']}: {node['target']} {node['html'][:200]}"
        for finding in _axe.run(page, options=options).response["violations"]
        for node in finding["nodes"]
    ]


def sticking_out(page: Page) -> list[str]:
    """What makes the page scroll sideways, is cut where it cannot scroll, or is squeezed into a few letters a line."""
    found: list[str] = page.evaluate(_STICKS_OUT)
    return found
