"""Whatever colours a brand brings, every text on its page can be read."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aftercart.conversation.pages.rules.palette import (
    TONES,
    Palette,
    contrast,
    mixed,
    palette,
    readable,
)
from aftercart.conversation.pages.tokens import design_tokens

LIGHT, DARK = design_tokens().light, design_tokens().dark
TEXTS = ("ink", "ink-soft", "ink-faint", "accent", *TONES)
colors = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")


def of(accent: str, background: str = "#ffffff") -> Palette:
    return palette(accent, background, LIGHT, DARK)


@pytest.mark.parametrize(
    ("one", "other", "ratio"),
    [("#000000", "#ffffff", 21.0), ("#ffffff", "#ffffff", 1.0), ("#767676", "#ffffff", 4.54)],
)
def test_contrast_is_that_of_wcag(one, other, ratio):
    assert contrast(one, other) == pytest.approx(ratio, abs=0.01)
    assert contrast(other, one) == pytest.approx(ratio, abs=0.01)


def test_a_colour_that_can_be_read_stays_as_it_is():
    assert readable("#1f4d3a", "#ffffff") == "#1f4d3a"
    assert of("#1f4d3a").light["accent"] == "#1f4d3a"


def test_a_colour_that_cannot_be_read_keeps_its_hue():
    yellow = of("#ffd400").light["accent"]
    red, green, blue = (int(yellow[place : place + 2], 16) for place in (1, 3, 5))
    assert red > green > blue
    assert contrast(yellow, "#ffffff") >= 4.5


def test_the_dark_scheme_lightens_a_dark_accent():
    dark = of("#1f4d3a").dark
    assert contrast(dark["accent"], dark["paper"]) >= 4.5
    assert dark["paper"] == DARK["paper"]


def test_a_dark_brand_is_dark_in_both_schemes():
    both = of("#d4af37", "#101820")
    assert both.light == both.dark
    assert both.light["paper"] == "#101820"


@pytest.mark.parametrize("bad", ["", "red", "#12", "#12345g", "url(x)", "#1234567"])
def test_what_is_no_colour_falls_back_to_our_own(bad):
    assert of(bad, bad) == of(LIGHT["accent"], LIGHT["surface"])


def test_mixing():
    assert mixed("#000000", "#ffffff", 0.5) == "#808080"
    assert mixed("#102030", "#ffffff", 0) == "#102030"


@given(colors, colors)
def test_every_text_can_be_read_on_every_ground(accent, background):
    both = of(accent, background)
    for scheme in (both.light, both.dark):
        for name in TEXTS:
            assert contrast(scheme[name], scheme["paper"]) >= 4.5
        for name in ("ink", "ink-soft"):
            assert contrast(scheme[name], scheme["sunk"]) >= 4.5
        for name in (*TONES, "accent"):
            assert contrast(scheme[name], scheme[f"{name}-tint"]) >= 4.5
        assert contrast(scheme["on-accent"], scheme["accent"]) >= 4.5
        assert contrast(scheme["on-brand"], scheme["brand"]) >= 4.5
