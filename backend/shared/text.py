"""A sentence for people, in every language we speak."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Text:
    """What a person reads: Chilean Spanish first, English second. May hold `{named}` places."""

    es: str
    en: str

    def in_language(self, language: str) -> str:
        """Give the sentence in `language` ("es", "es-CL", "en"…); Spanish is what everything else gets."""
        return self.en if language.lower().startswith("en") else self.es

    def format(self, **values: object) -> Text:
        """Fill the named places; a value that is itself a `Text` is filled in its own language."""
        return Text(es=self.es.format(**_spoken(values, "es")), en=self.en.format(**_spoken(values, "en")))


def _spoken(values: dict[str, object], language: str) -> dict[str, object]:
    return {name: value.in_language(language) if isinstance(value, Text) else value for name, value in values.items()}
