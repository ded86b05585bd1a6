"""Somebody at a browser: what she reads, fills in and presses, in the widget and at TGR."""

from pathlib import Path
from uuid import uuid4

from playwright.sync_api import ConsoleMessage, Locator, Page, Request, Response, expect

from sandbox.rolls import RollVehicle
from tests.journeys.words import SPANISH, Words
from tests.live.platform import Town

AT_TGR = "Pague su cuenta"
CREDIT_CARD = "Tarjeta de crédito"
DEBIT_CARD = "Tarjeta de débito"
SIGNING_MS = 120_000


class Visitor:
    """Her e-mail address is nobody else's.

    `complaints`: errors on the console and in scripts. `questions_sent`: how many questions the widget asked.
    `token`: what the browser was last given on the way back from TGR.
    """

    def __init__(self, page: Page, town: Town, words: Words = SPANISH) -> None:
        self.page = page
        self.town = town
        self.words = words
        self.email = f"contribuyente-{uuid4().hex[:12]}@correo.example"
        self.complaints: list[str] = []
        self.questions_sent = 0
        self.token = ""
        page.on("console", self._hear)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("request", self._count)
        page.on("response", self._notice_token)

    # -- the widget ---------------------------------------------------------------------------------
    def open(self, address: str | None = None) -> None:
        self.page.goto(address or self.town.page)
        expect(self.plate).to_be_visible()

    @property
    def plate(self) -> Locator:
        return self.page.get_by_label(self.words.plate)

    @property
    def rut(self) -> Locator:
        return self.page.get_by_label(self.words.rut)

    @property
    def alert(self) -> Locator:
        return self.page.get_by_role("alert")

    def ask(self, plate: str, rut: str) -> None:
        self.plate.fill(plate)
        self.rut.fill(rut)
        self.button(self.words.look_up).click()

    def look_up(self, vehicle: RollVehicle) -> None:
        """The debt of a vehicle that exists."""
        self.ask(f"{vehicle.plate}-{vehicle.check_digit}", vehicle.rut)
        expect(self.heading(self.words.owed)).to_be_visible()

    def option(self, title: str) -> Locator:
        return self.page.get_by_role("radio", name=title)

    def requirement(self, name: str) -> Locator:
        return self.page.get_by_role("listitem").filter(has_text=f"{name}:")

    def see_all_requirements_met(self) -> None:
        for name in self.words.requirements:
            expect(self.requirement(name)).to_contain_text(self.words.in_order)
        expect(self.pay_button).to_have_attribute("aria-disabled", "false")

    @property
    def pay_button(self) -> Locator:
        return self.button(self.words.pay)

    def order(self) -> None:
        """Leave an address and go to TGR."""
        self.page.get_by_label(self.words.email).fill(self.email)
        self.pay_button.click()
        expect(self.heading(AT_TGR)).to_be_visible()

    # -- TGR ----------------------------------------------------------------------------------------
    def pay_at_tgr(self, means: str = CREDIT_CARD) -> None:
        self.page.get_by_role("radio", name=means).check()
        self.page.get_by_role("button", name="Pagar $").click()

    def be_rejected_at_tgr(self) -> None:
        self.page.get_by_role("button", name="Simular rechazo del banco").click()

    def leave_tgr(self) -> None:
        self.page.get_by_role("button", name="Salir sin pagar").click()

    # -- back ---------------------------------------------------------------------------------------
    def see(self, state: str) -> None:
        """The order's state, on a page whose address no longer holds the token."""
        expect(self.heading(state)).to_be_visible()
        assert "#" not in self.page.url

    @property
    def document(self) -> Locator:
        return self.page.get_by_role("link", name=self.words.document)

    def see_document(self) -> None:
        """It appears once it is signed."""
        self.see(self.words.paid)
        expect(self.document).to_be_visible(timeout=SIGNING_MS)
        expect(self.page.get_by_text(self.words.by_mail, exact=True)).to_be_visible()

    def download(self, folder: Path) -> Path:
        with self.page.expect_download() as download:
            self.document.click()
        path = folder / download.value.suggested_filename
        download.value.save_as(path)
        return path

    # -- both ---------------------------------------------------------------------------------------
    def button(self, name: str) -> Locator:
        return self.page.get_by_role("button", name=name)

    def heading(self, name: str) -> Locator:
        return self.page.get_by_role("heading", name=name)

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.complaints.append(f"{message.text} ({message.location['url']})")

    def _count(self, request: Request) -> None:
        self.questions_sent += request.method == "POST" and request.url.endswith("/graphql/public")

    def _notice_token(self, response: Response) -> None:
        _, marker, token = response.headers.get("location", "").partition("#sem=")
        if marker:
            self.token = token


def pesos(text: str) -> str:
    """The one amount in a text, as it is written: $1.234.567."""
    (amount,) = (word for word in text.split() if word.startswith("$"))
    return amount
