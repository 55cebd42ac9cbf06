"""The pages around looking up, in a real browser: readable, touchable, and worked by keyboard."""

from datetime import date
from typing import Any

import pytest
from babel import Locale
from django.utils.translation import override
from msgspec.structs import replace
from playwright.sync_api import Page

from aftercart.conversation.pages.asking import Typed
from aftercart.conversation.pages.facts import SnapshotBrand
from aftercart.conversation.pages.rendering import render
from aftercart.conversation.pages.rules.page import look_at_parcel
from aftercart.conversation.pages.tests.made import BRAND, NOW, parcel, scan
from aftercart.conversation.pages.tests.test_page_in_browser import BRANDS, examined
from aftercart.conversation.pages.words import Wording

pytestmark = pytest.mark.browser

LONG = "Donaudampfschifffahrtsgesellschaftskapitänsmützenabzeichen@example.com"
NOTHING = Typed()
WRONG = Typed(order="Enter the order number.", proof="This is no e-mail address. " * 3)
MAIL = "mailto:care@northwind.example"


def form(
    brand: SnapshotBrand = BRAND,
    *,
    typed: Typed = NOTHING,
    errors: Typed = NOTHING,
    refused: str = "",
) -> str:
    with override("en"):
        return render(
            "lookup.html",
            brand,
            "en",
            here="/track/northwind/",
            csrf_token="t",
            typed=typed,
            errors=errors,
            refused=refused,
            mail=MAIL,
        )


def notice(tone: str, brand: SnapshotBrand = BRAND) -> str:
    with override("en"):
        return render(
            "notice.html",
            brand,
            "en",
            tone=tone,
            title="Check your mail",
            text=f"We know of no scan of {LONG}.",
            here="/track/northwind/",
            again="Try again",
            mail=MAIL,
        )


def movement(brand: SnapshotBrand = BRAND) -> str:
    shown = parcel(
        "in_transit",
        *[scan(f"2026-11-{24 - place:02} 08:14", place=f"Town {place}") for place in range(12)],
        expected_date=date(2026, 11, 27),
        items=(),
    )
    with override("en"):
        return render(
            "movement.html",
            brand,
            "en",
            view=look_at_parcel(shown, "Europe/Berlin", NOW),
            words=Wording(Locale.parse("en_150")),
            number="9" * 60,
            here="/track/northwind/",
        )


def pages(brand: SnapshotBrand = BRAND) -> dict[str, str]:
    return {
        "form": form(brand),
        "mistakes": form(brand, typed=Typed(order="#" * 60, proof=LONG), errors=WRONG),
        "refused": form(brand, refused="These were too many tries. Wait a quarter of an hour."),
        "answer": notice("good", brand),
        "too many": notice("waiting", brand),
        "nothing": notice("quiet", brand),
        "movement": movement(brand),
    }


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 390, 1280])
def test_every_page_can_be_read_and_touched(open_page: Any, width: int, scheme: str):
    page = open_page(width=width, color_scheme=scheme)
    found = {name: examined(page, html) for name, html in pages().items()}
    assert {name: problems for name, problems in found.items() if problems} == {}


@pytest.mark.parametrize(("accent", "background"), BRANDS)
def test_every_brand_can_be_read(open_page: Any, accent: str, background: str):
    page = open_page(width=390)
    brand = replace(BRAND, accent=accent, background=background)
    found = {name: examined(page, html) for name, html in pages(brand).items()}
    assert {name: problems for name, problems in found.items() if problems} == {}


def focused(page: Page) -> str:
    name: str = page.evaluate(
        "document.activeElement.name || document.activeElement.textContent.trim()"
    )
    return name


def test_the_form_is_worked_by_keyboard_in_the_order_it_is_read(open_page: Any):
    page = open_page()
    page.set_content(form())
    reached = []
    for _ in range(7):
        page.keyboard.press("Tab")
        reached.append(focused(page))
    assert reached == [
        "Skip to the answer",
        "Northwind",
        "order",
        "proof",
        "Send me the link",
        "parcel",
        "Show where it is",
    ]


def test_a_mistake_is_read_with_its_field(open_page: Any):
    page = open_page()
    page.set_content(form(typed=Typed(proof="!!"), errors=WRONG))
    assert focused(page) == "order"
    field = page.get_by_role("textbox", name="Order number")
    assert field.get_attribute("aria-invalid") == "true"
    described = field.evaluate(
        "field => field.getAttribute('aria-describedby').split(' ')"
        ".map(id => document.getElementById(id).textContent)"
    )
    assert described[0] == "Enter the order number."
    assert page.get_by_role("textbox", name="E-mail address").input_value() == "!!"
