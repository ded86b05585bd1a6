"""Pages to read the mails that arrived, and the same as JSON for tests."""

import base64
import re
from urllib.parse import quote

from flask import Blueprint, Response, abort, jsonify, render_template, request, url_for

from sandbox.html import page
from sandbox.mail.box import Mail
from sandbox.world import World

MOST_ON_A_PAGE = 200
HTML_PART = (
    "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; form-action 'none'; base-uri 'none';"
    " frame-ancestors 'self'"
)


def blueprint(world: World) -> Blueprint:
    routes = Blueprint("mail", __name__)

    def found(mail_id: int) -> Mail:
        return world.mails.mail(mail_id) or abort(404)

    @routes.get("/mail/")
    def mails() -> Response:
        to = request.args.get("to", "").strip()
        return page(render_template("mail/list.html", mails=world.mails.mails(to=to, most=MOST_ON_A_PAGE), to=to))

    @routes.get("/mail/<int:mail_id>")
    def one(mail_id: int) -> Response:
        return page(render_template("mail/one.html", mail=found(mail_id)))

    @routes.get("/mail/<int:mail_id>/html")
    def html(mail_id: int) -> Response:
        mail = found(mail_id)
        return page(_with_pictures(mail, mail.html or abort(404)), policy=HTML_PART)

    @routes.get("/mail/<int:mail_id>/raw")
    def raw(mail_id: int) -> Response:
        response = Response(found(mail_id).raw, mimetype="text/plain")
        response.headers["X-Content-Type-Options"] = "nosniff"
        return response

    @routes.get("/mail/<int:mail_id>/<int:number>/<path:filename>")
    def attachment(mail_id: int, number: int, filename: str) -> Response:
        attached = next((each for each in found(mail_id).attachments if each.number == number), None) or abort(404)
        shown = attached.content_type in ("application/pdf", "image/png", "image/jpeg")
        kind = attached.content_type if shown else "application/octet-stream"
        response = Response(attached.content, content_type=kind)
        disposition = "inline" if shown else "attachment"
        response.headers["Content-Disposition"] = f"{disposition}; filename*=UTF-8''{quote(attached.filename)}"
        response.headers["X-Content-Type-Options"] = "nosniff"
        return response

    @routes.get("/mail.json")
    def as_json() -> Response:
        mails = world.mails.mails(to=request.args.get("to", ""))
        arrivals = [mail.header("Message-ID") for mail in mails]
        return jsonify([_summary(mail, arrivals.count(mail.header("Message-ID"))) for mail in mails])

    return routes


def _summary(mail: Mail, raw_count: int) -> dict[str, object]:
    """`raw_count`: how often a mail with this Message-ID arrived."""
    return {
        "id": mail.id,
        "to": ", ".join(mail.recipients),
        "from": mail.sender,
        "subject": mail.header("Subject"),
        "message_id": mail.header("Message-ID"),
        "received_at": mail.received_at,
        "raw_count": raw_count,
        "size": len(mail.raw),
        "attachments": [
            {
                "n": each.number,
                "filename": each.filename,
                "content_type": each.content_type,
                "size": len(each.content),
                "url": url_for("mail.attachment", mail_id=mail.id, number=each.number, filename=each.filename),
            }
            for each in mail.attachments
        ],
    }


def _with_pictures(mail: Mail, html: str) -> str:
    """Put the pictures that the HTML names by Content-ID into it, as nothing else may be fetched."""
    for part in mail.message.walk():
        name = str(part.get("Content-ID", "")).strip("<> ")
        content = part.get_payload(decode=True)
        if name and isinstance(content, bytes):
            address = f"data:{part.get_content_type()};base64,{base64.b64encode(content).decode()}"
            html = re.sub(rf"cid:{re.escape(name)}(?=[\"')])", address, html)
    return html
