"""Texts as a document font can print them: a character that a font lacks would be printed as an empty box."""

import unicodedata
from functools import cache
from pathlib import Path

from reportlab.pdfbase.ttfonts import TTFontFile

from theming.stacks import DocumentFont


def printable(text: str, font: DocumentFont) -> str:
    """Write `text` with the characters of the font.

    Composes letters with their marks, drops characters that are never seen, and takes the mark off a letter that the
    font has only without it.
    """
    glyphs = _glyphs(font)
    return "".join(_drawn(character, glyphs) for character in unicodedata.normalize("NFC", text))


def missing_characters(text: str, font: DocumentFont) -> set[str]:
    """Characters of `text` that the font cannot print, neither regular nor bold."""
    return {character for character in text if ord(character) not in _glyphs(font)}


def _drawn(character: str, glyphs: frozenset[int]) -> str:
    if ord(character) in glyphs and character != "\u00ad":
        return character
    match unicodedata.category(character):
        case "Cc" | "Zs" | "Zl" | "Zp":
            return " "
        case "Cf" | "Mn":
            return ""
        case _:
            parts = unicodedata.normalize("NFKD", character)
            letters = "".join(part for part in parts if not unicodedata.combining(part))
            return letters if letters and all(ord(letter) in glyphs for letter in letters) else character


@cache
def _glyphs(font: DocumentFont) -> frozenset[int]:
    return _glyphs_of(font.regular) & _glyphs_of(font.bold)


def _glyphs_of(file: Path) -> frozenset[int]:
    return frozenset(TTFontFile(str(file)).charToGlyph)
