"""What a resolver of staff knows of the request: who is signed in, and whether that is enough."""

from dataclasses import dataclass
from typing import TypeAlias

import strawberry
from django.http import HttpRequest

from backend.audit.actors import Actor, nobody
from backend.audit.operations import record_denied
from backend.people import rules
from backend.people.models import StaffAccount
from backend.people.queries import actor_of, roles_of
from backend.people.rules import Permission
from backend.people.sessions import account_of
from backend.schema.context import Context, context_of
from backend.schema.staff.access import Access, Anybody
from backend.shared import clock
from backend.shared.errors import DomainError
from backend.shared.text import Text
from backend.tenants.limits import DENIALS_PER_NETWORK


class NotSignedIn(DomainError):
    """There is no session, or it has ended, or it is another municipality's."""

    code = "people.not_signed_in"
    message = Text(es="Inicie sesión para continuar.", en="Sign in to continue.")


class PasswordIsTemporary(DomainError):
    """A temporary password opens nothing but its own change."""

    code = "people.password_is_temporary"
    message = Text(
        es="Su contraseña es provisoria: cámbiela antes de continuar.",
        en="Your password is temporary: change it before you go on.",
    )


@dataclass(frozen=True)
class StaffContext(Context):
    """The public context, and the session."""

    request: HttpRequest

    @property
    def account(self) -> StaffAccount | None:
        """Who is signed in, as of this moment of the document: mutations of the session count at once."""
        return account_of(self.request, now=clock.now())

    @property
    def actor(self) -> Actor:
        """Who acts, for the log."""
        account = self.account
        return actor_of(account, self.network) if account else nobody(self.network)

    def require_account(self) -> StaffAccount:
        """Return who is signed in; raises `NotSignedIn`."""
        account = self.account
        if account is None:
            raise NotSignedIn
        return account

    def require(self, access: Access, *, wanted: str) -> None:
        """Raise `NotSignedIn`, `PasswordIsTemporary` or `PermissionDenied`; each is in the log, as `wanted`."""
        if isinstance(access, Anybody):
            return
        try:
            account = self.require_account()
            if account.password_is_temporary and access is not Permission.OWN_ACCOUNT:
                raise PasswordIsTemporary
            rules.require(access, roles_of(account))
        except DomainError:
            self.note_denied("field", wanted)
            raise

    def note_denied(self, kind: str, wanted: str) -> None:
        """Log an attempt that was denied; who makes too many gets `TooManyRequests` and fills no more of the log."""
        self.require_under((DENIALS_PER_NETWORK, self.network))
        record_denied(actor=self.actor, act="access", object_kind=kind, object_key=wanted)


Info: TypeAlias = "strawberry.Info[StaffContext, None]"


def staff_context_of(request: HttpRequest) -> StaffContext:
    """Return the context of a request to a municipality's host."""
    public = context_of(request, request.tenant)  # type: ignore[attr-defined] # set by TenantMiddleware
    return StaffContext(tenant=public.tenant, language=public.language, network=public.network, request=request)
