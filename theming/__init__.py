"""How a municipality looks: tokens, and the templates of pages, mails and documents that they dress.

Knows nothing of the backend: every value that a template prints is handed in, ready to be read.
"""

from theming.templates import page_css, render
from theming.tokens import Theme, ThemeError, load_preset, load_theme, preset_tokens

__all__ = ["Theme", "ThemeError", "load_preset", "load_theme", "page_css", "preset_tokens", "render"]
