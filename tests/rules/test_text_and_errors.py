from __future__ import annotations

import pytest

from backend.shared.errors import DomainError, Refused, Unavailable
from backend.shared.text import Text


class DebtWentAway(DomainError):
    code = "tests.gone"
    message = Text(es="La deuda {number} ya no está.", en="Debt {number} is gone.")


@pytest.mark.parametrize(
    ("language", "said"), [("es", "hola"), ("es-CL", "hola"), ("en", "hello"), ("en-GB", "hello"), ("fr", "hola")]
)
def test_a_text_is_said_in_the_language_asked_or_in_spanish(language: str, said: str) -> None:
    assert Text(es="hola", en="hello").in_language(language) == said


def test_a_text_inside_a_text_is_said_in_the_same_language() -> None:
    outer = Text(es="El {what}", en="The {what}").format(what=Text(es="permiso", en="permit"))

    assert outer == Text(es="El permiso", en="The permit")


def test_a_value_with_braces_is_left_as_it_is() -> None:
    assert Text(es="{name}", en="{name}").format(name="{0.__class__}").es == "{0.__class__}"


def test_an_error_fills_its_sentence_and_keeps_its_fields() -> None:
    error = DebtWentAway(field="debt", number=7)

    assert error.message == Text(es="La deuda 7 ya no está.", en="Debt 7 is gone.")
    assert (error.code, error.field, error.fields) == ("tests.gone", "debt", {"number": 7})
    assert str(error) == "tests.gone: La deuda 7 ya no está."


def test_an_error_may_bring_its_own_sentence() -> None:
    assert Refused(Text(es="{no}", en="{no}")).message.es == "{no}"


def test_unavailable_and_refused_are_told_apart_by_type() -> None:
    assert not issubclass(Unavailable, Refused)
    assert not issubclass(Refused, Unavailable)
