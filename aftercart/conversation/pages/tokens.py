"""The design tokens as the dashboard defines them, read once, for pages with their own CSS."""

import re
from functools import cache
from pathlib import Path

import msgspec

import aftercart

STYLESHEET = Path(aftercart.__file__).parent / "web" / "static" / "aftercart" / "tokens.css"
COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
DECLARATION = re.compile(r"--([a-z0-9-]+):\s*([^;]+);")
DARK = "@media (prefers-color-scheme: dark)"
MOTION = "@media (prefers-reduced-motion"


class DesignTokens(msgspec.Struct, frozen=True):
    """`light` and `dark` are the colours by name (`ink`); `other` is space, type and the rest."""

    light: dict[str, str]
    dark: dict[str, str]
    other: dict[str, str]


@cache
def design_tokens() -> DesignTokens:
    """The tokens of the design language."""
    css = COMMENT.sub("", STYLESHEET.read_text())
    ours, _, rest = css.partition(DARK)
    in_the_dark, _, _ = rest.partition(MOTION)
    declared = _declared(ours)
    return DesignTokens(
        light=_colors(declared),
        dark=_colors(_declared(in_the_dark)),
        other={name: value for name, value in declared.items() if not name.startswith("color-")},
    )


def _declared(css: str) -> dict[str, str]:
    return {name: " ".join(value.split()) for name, value in DECLARATION.findall(css)}


def _colors(declared: dict[str, str]) -> dict[str, str]:
    colors = {name.removeprefix("color-"): value for name, value in declared.items()}
    return {name: value for name, value in colors.items() if f"color-{name}" in declared}
