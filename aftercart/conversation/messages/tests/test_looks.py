"""Mails in a real browser: they fit every width, and every word can be read, light and dark."""

from typing import Any, Literal

import msgspec
import pytest
from playwright.sync_api import Page

from aftercart.conversation.messages.rendering import TEMPLATES, RenderContext, render
from aftercart.conversation.messages.rendering.examples import example
from aftercart.conversation.pages.tests.made import BRAND, item, order, parcel
from tests.support.browser import OpenPage

pytestmark = pytest.mark.browser

# The contrast of each text with the ground it stands on, as WCAG 2.2 counts it (1.4.3).
UNREADABLE = """() => {
  const parts = (text) => text.match(/[\\d.]+/g).map(Number);
  const light = (rgb) => {
    const [r, g, b] = rgb.slice(0, 3).map((c) => {
      c /= 255;
      return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ground = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const color = parts(getComputedStyle(at).backgroundColor);
      if (color.length === 3 || color[3] > 0) return color;
    }
    return [255, 255, 255];
  };
  const found = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement;
    const style = getComputedStyle(element);
    const box = element.getBoundingClientRect();
    const text = walker.currentNode.textContent.trim();
    const hidden = style.display === "none" || element.closest("[style*='opacity:0']");
    if (!text || !box.height || hidden) continue;
    const [one, other] = [light(parts(style.color)), light(ground(element))].sort((a, b) => b - a);
    const ratio = (one + 0.05) / (other + 0.05);
    if (ratio < 4.5) found.push([text, ratio]);
  }
  return found;
}"""

BRANDS = {
    "plain": BRAND,
    "yellow on cream": msgspec.structs.replace(BRAND, accent="#ffe066", background="#fff8e7"),
    "night": msgspec.structs.replace(BRAND, accent="#333399", background="#101418"),
}


WIDTHS = (320, 390, 640)
SCHEMES: tuple[Literal["light"], Literal["dark"]] = ("light", "dark")


def assert_fits(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("brand", BRANDS)
def test_every_mail_fits_and_can_be_read(open_page: OpenPage, brand: str):
    page = open_page()
    for template in TEMPLATES:
        snapshot, context = example(template, BRANDS[brand], 1)
        page.set_content(render(template, snapshot, context).html)
        for width in WIDTHS:
            assert_fits(page, width)
        for scheme in SCHEMES:
            page.emulate_media(color_scheme=scheme)
            assert page.evaluate(UNREADABLE) == [], (template, scheme)


def test_what_is_long_is_broken_and_not_pushed_out(open_page: OpenPage):
    long: dict[str, Any] = {
        "tracking_number": "9" * 100,
        "tracking_url": "https://carrier.example/" + "9" * 100,
        "items": (item("Donaudampfschifffahrtsgesellschaft" * 4, quantity=12345),),
    }
    snapshot = order(parcel("info_received", **long), number="N" * 60)
    page = open_page(width=320)
    page.set_content(render("shipped", snapshot, RenderContext()).html)
    assert_fits(page, 320)


def test_a_finger_finds_the_button(open_page: OpenPage):
    page = open_page(width=390)
    snapshot, context = example("shipped", BRAND, 1)
    page.set_content(render("shipped", snapshot, context).html)
    box = page.get_by_role("link", name="Track your order").bounding_box()
    assert box is not None
    assert box["height"] >= 44
