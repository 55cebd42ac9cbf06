"""Colours for a brand: its accent and its paper, corrected until every text can be read.

Contrast is WCAG 2.2's (relative luminance, success criterion 1.4.3): 4.5 to 1 for text.
"""

import re
from collections.abc import Mapping
from colorsys import hls_to_rgb, rgb_to_hls

import msgspec

BLACK, WHITE = "#000000", "#ffffff"
READABLE = 4.5
COMFORTABLE = 7.0
SAFE = 5.0
HEX = re.compile(r"#[0-9a-fA-F]{6}")

Channels = tuple[float, float, float]
Tokens = Mapping[str, str]

TONES = ("good", "moving", "waiting", "bad", "quiet")
TINT_SHARE = 0.09
SUNK_SHARE = 0.045
LINE_SHARE = 0.15
STRONG_LINE_SHARE = 0.45
DIMMED_SHARE = 0.12
FAINTEST_HUE = 0.08


class Palette(msgspec.Struct, frozen=True):
    """The colour tokens (`accent` for `--color-accent`) that differ for a brand, by scheme."""

    light: dict[str, str]
    dark: dict[str, str]


def palette(accent: str, background: str, light: Tokens, dark: Tokens) -> Palette:
    """The brand's colours in both schemes.

    `accent` is for text and corrected; `brand` is the accent as it is, a ground for `on-brand`.

    Args:
        accent, background: `#rrggbb`; anything else is taken as the design language's own.
        light, dark: the design language's colour tokens, by name without `--color-`.
    """
    accent = accent if HEX.fullmatch(accent) else light["accent"]
    background = background if HEX.fullmatch(background) else light["surface"]
    is_dark_brand = _farthest_from(background) == WHITE
    if is_dark_brand:
        scheme = _scheme(accent, accent, background, dark)
        return Palette(scheme, scheme)
    dimmed = mixed(accent, dark["paper"], DIMMED_SHARE)
    return Palette(
        _scheme(accent, accent, background, light), _scheme(accent, dimmed, dark["paper"], dark)
    )


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours, from 1 to 21."""
    brighter, darker = sorted((_luminance(_channels(one)), _luminance(_channels(other))))[::-1]
    return (brighter + 0.05) / (darker + 0.05)


def readable(color: str, ground: str, ratio: float = READABLE) -> str:
    """The colour itself where it can be read on the ground, else the nearest one that can.

    It gets darker or lighter, whichever the ground lies farther from; hue and saturation stay.
    """
    if contrast(color, ground) >= ratio:
        return color
    hue, lightness, saturation = rgb_to_hls(*_channels(color))
    goal = 0.0 if _farthest_from(ground) == BLACK else 1.0
    for percent in range(1, 101):
        nearer = lightness + (goal - lightness) * percent / 100
        candidate = _hex(hls_to_rgb(hue, nearer, saturation))
        if contrast(candidate, ground) >= ratio:
            return candidate
    return _farthest_from(ground)


def mixed(color: str, other: str, share: float) -> str:
    """The colour with a share of another in it."""
    pairs = zip(_channels(color), _channels(other), strict=True)
    return _hex(tuple(one + (two - one) * share for one, two in pairs))


def _scheme(accent: str, panel: str, paper: str, tokens: Tokens) -> dict[str, str]:
    ink = readable(tokens["ink"], paper, COMFORTABLE)
    sunk = _ground(paper, ink, SUNK_SHARE)
    colors = {"paper": paper, "surface": paper, "sunk": sunk, "ink": ink}
    for name in ("ink-soft", "ink-faint"):
        colors[name] = _readable_on_both(tokens[name], sunk, paper)
    colors["line"] = mixed(paper, ink, LINE_SHARE)
    colors["line-strong"] = mixed(paper, ink, STRONG_LINE_SHARE)
    colors["focus"] = readable(tokens["focus"], paper)
    pressed = accent if _has_hue(accent) or contrast(accent, paper) >= READABLE else ink
    for name, color in (("accent", pressed), *((tone, tokens[tone]) for tone in TONES)):
        tint = _ground(paper, readable(color, paper), TINT_SHARE)
        colors[f"{name}-tint"] = tint
        colors[name] = _readable_on_both(color, tint, paper)
    colors["on-accent"] = _farthest_from(colors["accent"])
    colors["brand"] = panel
    colors["on-brand"] = _farthest_from(panel)
    return colors


def _ground(paper: str, color: str, share: float) -> str:
    """The paper with a breath of a colour in it, unless text could not be read on that."""
    ground = mixed(paper, color, share)
    return ground if contrast(_farthest_from(paper), ground) >= SAFE else paper


def _readable_on_both(color: str, ground: str, paper: str) -> str:
    return readable(readable(color, ground), paper)


def _has_hue(color: str) -> bool:
    """Whether it is more than a grey: a grey that is corrected looks like something disabled."""
    channels = _channels(color)
    return max(channels) - min(channels) >= FAINTEST_HUE


def _farthest_from(ground: str) -> str:
    return max(WHITE, BLACK, key=lambda color: contrast(color, ground))


def _channels(color: str) -> Channels:
    red, green, blue = (int(color[place : place + 2], 16) / 255 for place in (1, 3, 5))
    return red, green, blue


def _hex(channels: tuple[float, ...]) -> str:
    return "#" + "".join(f"{round(channel * 255):02x}" for channel in channels)


def _luminance(channels: Channels) -> float:
    """WCAG 2.2, definition of relative luminance."""
    red, green, blue = (
        channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4
        for channel in channels
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
