"""The process that opens an uploaded picture: `python -m backend.profile.logos.child`, started by `rasterising`.

It limits itself and can open neither file nor connection before it reads anything. The picture comes on standard input;
the answer is one byte, ``+`` and the PNG or ``-`` and a code of `refusals.Why`.
"""

import sys

from backend.profile.logos.limits import LIMITS
from backend.shared.limited import limit_itself, open_nothing_more


def main() -> None:
    """Draw what came; a picture that takes too much ends the process, which says enough."""
    limit_itself(LIMITS)
    from PIL import Image

    from backend.profile.logos.drawing import draw_logo
    from backend.profile.logos.refusals import NotALogo

    Image.init()  # its readers are modules of their own
    open_nothing_more()
    try:
        answer = b"+" + draw_logo(sys.stdin.buffer.read())
    except NotALogo as refusal:
        answer = b"-" + refusal.why.value.encode()
    sys.stdout.buffer.write(answer)


if __name__ == "__main__":
    main()
