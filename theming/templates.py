"""Fill the templates of the project with values and a theme.

Values are printed literally: HTML templates escape every one of them, and no value is ever read as a template.
Contexts hold texts that are ready to be read (amounts, dates and RUTs already written out), since this engine knows
no language, no time zone and no settings.
"""

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from django.template import Context, Engine, Template

from theming.palette import PAPER, palette_of
from theming.tokens import Theme

_TEMPLATES = Path(__file__).parent / "templates"


def render(template_name: str, context: Mapping[str, object], theme: Theme) -> str:
    """Fill a template, such as "pages/verify.html".

    `theme` and `palette` are added to the context. What ends in .html escapes every value; other kinds are plain text.
    A subject (.subject.txt) comes as one line. Raises `django.template.TemplateDoesNotExist`.
    """
    ground = PAPER if template_name.startswith("documents/") else theme.background
    palette = palette_of(primary=theme.primary, text=theme.text, ground=ground)
    values = {**context, "theme": theme, "palette": palette}
    filled = template_named(template_name).render(Context(values, autoescape=template_name.endswith(".html")))
    if template_name.endswith(".subject.txt"):
        return " ".join(filled.split())
    return filled + ""  # Django marks it as safe: within another template it is a value like any other


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
