"""The page in a real browser: every width, both schemes, any brand, without script."""

import gzip
from datetime import date
from typing import Any, Literal

import pytest
from msgspec.structs import replace
from playwright.sync_api import Page

from aftercart.conversation.pages.facts import OrderSnapshot
from aftercart.conversation.pages.rendering import render_order
from aftercart.conversation.pages.tests.made import BRAND, NOW, at, item, order, parcel, scan
from aftercart.conversation.pages.tests.test_rendering import hostile_order, large_order

pytestmark = pytest.mark.browser

SCANS = [
    scan("2026-11-25 05:12", place="Berlin", text="Processed in the destination parcel centre"),
    scan("2026-11-24 02:10", utc_offset_minutes=480, place="Shenzhen, CN"),
    *[scan(f"2026-11-23 {hour:02}:00", place="Leipzig") for hour in range(19, 10, -1)],
]
LONG = item(
    "Donaudampfschifffahrtsgesellschaftskapitänsmützenabzeichen" * 2,
    variant_title="W" * 90,
    quantity=12,
)
TRANSIT = parcel("in_transit", *SCANS, expected_date=date(2026, 11, 26), items=(LONG, item()))
WAITING = parcel("available_for_pickup", scan("2026-11-25 06:00", "available_for_pickup"), *SCANS)
HELD = parcel(
    "exception",
    scan("2026-11-25 06:00", "exception", reason="address_problem"),
    *SCANS,
    reason="address_problem",
)
STATES: dict[str, OrderSnapshot] = {
    "packing": order(),
    "on its way": order(TRANSIT),
    "out": order(
        parcel(
            "out_for_delivery",
            scan("2026-11-25 06:00", "out_for_delivery"),
            *SCANS,
            expected_from=at("2026-11-25 11:00"),
            expected_until=at("2026-11-25 13:00"),
        )
    ),
    "delivered": order(parcel("delivered", scan("2026-11-24 06:00", "delivered"), *SCANS[1:])),
    "split": order(
        parcel("delivered", scan("2026-11-24 06:00", "delivered")),
        replace(TRANSIT, shipment_id=2),
        replace(HELD, shipment_id=3),
        unshipped=(item(),),
    ),
    "pickup": order(WAITING),
    "exception": order(HELD),
    "silent": order(parcel("in_transit", scan("2026-11-10 06:00"))),
    "to pay": order(
        parcel(
            "exception",
            scan("2026-11-25 06:00", "exception", reason="held_for_payment"),
            reason="held_for_payment",
        )
    ),
    "cancelled on its way": order(TRANSIT, cancelled_at=at("2026-11-24 10:00")),
    "cancelled": order(cancelled_at=at("2026-11-24 10:00"), unshipped=()),
    "large": large_order(),
    "hostile": hostile_order(),
}
BRANDS = [
    ("#1f4d3a", "#ffffff"),
    ("#ffd400", "#ffffff"),
    ("#0a0a0a", "#ffffff"),
    ("#ffffff", "#101820"),
    ("#777777", "#c0392b"),
]

SCHEMES: tuple[Literal["light"], Literal["dark"]] = ("light", "dark")

# What axe and the rules of the house look at, on what is really shown.
EXAMINE = """
() => {
  const problems = [];
  const canvas = document.createElement('canvas').getContext('2d', {willReadFrequently: true});
  const rgba = color => {
    canvas.clearRect(0, 0, 1, 1); canvas.fillStyle = color; canvas.fillRect(0, 0, 1, 1);
    return canvas.getImageData(0, 0, 1, 1).data;
  };
  const luminance = color => {
    const [r, g, b] = [...rgba(color)].slice(0, 3).map(v => v / 255)
      .map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ground = element => {
    for (let at = element; at; at = at.parentElement) {
      const color = getComputedStyle(at).backgroundColor;
      if (rgba(color)[3] === 255) return color;
    }
    return 'white';
  };
  const unseen = element => element.closest('.unseen, .skip, svg, .compact .name, .compact .when');
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement, text = walker.currentNode.data.trim();
    if (!text || unseen(element) || !element.getClientRects().length) continue;
    const style = getComputedStyle(element);
    const [a, b] = [luminance(style.color), luminance(ground(element))].sort((x, y) => y - x);
    const ratio = (a + 0.05) / (b + 0.05);
    if (ratio < 4.5) problems.push(`contrast ${ratio.toFixed(2)}: ${text.slice(0, 40)}`);
    if (parseFloat(style.fontSize) < 16) problems.push(`small: ${text.slice(0, 40)}`);
  }
  for (const target of document.querySelectorAll('a, button, summary, input:not([type=hidden])')) {
    if (unseen(target) || !target.getClientRects().length) continue;
    const whole = target.closest('.items li') || target.closest('.brand') || target;
    const height = whole.getBoundingClientRect().height;
    if (height < 44) problems.push(`${height} px: ${target.textContent.trim().slice(0, 40)}`);
  }
  if (document.documentElement.scrollWidth > window.innerWidth)
    problems.push(`sideways: ${document.documentElement.scrollWidth} in ${window.innerWidth}`);
  return problems;
}
"""


def examined(page: Page, html: str, *widths: int) -> dict[tuple[int, str], list[str]]:
    """What is wrong with a page at each width, in light and in dark; nothing where all is well."""
    page.set_content(html)
    found = {}
    for width in widths:
        page.set_viewport_size({"width": width, "height": 800})
        for scheme in SCHEMES:
            page.emulate_media(color_scheme=scheme)
            found[width, scheme] = page.evaluate(EXAMINE)
    return {where: problems for where, problems in found.items() if problems}


def html_of(snapshot: OrderSnapshot) -> str:
    return gzip.decompress(render_order(snapshot, NOW).body).decode()


@pytest.mark.parametrize("state", STATES)
def test_every_state_can_be_read_and_touched(open_page: Any, state: str):
    assert examined(open_page(), html_of(STATES[state]), 320, 390, 700, 1280) == {}


@pytest.mark.parametrize(("accent", "background"), BRANDS)
def test_every_brand_can_be_read(open_page: Any, accent: str, background: str):
    page = open_page()
    brand = replace(BRAND, accent=accent, background=background)
    for name in ("split", "exception", "on its way"):
        assert examined(page, html_of(replace(STATES[name], brand=brand)), 390) == {}


def test_large_letters_do_not_break_the_page(open_page: Any):
    page = open_page(width=390)
    page.set_content(html_of(STATES["split"]))
    page.add_style_tag(content="html { font-size: 200% }")
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_older_scans_open_without_script(open_page: Any):
    page = open_page(width=390, java_script_enabled=False)
    page.set_content(html_of(STATES["on its way"]))
    hidden = page.get_by_text("11:00", exact=True)
    assert hidden.first.is_hidden()
    page.get_by_text("Show 7 earlier scans").click()
    assert page.get_by_text("12:00", exact=True).is_visible()


def test_a_screen_reader_hears_the_answer_first(open_page: Any):
    page = open_page()
    page.set_content(html_of(STATES["on its way"]))
    assert page.title() == "Arriving tomorrow · #1001 · Northwind"
    heading = page.get_by_role("heading", level=1)
    assert heading.inner_text().split() == ["Arriving", "tomorrow"]
    current = page.locator("[aria-current=step]")
    assert current.locator(".name").inner_text() == "On its way"
    assert page.get_by_role("main").count() == 1
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the answer"
