"""How the municipality's documents are signed."""

import strawberry

from backend.profile import operations, queries
from backend.profile.models import TimeStamps
from backend.schema.errors import UserError, as_payload
from backend.schema.staff.context import Info

strawberry.enum(
    TimeStamps, description="When a signed document gets its time stamp: afterwards (B-B, then B-LT), or at once."
)


@strawberry.type(description="How documents are signed here.")
class SignatureSetting:
    """The choice in force."""

    time_stamps: TimeStamps = strawberry.field(
        description="AFTERWARDS: documents are issued at level B-B, then raised to B-LT. AT_ONCE: they wait for it."
    )


@strawberry.input(description="When documents get their time stamp from now on.")
class SignatureSettingSetInput:
    """Set it; the same again changes nothing."""

    time_stamps: TimeStamps = strawberry.field(description="The choice.")


@strawberry.type(description="The setting.")
class SignatureSettingPayload:
    """Setting, or errors."""

    setting: SignatureSetting | None = strawberry.field(description="The setting.")
    errors: list[UserError] = strawberry.field(description="What went wrong.")


@strawberry.type
class Query:
    """Reading."""

    @strawberry.field(description="How documents are signed here.")
    def signature_setting(self, info: Info) -> SignatureSetting:
        """Tell the choice in force."""
        return SignatureSetting(time_stamps=queries.get_time_stamps())


@strawberry.type
class Mutation:
    """Changing."""

    @strawberry.mutation(description="Choose when documents get their time stamp.")
    def signature_setting_set(self, info: Info, input: SignatureSettingSetInput) -> SignatureSettingPayload:
        """Choose."""
        return as_payload(
            language=info.context.language,
            empty=lambda errors: SignatureSettingPayload(setting=None, errors=errors),
            call=lambda: SignatureSettingPayload(
                setting=SignatureSetting(
                    time_stamps=operations.choose_time_stamps(time_stamps=input.time_stamps, actor=info.context.actor)
                ),
                errors=[],
            ),
        )
