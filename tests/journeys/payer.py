"""Somebody who pays several debts at once: what she adds to the payment, and takes out of it."""

from collections.abc import Mapping
from dataclasses import dataclass

from playwright.sync_api import Locator, expect

from sandbox.rolls import RollVehicle
from sandbox.rolls_licences import RollLicence
from sandbox.rolls_waste import RollProperty
from tests.journeys.visitor import SIGNING_MS, Visitor, pesos
from tests.journeys.words import ENGLISH

PERMIT, LICENCE, WASTE = "Permiso de circulación", "Patente municipal", "Derechos de aseo"
LICENCE_ROLE, LICENCE_RUT = "Rol de la patente", "RUT del titular"
PROPERTY_ROLE, PROPERTY_RUT = "Rol de avalúo (manzana-predio)", "RUT del propietario"


@dataclass(frozen=True)
class CartWords:
    """Spanish unless another column is asked for."""

    service: str = "¿Qué desea pagar?"
    payment: str = "Su pago:"
    another: str = "Agregar otra deuda"
    again: str = "Consultar de nuevo"
    back: str = "Volver al pago"
    remove: str = "Quitar"
    fines: str = "Pagar también las multas de tránsito"


CART, CART_IN_ENGLISH = (
    CartWords(),
    CartWords(
        service="What do you want to pay?",
        payment="Your payment:",
        another="Add another debt",
        again="Look up again",
        back="Back to the payment",
        remove="Remove",
        fines="Pay the traffic fines too",
    ),
)


class Payer(Visitor):
    """Looks several things up, one after the other."""

    @property
    def cart(self) -> CartWords:
        return CART_IN_ENGLISH if self.words is ENGLISH else CART

    @property
    def service(self) -> Locator:
        return self.page.get_by_label(self.cart.service)

    def search(self, service: str, fields: Mapping[str, str]) -> None:
        """Choose a service and fill in what it asks for."""
        self.service.select_option(label=service)
        for label, value in fields.items():
            self.page.get_by_label(label).fill(value)
        self.button(self.words.look_up).click()

    def find(self, service: str, fields: Mapping[str, str]) -> None:
        """What is looked up exists."""
        self.search(service, fields)
        expect(self.heading(self.words.owed)).to_be_visible()

    def look_up_licence(self, licence: RollLicence) -> None:
        self.find(LICENCE, {LICENCE_ROLE: licence.role, LICENCE_RUT: licence.rut})

    def look_up_property(self, place: RollProperty) -> None:
        self.find(WASTE, {PROPERTY_ROLE: place.role, PROPERTY_RUT: place.rut})

    def add_another(self) -> None:
        self.button(self.cart.another).click()
        expect(self.service).to_be_visible()

    # -- the payment ----------------------------------------------------------------------------------
    @property
    def removals(self) -> Locator:
        """One button for each debt of the payment."""
        return self.button(f"{self.cart.remove}: ")

    def removal(self, debt: str) -> Locator:
        return self.button(f"{self.cart.remove}: {debt}")

    def see_in_payment(self, *debts: str) -> None:
        expect(self.removals).to_have_count(len(debts))
        for debt in debts:
            expect(self.removal(debt)).to_be_visible()

    def total(self) -> int:
        """What the heading of the payment says; the button says the same."""
        said = pesos(self.heading(self.cart.payment).inner_text())
        assert pesos(self.pay_button.inner_text()) == said
        return whole(said)

    @property
    def fines(self) -> Locator:
        return self.page.get_by_role("checkbox", name=self.cart.fines)

    def see_all_met(self) -> None:
        expect(self.pay_button).to_have_attribute("aria-disabled", "false")

    # -- back -----------------------------------------------------------------------------------------
    @property
    def documents(self) -> Locator:
        return self.page.get_by_role("link", name="folio")

    def see_documents(self, count: int) -> list[str]:
        """All of them are signed; gives their names."""
        self.see(self.words.paid)
        expect(self.page.get_by_text(self.words.by_mail, exact=True)).to_be_visible(timeout=SIGNING_MS)
        expect(self.documents).to_have_count(count)
        return self.documents.all_inner_texts()


def whole(amount: str) -> int:
    """$1.234.567 as a number."""
    return int(amount.removeprefix("$").replace(".", ""))


def named(vehicle: RollVehicle) -> str:
    """A plate as she types it."""
    return f"{vehicle.plate}-{vehicle.check_digit}"
