"""Fill the templates of the project with values and a theme.

Values are printed literally: HTML templates escape every one of them, and no value is ever read as a template.
Contexts hold texts that are ready to be read (amounts, dates and RUTs already written out), since this engine knows
no language, no time zone and no settings.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.template import Context, Engine, Template

from theming.contrast import mix
from theming.tokens import Theme

_TEMPLATES = Path(__file__).parent / "templates"
_WHITE = "#ffffff"


@dataclass(frozen=True)
class Palette:
    """Colours that follow from those of a theme, over the background given."""

    line: str
    muted: str
    tint: str
    strong_tint: str


def render(template_name: str, context: Mapping[str, object], theme: Theme) -> str:
    """Fill a template, such as "pages/verify.html".

    `theme` and `palette` are added to the context. What ends in .html escapes every value; other kinds are plain text.
    A subject (.subject.txt) comes as one line. Raises `django.template.TemplateDoesNotExist`.
    """
    paper = _WHITE if template_name.startswith("documents/") else theme.background
    values = {**context, "theme": theme, "palette": _palette(theme.text, theme.primary, paper)}
    filled = template_named(template_name).render(Context(values, autoescape=template_name.endswith(".html")))
    return " ".join(filled.split()) if template_name.endswith(".subject.txt") else filled


def page_css(theme: Theme) -> str:
    """The style sheet of the pages, to be served as text/css at /theme.css.

    Only checked colours and font stacks of the project are written into it, never a municipality's text.
    """
    return render("pages/page.css", {}, theme)


def template_named(template_name: str) -> Template:
    """Give a template as the engine reads it. Raises `django.template.TemplateDoesNotExist`."""
    return _engine(autoescape=template_name.endswith(".html")).get_template(template_name)


@cache
def _engine(*, autoescape: bool) -> Engine:
    loaders = [("django.template.loaders.cached.Loader", ["django.template.loaders.filesystem.Loader"])]
    return Engine(dirs=[str(_TEMPLATES)], loaders=loaders, autoescape=autoescape)


def palette_on_paper(*, text: str, primary: str) -> Palette:
    """Give the colours that documents derive from those of a theme."""
    return _palette(text, primary, _WHITE)


def _palette(text: str, primary: str, paper: str) -> Palette:
    return Palette(
        line=mix(text, paper, 0.22),
        muted=mix(text, paper, 0.72),
        tint=mix(primary, paper, 0.06),
        strong_tint=mix(primary, paper, 0.14),
    )
