"""The widget of a preview: the real one, which answers itself."""

from playwright.sync_api import FrameLocator, Page, expect


def fill_in(page: Page | FrameLocator) -> None:
    """Look up the sample's debt, and wait until its requirements are known."""
    page.get_by_label("Placa patente").fill("ZZBB10-3")
    page.get_by_label("RUT del propietario").fill("44.000.017-7")
    page.get_by_role("button", name="Consultar").click()
    expect(page.get_by_text("Venció el 30-09-2024.")).to_be_visible()
