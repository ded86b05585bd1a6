"""What is wrong with a template, or with what was drawn from it, told to its author."""

from backend.shared.text import Text


class TemplateFault(ValueError):
    """What its author reads, in `reason`: what was found, and what to write instead."""

    def __init__(self, reason: Text, **values: object) -> None:
        self.reason = reason.format(**values)
        super().__init__(self.reason.en)


def shortened(text: str) -> str:
    """Give the beginning of a text that a fault is about."""
    words = " ".join(text.split())
    return words if len(words) <= 60 else words[:59] + "…"
