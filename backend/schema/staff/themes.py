"""The municipality's look: its versions, saving a new one, going back, and a preview that keeps nothing."""

from collections.abc import Callable
from typing import Annotated, cast

import strawberry

from backend.profile import themes as operations
from backend.profile.logos.limits import LARGEST_FILE
from backend.profile.queries import current_version, get_theme_version, get_theme_versions
from backend.receipts.previews.operations import preview_theme
from backend.schema.connections import After, Connection, First, connection_of
from backend.schema.errors import UserError, as_payload
from backend.schema.nodes import row_id
from backend.schema.staff import theme_types as types
from backend.schema.staff.context import Info
from backend.schema.staff.types import IDEMPOTENCY_KEY
from backend.schema.staff.uploads import Upload

_LOGO = "PNG, JPEG, WebP or SVG, up to 2 MB, drawn anew as PNG; without one the logo in force stays."
_WITHOUT_LOGO = "True: the look has no logo, and the municipality's name stands in its place."


@strawberry.input(description="A look to be saved.")
class ThemeSaveInput:
    """The look in force again changes nothing."""

    tokens: types.ThemeTokensInput = strawberry.field(description="All of its tokens.")
    logo: Upload | None = strawberry.field(default=None, description=_LOGO)
    without_logo: bool = strawberry.field(default=False, description=_WITHOUT_LOGO)
    idempotency_key: str = strawberry.field(description=IDEMPOTENCY_KEY)


@strawberry.input(description="A look to be drawn.")
class ThemePreviewInput:
    """Nothing is kept of it."""

    tokens: types.ThemeTokensInput = strawberry.field(description="All of its tokens.")
    logo: Upload | None = strawberry.field(default=None, description=_LOGO)
    without_logo: bool = strawberry.field(default=False, description=_WITHOUT_LOGO)


@strawberry.input(description="A version to go back to.")
class ThemeRestoreInput:
    """It comes back as a new version, equal to the old one."""

    id: strawberry.ID = strawberry.field(description="The version.")
    idempotency_key: str = strawberry.field(description=IDEMPOTENCY_KEY)


@strawberry.type(description="The look in force after the request.")
class ThemePayload:
    """Version, or errors."""

    theme: types.ThemeVersion | None = strawberry.field(description="The version.")
    contrast: types.ThemeContrast | None = strawberry.field(
        description='Where the error is "profile.contrast_too_low": texts that could not be read, and what would do.'
    )
    errors: list[UserError] = strawberry.field(description="What went wrong.")


@strawberry.type(description="A drawn look.")
class ThemePreviewPayload:
    """Preview, or errors."""

    preview: types.ThemePreview | None = strawberry.field(description="The preview.")
    errors: list[UserError] = strawberry.field(description="What went wrong.")


@strawberry.type
class Query:
    """Reading."""

    @strawberry.field(description="Versions of the look, newest first.")
    def themes(self, info: Info, first: First = 20, after: After = None) -> Connection[types.ThemeVersion]:
        """List versions."""
        current = current_version()
        in_force = current.version if current else 0
        page = get_theme_versions(first=first, after=after)
        return connection_of(page, lambda row: types.theme_version(row, in_force), after=after)

    @strawberry.field(description="Draw widget, document and mail in a look that is not saved.")
    def theme_preview(
        self, info: Info, input: Annotated[ThemePreviewInput, strawberry.argument(description="The look.")]
    ) -> ThemePreviewPayload:
        """Draw a look."""
        return as_payload(
            language=info.context.language,
            empty=lambda errors: ThemePreviewPayload(preview=None, errors=errors),
            call=lambda: ThemePreviewPayload(
                preview=types.preview(
                    preview_theme(
                        tokens=types.tokens_of(input.tokens),
                        logo=_read(input.logo),
                        has_logo=not input.without_logo,
                    ),
                    info.context.language,
                ),
                errors=[],
            ),
        )


@strawberry.type
class Mutation:
    """Changing."""

    @strawberry.mutation(description="Save a look; it is in force from now on, in every process within 30 seconds.")
    def theme_save(self, info: Info, input: ThemeSaveInput) -> ThemePayload:
        """Save a look."""
        return _payload(
            info,
            lambda: operations.save_theme(
                tokens=types.tokens_of(input.tokens),
                logo=_read(input.logo),
                has_logo=not input.without_logo,
                actor=info.context.actor,
                request_key=input.idempotency_key,
            ),
        )

    @strawberry.mutation(description="Go back to an earlier look. Documents keep the one that they were issued with.")
    def theme_restore(self, info: Info, input: ThemeRestoreInput) -> ThemePayload:
        """Restore a look."""
        return _payload(
            info,
            lambda: operations.restore_theme(
                version=row_id(types.THEME_VERSION, input.id),
                actor=info.context.actor,
                request_key=input.idempotency_key,
            ),
        )


def _payload(info: Info, save: Callable[[], int]) -> ThemePayload:
    said: list[types.ThemeContrast] = []

    def saved() -> ThemePayload:
        try:
            version = save()
        except operations.ContrastTooLow as low:
            said.append(types.contrast(low.verdict, info.context.language))
            raise
        current = current_version()
        in_force = current.version if current else 0
        return ThemePayload(theme=types.theme_version(get_theme_version(version), in_force), contrast=None, errors=[])

    return as_payload(
        language=info.context.language,
        empty=lambda errors: ThemePayload(theme=None, contrast=said[0] if said else None, errors=errors),
        call=saved,
    )


def _read(file: Upload | None) -> bytes | None:
    """Read no more of a file than tells that it is too large."""
    return cast(bytes, file.read(LARGEST_FILE + 1)) if file is not None else None
