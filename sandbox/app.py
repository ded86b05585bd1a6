"""Puts the institutions together into one web application."""

import importlib
import importlib.util

from flask import Flask, Response, jsonify, render_template

from sandbox import control, html, pages
from sandbox.faults import KINDS
from sandbox.mail import pages as mail_pages
from sandbox.registers import fines, inspection, insurance
from sandbox.tgr import api as tgr_api
from sandbox.tgr import pages as tgr_pages
from sandbox.tgr.contract import MEANS
from sandbox.webpay import api as webpay_api
from sandbox.webpay import pages as webpay_pages
from sandbox.world import World

PARTS = (tgr_api, tgr_pages, webpay_api, webpay_pages, insurance, inspection, fines, mail_pages, control)
AUTHORITY = "sandbox.authority"


def create_app(world: World) -> Flask:
    app = Flask("sandbox")
    app.jinja_env.filters["pesos"] = html.pesos
    app.before_request(lambda: pages.answer_as_site(world.store))
    for part in PARTS:
        app.register_blueprint(part.blueprint(world))
    _mount_authority(app, world)

    @app.get("/healthz")
    def healthz() -> Response:
        return jsonify(status="ok")

    @app.get("/")
    def index() -> Response:
        overview = render_template(
            "index.html",
            sites=pages.host_pages(world.store),
            agreements=world.book.agreements(),
            today=world.clock.today(),
            shift_days=world.clock.shift_days,
            mails=world.mails.count(),
            faults=world.faults.overview(),
            kinds=KINDS,
        )
        return html.page(overview)

    @app.get("/tgr/")
    def book() -> Response:
        captured = world.book.captured()
        files = sorted({(each["formulario"], each["accounting_date"]) for each in captured}, key=str, reverse=True)
        return html.page(render_template("tgr/book.html", captured=captured, means=MEANS, files=files))

    return app


def _mount_authority(app: Flask, world: World) -> None:
    """Serve OCSP, revocation lists, certificates and time stamps of the development authority where there is one."""
    if world.settings.pki is None or importlib.util.find_spec(AUTHORITY) is None:
        return
    authority = importlib.import_module(AUTHORITY)
    if hasattr(authority, "blueprint"):
        app.register_blueprint(authority.blueprint(world.settings.pki, world.faults))
