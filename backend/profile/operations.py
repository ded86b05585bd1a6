"""Setting up what a municipality chose for itself."""

from django.db import transaction

from backend.audit.actors import Actor
from backend.audit.operations import record
from backend.profile.models import (
    GatewayAgreement,
    PageOrigin,
    ServiceSetting,
    SignatureSetting,
    TimeStamps,
)
from backend.profile.queries import forget_cached_profiles, get_time_stamps
from backend.shared.errors import DomainError
from backend.shared.text import Text


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
