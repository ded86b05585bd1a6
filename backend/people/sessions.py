"""Sessions of staff: rows of the municipality's own schema, so that the cookie of one is nobody in another.

They end when unused for `IDLE_LIMIT`, after `SESSION_LIMIT` whatever happens, when the password changes and when the
account is closed. These limits use the machine's clock, as a shifted calendar is no reason to be signed in longer.
"""

from datetime import datetime
from typing import Final

from django.contrib import auth
from django.contrib.sessions.models import Session
from django.http import HttpRequest

from backend.people.models import StaffAccount
from backend.people.rules import IDLE_LIMIT, SESSION_LIMIT

_OPENED: Final = "opened_at"
_USED: Final = "used_at"
_BACKEND: Final = "django.contrib.auth.backends.ModelBackend"
_NOTED_EVERY_SECONDS: Final = 60


def open_session(request: HttpRequest, account: StaffAccount, *, now: datetime) -> None:
    """Begin a session with a key and a CSRF token that nobody knew before; whatever the cookie named is gone."""
    Session.objects.filter(expire_date__lt=now).delete()
    request.session.flush()
    auth.login(request, account, backend=_BACKEND)
    request.session[_OPENED] = request.session[_USED] = int(now.timestamp())


def close_session(request: HttpRequest) -> None:
    """End the session; its row and key are gone."""
    auth.logout(request)


def renew_session(request: HttpRequest, account: StaffAccount) -> None:
    """Go on after a change of password, under a new key; every other session of the account ends."""
    auth.update_session_auth_hash(request, account)


def account_of(request: HttpRequest, *, now: datetime) -> StaffAccount | None:
    """Return who is signed in; ends a session that is past its limits."""
    if not request.user.is_authenticated:
        return None
    moment = int(now.timestamp())
    opened, used = request.session.get(_OPENED, 0), request.session.get(_USED, 0)
    if moment - used > IDLE_LIMIT.total_seconds() or moment - opened > SESSION_LIMIT.total_seconds():
        auth.logout(request)
        return None
    if moment - used >= _NOTED_EVERY_SECONDS:
        request.session[_USED] = moment
    return request.user
