"""What the three registers share: sign-in, the plate asked for, overrides of a test, ordered faults."""

import hmac
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from flask import Response, jsonify, request

from sandbox.http_faults import with_faults
from sandbox.identifiers import NotAPlate, plain_plate, plate_check_digit
from sandbox.world import World

Fields = dict[str, str | int]


@dataclass(frozen=True)
class Question:
    """`override` is what a test ordered for this plate and register, or None."""

    plate: str
    today: date
    override: object


def answer(world: World, register: str, plate: str, make: Callable[[Question], Response]) -> Response:
    given = request.authorization
    user, password = world.settings.user, world.settings.password
    is_known = (
        given is not None
        and given.type == "basic"
        and hmac.compare_digest((given.username or "").encode(), user.encode())
        and hmac.compare_digest((given.password or "").encode(), password.encode())
    )
    if not is_known:
        return Response("Usuario o clave incorrectos\n", 401, {"WWW-Authenticate": f'Basic realm="{register}"'})
    try:
        plate = plain_plate(plate)
    except NotAPlate:
        return Response("Patente con formato incorrecto\n", 400)
    row = world.store.row("SELECT overrides FROM vehicle WHERE plate = ?", plate)
    override = json.loads(row["overrides"]).get(register) if row else None
    question = Question(plate, world.clock.today(), override)
    return with_faults(world.faults, register, plate, lambda: make(question))


def has_check_digit(plate: str, given: str) -> bool:
    try:
        return plate_check_digit(plate) == given.upper()
    except NotAPlate:
        return False


def compact(day: date) -> str:
    return day.strftime("%Y%m%d")


def as_json(fields: object) -> Response:
    return jsonify(fields)
