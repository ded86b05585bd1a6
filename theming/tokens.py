"""The tokens of a municipality, checked: colours, logo, fonts and plain texts."""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator, ValidationError

from theming.contrast import is_colour
from theming.logos import LogoRefused, check_logo
from theming.palette import COLOURS
from theming.stacks import DOCUMENT_FONTS, SCREEN_STACKS, DocumentFont

_HERE = Path(__file__).parent
_SLUG = re.compile(r"[a-z0-9][a-z0-9_-]*\Z")


class ThemeError(ValueError):
    """Raised by `load_theme`: a token is missing, unknown or outside its limits."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(f"{field}: {message}")
        self.field = field
        self.message = message


@dataclass(frozen=True)
class Theme:
    """How one municipality looks. Texts are plain text: whoever prints them escapes them."""

    name: str
    primary: str
    on_primary: str
    accent: str
    text: str
    background: str
    error: str
    radius: str
    """A CSS length."""
    font: str
    """A CSS font stack."""
    document_font: DocumentFont
    title: str
    intro: str
    help: str
    footer: str
    mail_sender: str
    logo: bytes | None
    """A PNG."""
    version: str
    """Changes with any token and with the logo."""

    def __post_init__(self) -> None:
        # These values are written into style sheets, where escaping for HTML protects nothing.
        for field in COLOURS:
            if not is_colour(getattr(self, field)):
                raise ThemeError(field, "Debe ser un color #rrggbb.")


def load_theme(tokens: Mapping[str, object], logo: bytes | None) -> Theme:
    """Check the tokens and the logo of a municipality.

    Raises `ThemeError`, naming the field; the fields are those of `tokens.schema.json`, and "logo".
    """
    values: dict[str, Any] = dict(tokens)
    failure = next(iter(sorted(_validator().iter_errors(values), key=_position)), None)
    if failure is not None:
        raise _as_theme_error(failure)
    if logo is not None:
        try:
            check_logo(logo)
        except LogoRefused as refusal:
            raise ThemeError("logo", str(refusal)) from refusal
    return Theme(
        **{field: values[field] for field in ("name", "title", "intro", "help", "footer", "mail_sender")},
        **{field: values[field].lower() for field in COLOURS},
        radius=f"{values['radius']}px",
        font=SCREEN_STACKS[values["font"]],
        document_font=DOCUMENT_FONTS[values["document_font"]],
        logo=logo,
        version=_version(values, logo),
    )


def preset_tokens(slug: str) -> dict[str, Any]:
    """Tokens that the project ships for a municipality. Raises `KeyError` where it has none."""
    return dict(json.loads((_preset_folder(slug) / "tokens.json").read_text(encoding="utf-8")))


def preset_logo(slug: str) -> bytes:
    """Logo (PNG) that the project ships for a municipality. Raises `KeyError` where it has none."""
    return (_preset_folder(slug) / "logo.png").read_bytes()


def load_preset(slug: str) -> Theme:
    """Theme that the project ships for a municipality. Raises `KeyError` where it has none."""
    return load_theme(preset_tokens(slug), preset_logo(slug))


def preset_slugs() -> list[str]:
    """Municipalities that the project ships a preset for."""
    return sorted(folder.parent.name for folder in (_HERE / "presets").glob("*/tokens.json"))


def _preset_folder(slug: str) -> Path:
    folder = _HERE / "presets" / slug
    if _SLUG.match(slug) is None or not folder.is_dir():
        raise KeyError(slug)
    return folder


@cache
def _validator() -> Draft202012Validator:
    schema = json.loads((_HERE / "tokens.schema.json").read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema)


def _position(failure: ValidationError) -> list[str]:
    return [str(part) for part in failure.absolute_path]


def _as_theme_error(failure: ValidationError) -> ThemeError:
    named = re.search(r"'([^']*)'", failure.message)
    field = ".".join(_position(failure)) or (named.group(1) if named else "")
    match failure.validator:
        case "required":
            return ThemeError(field, "Falta este valor.")
        case "additionalProperties":
            return ThemeError(field, "Este valor no existe.")
        case "pattern" | "maxLength" if field in COLOURS:
            return ThemeError(field, "Debe ser un color #rrggbb.")
        case "not":
            return ThemeError(field, "No puede tener saltos de línea ni caracteres de control.")
        case "maxLength":
            return ThemeError(field, f"Puede tener hasta {failure.validator_value} caracteres.")
        case "minLength":
            return ThemeError(field, "No puede quedar vacío.")
        case "minimum" | "maximum":
            return ThemeError(field, "Debe estar entre 0 y 24.")
        case "enum":
            return ThemeError(field, "Debe ser uno de: " + ", ".join(_choices(failure)) + ".")
        case _:
            return ThemeError(field, "No es un valor válido.")


def _choices(failure: ValidationError) -> list[str]:
    assert isinstance(failure.validator_value, list)
    return [str(choice) for choice in failure.validator_value]


def _version(tokens: Mapping[str, Any], logo: bytes | None) -> str:
    canonical = json.dumps(tokens, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(canonical.encode() + b"\0" + (logo or b"")).hexdigest()[:16]
