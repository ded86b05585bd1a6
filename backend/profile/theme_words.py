"""What the contrast gate found, in the words of those who choose colours."""

from collections.abc import Mapping

from backend.shared.text import Text
from theming.gate import ContrastFinding, ContrastVerdict
from theming.pairs import Surface

COLOURS: Mapping[str, Text] = {
    "primary": Text(es="color principal", en="primary colour"),
    "on_primary": Text(es="texto sobre el color principal", en="text on the primary colour"),
    "accent": Text(es="color de acento", en="accent colour"),
    "text": Text(es="texto", en="text"),
    "background": Text(es="fondo", en="background"),
    "error": Text(es="color de los errores", en="colour of errors"),
    "muted": Text(es="texto secundario", en="secondary text"),
    "tint": Text(es="fondo teñido", en="tinted background"),
    "strong_tint": Text(es="fondo teñido de los avisos", en="tinted background of notices"),
    "paper": Text(es="papel", en="paper"),
    "paper_muted": Text(es="texto secundario del documento", en="secondary text of documents"),
    "paper_tint": Text(es="recuadro del documento", en="box of documents"),
    "paper_strong_tint": Text(es="recuadro del total del documento", en="box of the total of documents"),
    "ok": Text(es="verde de lo que está al día", en="green of what is in order"),
}
"""Names of `theming.palette.swatches`."""

SURFACES: Mapping[Surface, Text] = {
    Surface.WIDGET: Text(es="formulario de pago", en="widget"),
    Surface.PAGE: Text(es="páginas", en="pages"),
    Surface.MAIL: Text(es="correos", en="mails"),
    Surface.DOCUMENT: Text(es="documentos", en="documents"),
}


def sentence_of(verdict: ContrastVerdict) -> Text:
    """Say which pairs cannot be read, with what contrast, and which colours would do."""
    return Text(
        es="El contraste debe ser de al menos 4,5:1. "
        + " ".join(_said(finding, "es") for finding in verdict.findings)
        + f" Pasaría con: {_proposed(verdict, 'es')}.",
        en="The contrast must be at least 4.5:1. "
        + " ".join(_said(finding, "en") for finding in verdict.findings)
        + f" It would pass with: {_proposed(verdict, 'en')}.",
    )


def printed_ratio(ratio: float, language: str) -> str:
    """Return a ratio as people read it, cut and not rounded: 4.49 is not 4.5."""
    cut = f"{int(ratio * 100) / 100:.2f}"
    return f"{cut.replace('.', ',') if language == 'es' else cut}:1"


def _said(finding: ContrastFinding, language: str) -> str:
    text, ground = (COLOURS[name].in_language(language) for name in finding.pair)
    where = ", ".join(SURFACES[surface].in_language(language) for surface in finding.surfaces)
    colours = f"({finding.text_colour}, {finding.ground_colour})"
    joined = "sobre" if language == "es" else "on"
    return f"{text.capitalize()} {joined} {ground} {colours}: {printed_ratio(finding.ratio, language)} ({where})."


def _proposed(verdict: ContrastVerdict, language: str) -> str:
    return ", ".join(f"{COLOURS[token].in_language(language)} {colour}" for token, colour in verdict.proposal.items())
