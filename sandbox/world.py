"""The parts of the simulated world, handed to whatever needs them."""

from dataclasses import dataclass

from sandbox.clock import Clock
from sandbox.faults import FaultBoard
from sandbox.mail.box import MailBox
from sandbox.settings import Settings
from sandbox.store import Store
from sandbox.tgr.book import Book
from sandbox.tgr.notices import NoticeSender
from sandbox.webpay.book import Book as WebpayBook


@dataclass(frozen=True)
class World:
    settings: Settings
    clock: Clock
    store: Store
    faults: FaultBoard
    book: Book
    notices: NoticeSender
    mails: MailBox
    webpay: WebpayBook


def make_world(settings: Settings) -> World:
    clock, store, faults = Clock(settings.date_shift_days), Store(settings.state), FaultBoard()
    book = Book(store, clock)
    notices, webpay = NoticeSender(book, faults), WebpayBook(store, clock)
    return World(settings, clock, store, faults, book, notices, MailBox(store), webpay)
