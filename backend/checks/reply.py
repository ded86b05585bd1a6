"""Reads a register's answer and trusts nothing in it."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import date

from backend.shared.plate import InvalidPlate, Plate, parse_plate

LONGEST = 200
_DAY = re.compile(r"(\d{4})(\d{2})(\d{2})", re.ASCII)


class Unreadable(Exception):
    """The answer is not what the contract says; `reason` is a code for the log and the evidence."""

    def __init__(self, reason: str, detail: str) -> None:
        self.reason = reason
        super().__init__(f"{reason}: {detail}")


class Reply:
    """One object of an answer. Every reading raises `Unreadable` rather than guess."""

    def __init__(self, values: Mapping[str, object]) -> None:
        self._values = values

    @classmethod
    def from_json(cls, body: bytes) -> Reply:
        try:
            values = json.loads(body)
        except (ValueError, RecursionError) as problem:
            raise Unreadable("garbage", "not JSON") from problem
        if not isinstance(values, dict):
            raise Unreadable("garbage", "not a JSON object")
        return cls(values)

    def has(self, name: str) -> bool:
        return name in self._values

    def text(self, name: str) -> str:
        value = self._values.get(name)
        if not isinstance(value, str) or not value.strip() or len(value) > LONGEST:
            raise Unreadable("missing_field", name)
        return value.strip()

    def whole(self, name: str) -> int:
        value = self._values.get(name)
        if type(value) is not int or value < 0:  # a bool is no amount
            raise Unreadable("missing_field", name)
        return value

    def day(self, name: str) -> date:
        """Read yyyyMMdd."""
        match = _DAY.fullmatch(self.text(name))
        if match is None:
            raise Unreadable("missing_field", name)
        try:
            return date(int(match[1]), int(match[2]), int(match[3]))
        except ValueError as problem:
            raise Unreadable("missing_field", name) from problem

    def children(self, name: str) -> list[Reply]:
        """Read a list of objects; a list that is missing is not an empty list."""
        value = self._values.get(name)
        if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
            raise Unreadable("missing_field", name)
        return [Reply(item) for item in value]

    def must_be_about(self, plate: Plate, name: str, digit_name: str | None = None) -> None:
        """Refuse an answer about another vehicle."""
        try:
            answered = parse_plate(self.text(name), self.text(digit_name) if digit_name else None)
        except InvalidPlate as problem:
            raise Unreadable("wrong_vehicle", name) from problem
        if answered != plate:
            raise Unreadable("wrong_vehicle", name)
