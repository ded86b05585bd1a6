"""Has the child draw an uploaded logo and listens to it."""

import threading

from backend.profile.logos.limits import LARGEST_FILE, LIMITS
from backend.profile.logos.refusals import SENTENCES, Why
from backend.shared.errors import DomainError, Unavailable
from backend.shared.limited import ChildFailed, ask_child
from backend.shared.text import Text
from theming.logos import LogoRefused, check_logo

_CHILD = "backend.profile.logos.child"
_PATIENCE_SECONDS = 10.0
_one_at_a_time = threading.BoundedSemaphore(1)


class LogoNotUsable(DomainError):
    """Raised by `rasterise_logo`: the file cannot be a logo; `why` says why (`refusals.Why`)."""

    code = "profile.logo_not_usable"

    def __init__(self, why: Why) -> None:
        super().__init__(SENTENCES[why], field="logo", why=why)
        self.why = why


class RasteriserBusy(Unavailable):
    """Raised by `rasterise_logo`: others' logos are being drawn; come back later."""

    code = "profile.rasteriser_busy"
    message = Text(
        es="Se están dibujando otros logos. Inténtelo en un momento.",
        en="Other logos are being drawn. Try again in a moment.",
    )


def rasterise_logo(data: bytes) -> bytes:
    """Return the PNG that is kept of a PNG, JPEG, WebP or SVG, drawn in a process with limits, one at a time.

    The same file gives the same bytes. Raises `LogoNotUsable`, `RasteriserBusy`.
    """
    if len(data) > LARGEST_FILE:
        raise LogoNotUsable(Why.TOO_LARGE)
    if not _one_at_a_time.acquire(timeout=_PATIENCE_SECONDS):
        raise RasteriserBusy
    try:
        answer = ask_child(_CHILD, data, LIMITS)
    except ChildFailed as failure:
        raise LogoNotUsable(Why.TOO_COSTLY) from failure
    finally:
        _one_at_a_time.release()
    verdict, rest = answer[:1], answer[1:]
    if verdict != b"+":
        raise LogoNotUsable(Why(rest.decode()))
    try:
        check_logo(rest)  # who was made to say something else than a PNG is not believed
    except LogoRefused as refusal:
        raise LogoNotUsable(Why.BROKEN) from refusal
    return rest
