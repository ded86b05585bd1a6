"""The real widget on a page of its own, in a look that is not saved."""

import base64
import json

from backend.receipts.previews.samples import HINT, sample_answers
from theming.templates import render
from theming.tokens import Theme

_LOOK = {
    "primary": "primary",
    "onPrimary": "on_primary",
    "accent": "accent",
    "text": "text",
    "background": "background",
    "error": "error",
    "radius": "radius",
    "font": "font",
}
"""The widget's names of tokens, as the public door gives them, and ours."""


def widget_page(theme: Theme, script: str) -> str:
    """Return a page with the widget (`script` is what /widget/v1.js serves), which answers itself with sample data."""
    look = {name: getattr(theme, ours) for name, ours in _LOOK.items()}
    return render(
        "previews/widget.html",
        {
            "answers": json.dumps(sample_answers(theme, look), ensure_ascii=False),
            "logo": base64.b64encode(theme.logo or b"").decode("ascii"),
            "script": script,
            "hint": HINT,
        },
        theme,
    )
