"""A mail as HTML: one MJML layout, compiled once per process, filled by Jinja2 for each mail.

The layout's placeholders go through the MJML compiler untouched, so that the work of making it
fit for mail programs is done once, and a mail costs what filling in costs. Everything that is
filled in is escaped.
"""

import re
from functools import cache, lru_cache
from pathlib import Path

import mjml
from django.utils import translation
from jinja2 import Environment, StrictUndefined, Template
from markupsafe import Markup

from aftercart.conversation.messages.rendering import markup
from aftercart.conversation.messages.rendering.focus import Focus
from aftercart.conversation.messages.rendering.letter import LONGEST_URL, Letter
from aftercart.conversation.messages.rendering.parts import clipped
from aftercart.conversation.pages.rules.palette import Palette, palette
from aftercart.conversation.pages.tokens import design_tokens
from aftercart.core.text import web_address

LAYOUT = Path(__file__).parent / "layout.mjml"
LARGEST = 102 * 1024
"""Gmail cuts longer mails off and hides the rest behind a link."""

NUMBER_AND_WORD = re.compile(r"(?<=\d) (?=\w)")

LOGO_HEIGHT, LOGO_WIDTH = 40, 220


def written(letter: Letter, focus: Focus) -> str:
    """The HTML of a letter."""
    brand = focus.order.brand
    colours = _palette(brand.accent, brand.background)
    return _layout().render(
        letter=letter,
        language=translation.get_language() or "en",
        direction="rtl" if translation.get_language_bidi() else "ltr",
        store=clipped(brand.store_name),
        shop_url=web_address(brand.shop_url, LONGEST_URL),
        logo=_logo(focus),
        design=_design(),
        light=colours.light,
        dark=colours.dark,
        # The encoder has escaped it for the script element, where HTML's escaping would be wrong.
        markup=Markup(markup.encoded(letter.markup)) if letter.markup else "",  # noqa: S704
    )


def voice(letter: Letter) -> Markup:
    """The headline with the answer in it strong; all of it where it names no answer."""
    before, answer, after = letter.headline.partition(letter.answer or letter.headline)
    strong = Markup('{}<strong style="font-weight:700;">{}</strong>{}')
    return strong.format(*map(unbroken, (before, answer, after)))


def unbroken(text: str) -> str:
    """The text with its numbers tied to what follows, so that no line ends with "26"."""
    return NUMBER_AND_WORD.sub("\u00a0", text)


def _logo(focus: Focus) -> dict[str, object] | None:
    """The logo with its size, made to fit without being distorted."""
    brand = focus.order.brand
    url = web_address(brand.logo_url, LONGEST_URL)
    if not url:
        return None
    width, height = brand.logo_width or 160, brand.logo_height or LOGO_HEIGHT
    scale = min(LOGO_WIDTH / width, LOGO_HEIGHT / height, 1.0)
    return {"url": url, "width": round(width * scale), "height": round(height * scale)}


@cache
def _design() -> dict[str, Markup]:
    """The tokens that are no colours, fit for an attribute: they are from a file of ours."""
    other = design_tokens().other
    return {name: Markup(value.replace('"', "'")) for name, value in other.items()}  # noqa: S704


@cache
def _layout() -> Template:
    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters["unbroken"] = unbroken
    environment.filters["voice"] = voice
    return environment.from_string(
        mjml.mjml2html(LAYOUT.read_text("utf-8"), disable_comments=True, fonts={})
    )


@lru_cache(maxsize=1024)
def _palette(accent: str, background: str) -> Palette:
    tokens = design_tokens()
    return palette(accent, background, tokens.light, tokens.dark)
