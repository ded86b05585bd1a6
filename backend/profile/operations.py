"""Setting up what a municipality chose for itself."""

from django.db import transaction
from django.db.models import Max

from backend.audit.actors import Actor
from backend.audit.operations import record
from backend.profile.models import (
    GatewayAgreement,
    PageOrigin,
    ServiceSetting,
    SignatureSetting,
    ThemeVersion,
    TimeStamps,
)
from backend.profile.queries import forget_cached_profiles, get_time_stamps
from backend.shared.errors import DomainError
from backend.shared.text import Text
from theming.tokens import load_theme


class GatewayNotAgreed(DomainError):
    """A municipality collects by a gateway that it has an agreement with."""

    code = "profile.gateway_not_agreed"
    message = Text(es="No hay convenio con {gateway}.", en="There is no agreement with {gateway}.")


@transaction.atomic(durable=True)
def register_page_origin(*, origin: str) -> None:
    """Let the pages of an origin embed the widget; safe to repeat."""
    PageOrigin.objects.get_or_create(origin=origin.rstrip("/"))
    forget_cached_profiles()


@transaction.atomic(durable=True)
def enable_service(*, service: str) -> None:
    """Switch a service on; safe to repeat."""
    ServiceSetting.objects.update_or_create(service=service, defaults={"is_enabled": True})
    forget_cached_profiles()


@transaction.atomic(durable=True)
def agree_with_gateway(*, gateway: str, form_number: int) -> None:
    """Record the convenio with a gateway; the first one is in use at once. Safe to repeat."""
    GatewayAgreement.objects.update_or_create(gateway=gateway, defaults={"form_number": form_number})
    if not GatewayAgreement.objects.filter(is_in_use=True).exists():
        GatewayAgreement.objects.filter(gateway=gateway).update(is_in_use=True)
    forget_cached_profiles()


@transaction.atomic(durable=True)
def choose_gateway(*, gateway: str) -> None:
    """Collect by that gateway from the next order on; raises `GatewayNotAgreed`. Safe to repeat."""
    agreements = GatewayAgreement.objects.select_for_update().order_by("id")
    if gateway not in {agreement.gateway for agreement in agreements}:
        raise GatewayNotAgreed(gateway=gateway)
    GatewayAgreement.objects.exclude(gateway=gateway).update(is_in_use=False)
    GatewayAgreement.objects.filter(gateway=gateway).update(is_in_use=True)
    forget_cached_profiles()


@transaction.atomic(durable=True)
def choose_theme(*, tokens: dict[str, object], logo: bytes) -> int:
    """Make these tokens the current look and return its version; the same look again changes nothing.

    Raises `theming.tokens.ThemeError` for tokens that the schema refuses.
    """
    load_theme(tokens, logo)
    current = ThemeVersion.objects.select_for_update().filter(is_current=True).first()
    if current is not None:
        if current.tokens == tokens and bytes(current.logo) == logo:
            return current.version
        current.is_current = False
        current.save(update_fields=["is_current"])
    newest = ThemeVersion.objects.aggregate(newest=Max("version"))["newest"] or 0
    created = ThemeVersion.objects.create(version=newest + 1, tokens=tokens, logo=logo, is_current=True)
    forget_cached_profiles()
    return created.version


@transaction.atomic(durable=True)
def choose_time_stamps(*, time_stamps: TimeStamps, actor: Actor) -> TimeStamps:
    """Choose when documents get their time stamp from now on; safe to repeat."""
    was = get_time_stamps()
    SignatureSetting.objects.update_or_create(is_the_one=True, defaults={"time_stamps": time_stamps})
    record(
        actor=actor,
        act="signature.time_stamps_chosen",
        object_kind="SignatureSetting",
        changes={"time_stamps": (was.value, time_stamps.value)},
    )
    transaction.on_commit(forget_cached_profiles)
    return time_stamps
