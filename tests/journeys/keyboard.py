"""Hands that touch nothing but the keyboard."""

from playwright.sync_api import Locator, Page

MOST_TABS = 40
_FOCUSED = "element => element.getRootNode().activeElement === element"
_RING = """() => {
  let element = document.activeElement;
  while (element?.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
  if (!element || element === document.body) return "";
  const ring = (node) => {
    if (!node) return false;
    const { outlineStyle, outlineWidth } = getComputedStyle(node);
    return outlineStyle === "auto" || (outlineStyle !== "none" && parseFloat(outlineWidth) > 1);
  };
  // A radio button may show the ring at its label, which comes right after it.
  return ring(element) || ring(element.nextElementSibling) ? "" : element.outerHTML.slice(0, 200);
}"""


class Keyboard:
    """Tab, arrows, Space, Enter, and text. `unseen` are the places where the focus could not be seen."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self.unseen: list[str] = []

    def press(self, key: str) -> None:
        self._page.keyboard.press(key)

    def write(self, text: str) -> None:
        self._page.keyboard.type(text)

    def tab_to(self, target: Locator) -> None:
        """Go on from where the focus is until it is there; every stop on the way must be visible."""
        for _ in range(MOST_TABS):
            self.press("Tab")
            if unseen := self._page.evaluate(_RING):
                self.unseen.append(unseen)
            if is_focused(target):
                return
        raise AssertionError(f"not reached within {MOST_TABS} tabs: {target}")


def is_focused(target: Locator) -> bool:
    focused: bool = target.evaluate(_FOCUSED)
    return focused
