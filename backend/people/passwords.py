"""Which passwords are usable, and making temporary ones."""

import secrets

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

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


_TOO_LONG = Text(
    es=f"La contraseña tiene más de {LONGEST_PASSWORD} caracteres.",
    en=f"The password has more than {LONGEST_PASSWORD} characters.",
)
_REASONS = {
    "password_too_short": Text(
        es="La contraseña debe tener al menos 12 caracteres.", en="The password needs 12 characters or more."
    ),
    "password_too_common": Text(es="Esa contraseña es muy común.", en="That password is very common."),
    "password_entirely_numeric": Text(
        es="La contraseña no puede tener solo números.", en="The password cannot be all digits."
    ),
    "password_too_similar": Text(
        es="La contraseña se parece mucho al nombre o al correo.",
        en="The password is too much like the name or the e-mail address.",
    ),
}
"""By the codes of Django's validators."""


def require_usable(password: str, account: StaffAccount, *, field: str = "password") -> None:
    """Raise `PasswordNotUsable` with every reason that Django's validators find (`AUTH_PASSWORD_VALIDATORS`)."""
    if len(password) > LONGEST_PASSWORD:
        raise PasswordNotUsable(_TOO_LONG, field=field)
    try:
        validate_password(password, account)
    except ValidationError as error:
        reasons = [_REASONS.get(each.code or "", PasswordNotUsable.message) for each in error.error_list]
        told = Text(es=" ".join(each.es for each in reasons), en=" ".join(each.en for each in reasons))
        raise PasswordNotUsable(told, field=field) from error


def temporary_password() -> str:
    """Return a random password of some 92 bits."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(_TEMPORARY_LENGTH))
