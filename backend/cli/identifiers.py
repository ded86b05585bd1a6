"""./sem rut, ./sem plate: check digits, and nothing else unless asked."""

import json
import re

from backend.cli.problems import Problem
from backend.shared.errors import DomainError
from backend.shared.plate import parse_plate
from backend.shared.rut import Rut, parse_rut


def rut_of(text: str) -> Rut:
    """Read a RUT with or without its check digit, which must fit where it is given after a hyphen. Raises `Problem`."""
    number = re.sub(r"[.\s]", "", text)
    try:
        if "-" in number:
            return parse_rut(number)
        if re.fullmatch(r"[0-9]{1,8}", number, re.ASCII):
            return Rut(int(number))
    except DomainError as wrong:
        raise Problem(f"{text}: {wrong.message.es}", wrong.message.en) from wrong
    raise Problem(
        f"{text}: no es un RUT.", "A RUT has one to eight digits, or these with a hyphen and its check digit."
    )


def describe_rut(text: str, *, as_json: bool) -> str:
    """Give what `./sem rut` prints."""
    rut = rut_of(text)
    more = {"number": rut.number, "check_digit": rut.check_digit, "rut": str(rut), "dotted": rut.dotted}
    return json.dumps(more) if as_json else rut.check_digit


def describe_plate(text: str, *, as_json: bool) -> str:
    """Give what `./sem plate` prints. Raises `Problem`."""
    try:
        plate = parse_plate(text)
    except DomainError as wrong:
        raise Problem(f"{text}: {wrong.message.es}", wrong.message.en) from wrong
    more = {"plate": plate.text, "check_digit": plate.check_digit, "written": f"{plate.text}-{plate.check_digit}"}
    return json.dumps(more) if as_json else plate.check_digit
