"""What mails say, in HTML and in plain text, whatever the texts from outside hold."""

import json
import re
import time
from datetime import date
from decimal import Decimal
from html.parser import HTMLParser
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aftercart.conversation.messages.rendering import TEMPLATES, RenderContext, render
from aftercart.conversation.messages.rendering.examples import example
from aftercart.conversation.messages.rendering.html import LARGEST
from aftercart.conversation.pages.facts import OrderSnapshot, SnapshotRefund
from aftercart.conversation.pages.tests.made import BRAND, at, item, order, parcel, scan

THURSDAY = date(2026, 11, 26)
ONE = RenderContext(things=("shipment:1",))
HOSTILE = '</script><script>alert(1)</script>"><img src=x onerror=alert(1)>\r\nBcc: a@b.co\x00'


class Page(HTMLParser):
    """The tags and addresses of a mail."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.links: list[str] = []
        self.pictures: list[dict[str, Any]] = []
        self.handlers: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        known = dict(attrs)
        self.handlers += [name for name in known if name.startswith("on")]
        if tag == "a":
            self.links.append(known.get("href") or "")
        if tag == "img":
            self.pictures.append(known)


def moving(**changes: Any) -> OrderSnapshot:
    return order(parcel("in_transit", scan("2026-11-24 21:40"), expected_date=THURSDAY), **changes)


def spaced(text: str) -> str:
    """The text with plain spaces."""
    return text.replace("\u00a0", " ")


def text_of(template: str, snapshot: OrderSnapshot) -> str:
    return spaced(render(template, snapshot, RenderContext()).text)


def markup_of(html: str) -> list[dict[str, Any]]:
    (found,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', html, re.DOTALL)
    decoded: list[dict[str, Any]] = json.loads(found)
    return decoded


@pytest.mark.parametrize("template", TEMPLATES)
def test_every_mail_is_whole_small_and_says_the_same_twice(template):
    snapshot, context = example(template, BRAND, 1)
    mail = render(template, snapshot, context)
    assert mail.subject
    assert len(mail.html.encode()) < LARGEST
    assert "{{" not in mail.html
    assert "{%" not in mail.html
    page = Page(mail.html)
    assert page.tags.count("h1") == 1
    assert 'lang="en"' in mail.html
    assert "prefers-color-scheme: dark" in mail.html
    headline = re.search(r"<h1[^>]*>(.*?)</h1>", mail.html)
    assert headline is not None
    said = re.sub(r"<[^>]+>", "", headline[1])
    assert spaced(said).replace("&#39;", "'") in spaced(mail.text)
    assert all("alt" in picture for picture in page.pictures)
    assert max(len(line) for line in mail.text.splitlines() if "://" not in line) <= 72


def test_the_answer_is_in_the_subject_and_the_first_line():
    mail = render("shipped", moving(), ONE)
    assert mail.subject.startswith("Arriving Thursday, 26 November")
    assert mail.text.splitlines()[3] == "Arriving Thursday, 26 November"


def test_the_day_is_the_strong_part_of_the_headline():
    mail = render("shipped", moving(), ONE)
    headline = re.search(r"<h1[^>]*>(.*?)</h1>", mail.html)
    assert headline is not None
    strong = re.search(r"^Arriving <strong[^>]*>(.*)</strong>$", headline[1])
    assert strong is not None
    assert spaced(strong[1]) == "Thursday, 26 November"


def test_a_day_that_is_over_is_not_promised():
    late = order(parcel("in_transit", scan("2026-11-24 21:40"), expected_date=date(2026, 11, 20)))
    mail = render("in_transit", late, ONE)
    assert "Arriving" not in mail.html
    assert "DHL has your parcel" in mail.text


def test_days_are_the_destinations():
    late_evening = at("2026-11-25 23:30")  # already Thursday in Berlin
    snapshot = order(parcel("delivered", scan("2026-11-25 23:30", "delivered"), items=(item(),)))
    assert snapshot.parcels[0].delivered_at == late_evening
    assert "Delivered Thursday, 26 November" in render("delivered", snapshot, ONE).text


def test_an_american_reads_american_dates_and_dollars():
    snapshot = moving(locale="en-US", currency="USD", total=Decimal("1234.50"))
    assert "Thursday, November 26" in render("shipped", snapshot, ONE).subject
    assert "$1,234.50" in render("order_confirmation", snapshot, RenderContext()).text


@pytest.mark.parametrize(
    ("amounts", "expected"),
    [
        # A shop with taxes in its prices, one that adds them, one whose subtotal is discounted.
        (("54", "0", "5", "9.42", "59"), ["Subtotal", "Shipping", "Total", "Tax included"]),
        (("50", "0", "5", "4", "59"), ["Subtotal", "Shipping", "Tax", "Total"]),
        (("60", "6", "5", "0", "59"), ["Subtotal", "Discount", "Shipping", "Total"]),
        (("54", "6", "5", "0", "59"), ["Subtotal", "Discount", "Shipping", "Total"]),
        (("1", "2", "3", "4", "59"), ["Total"]),
    ],
)
def test_the_steps_to_the_total_are_shown_where_they_add_up(amounts, expected):
    names = ("subtotal", "discount_total", "shipping_total", "tax_total", "total")
    values = dict(zip(names, map(Decimal, amounts), strict=True))
    text = render("order_confirmation", moving(**values), RenderContext()).text
    assert re.findall(r"^(\w[\w ]+): +\S*\d", text, re.MULTILINE) == expected
    if "Discount" in expected:
        assert "60,00" in text
        assert "-6,00" in text


def test_who_paid_in_another_currency_sees_what_was_paid():
    snapshot = moving(currency="EUR", shown_currency="USD", shown_total=Decimal("63.10"))
    text = text_of("order_confirmation", snapshot)
    assert "63,10 US$" in text
    assert "€" not in text


def test_refunds_of_different_currencies_are_not_added_up():
    news = {
        "refund:1": {"amount": "10", "currency": "EUR"},
        "refund:2": {"amount": "5", "currency": "USD"},
    }
    mail = render("refunded", moving(), RenderContext(things=tuple(news), news=news))
    assert "10,00 €" in mail.subject
    assert "5,00 US$" in mail.subject
    assert "15" not in mail.subject


def test_a_cancellation_says_only_what_is_known_of_the_money():
    cancelled = {"cancelled_at": at("2026-11-25 09:00")}
    plain = render("cancelled", moving(**cancelled), RenderContext()).text
    assert "charged" not in plain
    assert "sent" in plain
    voided = render("cancelled", moving(**cancelled, financial_status="voided"), RenderContext())
    assert "You were not charged" in voided.text
    refund = SnapshotRefund(amount=Decimal(59), currency="EUR", refunded_at=at("2026-11-25 09:00"))
    assert "59,00 €" in text_of("cancelled", moving(**cancelled, refunds=(refund,)))


def test_each_item_knows_its_parcel_and_what_is_to_come_is_said():
    snapshot = order(
        parcel("info_received", items=(item("Mug"),)),
        parcel("info_received", shipment_id=2, items=(item("Towel"),)),
        unshipped=(item("Lamp", quantity=2),),
    )
    text = render("shipped", snapshot, RenderContext()).text
    first, second, rest = (
        text.index(title) for title in ("Parcel 1 of 2", "Parcel 2 of 2", "Still to come")
    )
    assert first < text.index("Mug") < second < text.index("Towel") < rest < text.index("Lamp")
    assert "2 items are still to come" in text


def test_what_nobody_knows_which_parcel_holds_is_listed_once():
    both = (item("Mug"), item("Towel"))
    snapshot = order(
        parcel("info_received", items=both, items_shared_by=2),
        parcel("info_received", shipment_id=2, items=both, items_shared_by=2),
    )
    text = render("shipped", snapshot, RenderContext()).text
    assert text.count("Mug") == 1
    assert "In these parcels together" in text


def test_a_gift_shows_no_price_no_number_and_the_givers_words():
    snapshot = moving(
        is_gift=True, gift_message="For you", first_name="Anna", total=Decimal("59.00")
    )
    context = RenderContext(things=("shipment:1",), audience="gift_recipient")
    mail = render("shipped", snapshot, context)
    assert "a gift from Anna" in mail.subject
    assert "“For you” Anna" in mail.text
    for hidden in ("59", "49", "€", "EUR", "price"):
        assert hidden not in mail.html.replace(snapshot.parcels[0].tracking_number, "")
    assert "#1001" not in mail.text


def test_the_card_for_gmail_names_order_parcel_and_days():
    (card,) = markup_of(render("shipped", moving(), ONE).html)
    assert card["@type"] == "ParcelDelivery"
    assert card["trackingNumber"] == "00340434161094042557"
    assert card["expectedArrivalUntil"] == "2026-11-26"
    assert card["partOfOrder"]["orderNumber"] == "#1001"
    (card,) = markup_of(render("order_confirmation", moving(), RenderContext()).html)
    assert (card["@type"], card["orderStatus"]) == (
        "Order",
        "http://schema.org/OrderProcessing",
    )


def hostile_order(text: str) -> OrderSnapshot:
    """Every text that comes from outside, and every address, is the given one."""
    thing = item(
        text, variant_title=text, sku=text, image_url=text, product_url="javascript:alert(1)"
    )
    travelling = parcel(
        "delivered",
        scan("2026-11-24 21:40", "delivered", place=text, text=text),
        carrier_name=text,
        tracking_number=text,
        tracking_url="javascript:alert(1)",
        signed_by=text,
        items=(thing,),
    )
    brand = msgspec.structs.replace(
        BRAND,
        store_name=text,
        footer=text,
        logo_url=text,
        shop_url=text,
        contact_email="",
        contact_url="javascript:alert(1)",
        accent=text,
        background=text,
    )
    return order(
        travelling,
        number=text,
        first_name=text,
        customer_name=text,
        shipping_city=text,
        shipping_region=text,
        shipping_country=text,
        shipping_method=text,
        cancel_reason=text,
        gift_message=text,
        currency=text,
        locale=text,
        time_zone=text,
        page_url=f"https://track.example.com/t/{'k' * 27}",
        brand=brand,
        items=(thing,),
        unshipped=(thing,),
    )


def assert_harmless(template: str, text: str, audience: Any) -> None:
    context = RenderContext(
        things=("shipment:1",),
        audience=audience,
        news={"shipment:1": {"amount": text, "currency": text}},
    )
    mail = render(template, hostile_order(text), context)
    page = Page(mail.html)
    assert page.tags.count("script") <= 1, "the markup, and no other"
    assert page.handlers == []
    assert all(link.startswith("https://track.example.com/t/") for link in page.links)
    assert not set(mail.subject) & set("\r\n\x00")
    assert "javascript:" not in mail.html
    for found in re.findall(r'<script type="application/ld\+json">(.*?)</script>', mail.html):
        assert "<" not in found
        json.loads(found)


@pytest.mark.parametrize("template", TEMPLATES)
@pytest.mark.parametrize("audience", ["buyer", "gift_recipient"])
def test_hostile_texts_stay_texts(template, audience):
    assert_harmless(template, HOSTILE, audience)


@settings(max_examples=60, deadline=None)
@given(template=st.sampled_from(sorted(TEMPLATES)), text=st.text(max_size=60))
def test_no_text_breaks_a_mail(template, text):
    assert_harmless(template, text, "buyer")


def test_an_order_of_a_thousand_lines_stays_under_what_gmail_shows():
    many = tuple(
        item(f"Item {number} " + "x" * 300, image_url="https://cdn.example/" + "y" * 200)
        for number in range(1000)
    )
    snapshot = order(
        *(parcel("info_received", shipment_id=n, items=many[:40]) for n in range(1, 6)),
        items=many,
        unshipped=many,
    )
    crowd = order(*(parcel("info_received", shipment_id=n, items=many[:9]) for n in range(1, 301)))
    for template, wanted in (
        ("order_confirmation", snapshot),
        ("shipped", snapshot),
        ("shipped", crowd),
    ):
        mail = render(template, wanted, RenderContext())
        assert len(mail.html.encode()) < LARGEST
        assert "more" in mail.text


def test_an_accent_that_cannot_be_read_is_corrected():
    from aftercart.conversation.pages.rules.palette import contrast

    brand = msgspec.structs.replace(BRAND, accent="#fff2b0")
    html = render("shipped", moving(brand=brand), ONE).html
    button = re.search(r"background:(#[0-9a-f]{6});color:(#[0-9a-f]{6})", html)
    assert button is not None
    assert contrast(button[1], button[2]) >= 4.5


def test_writing_a_mail_takes_milliseconds():
    render("shipped", moving(), ONE)
    started = time.process_time()
    for _ in range(50):
        render("shipped", moving(), ONE)
    assert (time.process_time() - started) / 50 < 0.02


def test_the_mail_that_completes_an_order_says_so():
    first = parcel("delivered", scan("2026-11-24 10:00", "delivered"))
    last = msgspec.structs.replace(first, shipment_id=first.shipment_id + 1)
    about_last = RenderContext(things=(f"shipment:{last.shipment_id}",))
    whole = order(first, last)
    assert "Both parcels have arrived" in render("delivered", whole, about_last).subject
    open_part = msgspec.structs.replace(first, status="in_transit", delivered_at=None)
    part = render("delivered", order(open_part, last), about_last)
    assert "Delivered, 1 of 2 parcels" in part.subject
