"""The page's own CSS: our rules, the design tokens they use, and the brand's colours."""

import re
from functools import cache, lru_cache
from pathlib import Path
from urllib.parse import quote

from django.utils.safestring import SafeString, mark_safe

from aftercart.conversation.pages.rules.palette import palette
from aftercart.conversation.pages.tokens import design_tokens

SOURCE = Path(__file__).parent / "layout" / "page.css"
COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
AROUND = re.compile(r"\s*([{}:;,>])\s*")
SQUARE = "<rect width='8' height='8' rx='2' fill='COLOR'/>"
VARIABLE = re.compile(r"var\(--([a-z0-9-]+)\)")


@lru_cache(maxsize=500)
def stylesheet(accent: str, background: str) -> SafeString:
    """Everything that stands in the page's `<style>` element, for a brand's two colours.

    The colours are checked by `palette`, so nothing of the brand's own text gets in.
    """
    tokens = design_tokens()
    colors = palette(accent, background, tokens.light, tokens.dark)
    plate = f"--logo-plate:{colors.light['paper']}"
    light = _declarations({f"color-{name}": value for name, value in colors.light.items()})
    dark = _declarations({f"color-{name}": value for name, value in colors.dark.items()})
    css = (
        f":root{{{plate};{light};{_declarations(tokens.other)}}}"
        f"@media(prefers-color-scheme:dark){{:root{{{dark}}}}}{_rules()}"
    )
    return mark_safe(css)  # noqa: S308 - made of our own files and of checked colours


@lru_cache(maxsize=500)
def sign(accent: str, background: str) -> str:
    """A small square of the brand's colour as the page's icon, so that no file is asked for."""
    tokens = design_tokens()
    color = palette(accent, background, tokens.light, tokens.dark).light["brand"]
    svg = f"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 8 8'>{SQUARE}</svg>"
    return "data:image/svg+xml," + quote(svg.replace("COLOR", color), safe=" =:/'")


def _declarations(values: dict[str, str]) -> str:
    used = _used()
    return ";".join(f"--{name}:{value}" for name, value in values.items() if name in used)


@cache
def _used() -> frozenset[str]:
    return frozenset(VARIABLE.findall(_rules()))


@cache
def _rules() -> str:
    css = AROUND.sub(r"\1", COMMENT.sub("", SOURCE.read_text()))
    return " ".join(css.split()).replace(";}", "}")
