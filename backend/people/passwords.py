"""Which passwords are usable, and making temporary ones."""

import secrets

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils import translation

from backend.people.models import StaffAccount
from backend.people.rules import LONGEST_PASSWORD
from backend.shared.errors import DomainError
from backend.shared.text import Text

# No 0, O, 1, l, I: a temporary password is read out or typed from paper.
_ALPHABET = "abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789"
_TEMPORARY_LENGTH = 16


class PasswordNotUsable(DomainError):
    """Too short, too long, common, or too much like the person's name or address."""

    code = "people.password_not_usable"
    message = Text(es="Elija otra contraseña.", en="Choose another password.")


def require_usable(password: str, account: StaffAccount, *, field: str = "password") -> None:
    """Raise `PasswordNotUsable` with every reason, in the words of Django's own validators."""
    if len(password) > LONGEST_PASSWORD:
        raise PasswordNotUsable(
            Text(
                es=f"La contraseña tiene más de {LONGEST_PASSWORD} caracteres.",
                en=f"The password has more than {LONGEST_PASSWORD} characters.",
            ),
            field=field,
        )
    try:
        validate_password(password, account)
    except ValidationError as error:
        raise PasswordNotUsable(Text(es=_said(error, "es"), en=_said(error, "en")), field=field) from error


def temporary_password() -> str:
    """Return a random password of some 92 bits."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(_TEMPORARY_LENGTH))


def _said(error: ValidationError, language: str) -> str:
    with translation.override(language):
        return " ".join(str(message) for message in error.messages)
