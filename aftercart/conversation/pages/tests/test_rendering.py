"""The page as bytes: what it says, how large it is, that no text from outside breaks out of it."""

import gzip
import json
import re
from datetime import date, timedelta
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from aftercart.conversation.pages.facts import OrderSnapshot, SnapshotItem
from aftercart.conversation.pages.rendering import RenderedPage, render_order
from aftercart.conversation.pages.tests.made import BRAND, NOW, at, item, order, parcel, scan
from aftercart.conversation.pages.tests.states import SAYS, TRANSIT
from aftercart.conversation.pages.tests.strategies import moments, orders_of_any_kind

LARGEST_PAGE = 14 * 1024
VOID = {"meta", "img", "br", "link", "input", "hr", "path", "circle", "use"}


def html_of(page: RenderedPage) -> str:
    return gzip.decompress(page.body).decode()


def html(snapshot: OrderSnapshot) -> str:
    return html_of(render_order(snapshot, NOW))


class Structure(HTMLParser):
    """What a screen reader builds on: headings, landmarks, lists, ids, and that all is closed."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.headings: list[int] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text: list[str] = []
        self.feed(text)
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if re.fullmatch(r"h[1-6]", tag):
            self.headings.append(int(tag[1]))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        if tag not in VOID:
            assert self.open.pop() == tag

    def handle_data(self, data):
        if self.open and self.open[-1] not in ("style", "script"):
            self.text.append(data)

    def all(self, name: str) -> list[dict[str, str | None]]:
        return [attrs for tag, attrs in self.tags if tag == name]

    @property
    def words(self) -> str:
        """All text, with the blanks and the stops where a reader sees them."""
        return re.sub(r" ([,.])", r"\1", " ".join(" ".join(self.text).split()))


@pytest.mark.parametrize(("snapshot", "words"), SAYS, ids=[words for _, words in SAYS])
def test_the_page_says(snapshot, words):
    assert words in Structure(html(snapshot)).words


@pytest.mark.parametrize(
    ("locale", "country", "words"),
    [
        ("en-US", "DE", "Thursday, November 26, between 10:00 AM and 2:00 PM"),
        ("en", "US", "Thursday, November 26, between 10:00 AM and 2:00 PM"),
        ("", "", "Thursday, 26 November, between 10:00 and 14:00"),
        ("de", "DE", "Donnerstag, 26. November, zwischen 10:00 und 14:00"),
        ("x-klingon", "??", "Thursday, 26 November, between 10:00 and 14:00"),
    ],
)
def test_days_and_times_are_written_as_in_the_destination(locale, country, words):
    page = Structure(html(order(TRANSIT, locale=locale, shipping_country=country)))
    assert words in page.words
    assert page.all("html")[0]["lang"] == ("de" if locale == "de" else "en")


def test_a_gift_shows_its_message_and_no_money():
    gift = order(TRANSIT, is_gift=True, gift_message="With <love>", total=98)
    page = html(gift)
    assert "With &lt;love&gt;" in page
    for money in ("98", "49.00", "49,00", "€", "EUR", "price"):
        assert money not in Structure(page).words
        assert money not in json_of(page)


def json_of(page: str) -> str:
    found = re.search(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)
    assert found is not None
    return found[1]


EVIL = (
    "</script><script>alert(1)</script><img src=x onerror=alert(1)>\"'&{{7*7}}{% if %}\u2028"
    "</style><!--]]>"
)
EVIL_URL = 'javascript:alert(1)//" onmouseover="alert(1)'


def hostile_order() -> OrderSnapshot:
    evil_item = SnapshotItem(
        title=EVIL,
        quantity=2,
        variant_title=EVIL,
        image_url=EVIL_URL,
        product_url=EVIL_URL,
        sku=EVIL,
    )
    evil_scan = scan("2026-11-24 08:14", text=EVIL, place=EVIL)
    evil_parcel = parcel(
        "in_transit",
        *[evil_scan] * 8,
        carrier_name=EVIL,
        tracking_number=EVIL,
        tracking_url=EVIL_URL,
        items=(evil_item,),
        signed_by=EVIL,
    )
    brand = replace(
        BRAND,
        store_name=EVIL,
        accent="red;}</style><script>alert(1)</script>",
        background="url(https://evil.example)",
        logo_url=EVIL_URL,
        logo_width=10,
        logo_height=10,
        contact_email=EVIL,
        contact_url=EVIL_URL,
        shop_url=EVIL_URL,
        footer=EVIL,
    )
    delivered = replace(
        evil_parcel,
        shipment_id=2,
        status="delivered",
        delivered_at=at("2026-11-24 08:14"),
    )
    return order(
        evil_parcel,
        delivered,
        brand=brand,
        number=EVIL,
        items=(evil_item,),
        unshipped=(evil_item,),
        shipping_city=EVIL,
        shipping_region=EVIL,
        shipping_country=EVIL,
        shipping_method=EVIL,
        gift_message=EVIL,
        is_gift=True,
        currency="<b>",
        locale=EVIL,
        time_zone=EVIL,
        customer_name=EVIL,
    )


def test_hostile_text_stays_text():
    page = Structure(html(hostile_order()))
    assert [attrs.get("type") for attrs in page.all("script")] == ["application/ld+json"]
    assert len(page.all("style")) == 1
    for tag, attrs in page.tags:
        assert not any(name.startswith("on") for name in attrs), tag
        for name in ("href", "src") if tag != "link" else ():
            assert re.match(r"#|https?://|mailto:|/", attrs.get(name) or "#"), attrs
    assert page.all("img") == []
    assert re.fullmatch(r"data:image/svg\+xml,[%\w =:/'.]+", page.all("link")[0]["href"] or "")
    assert "49" not in page.words  # no template was evaluated
    assert json.loads(json_of(html(hostile_order())))["orderNumber"] == EVIL


def test_hostile_text_of_a_single_parcel_stays_text_too():
    whole = hostile_order()
    only = replace(whole, parcels=whole.parcels[:1], unshipped=(), is_gift=False)
    page = Structure(html(only))
    assert [attrs.get("type") for attrs in page.all("script")] == ["application/ld+json"]


def large_order(count: int = 5, scans_each: int = 8) -> OrderSnapshot:
    """Parcels of many scans each, every text of its own."""
    parcels = []
    for number in range(count):
        scans = [
            scan(
                f"2026-11-{24 - place // 4} {23 - place % 4 * 3:02}:{number * 5 + 10}",
                text=f"Departed facility {number}-{place}, unit {number * 7919 + place * 104729}",
                place=f"Town {number * 31 + place * 17}, DE",
            )
            for place in range(scans_each)
        ]
        items = tuple(
            item(
                f"Product {number}-{place} with a name of its own",
                variant_title=f"Size {place} / Colour {number}",
                image_url=f"https://cdn.example/{number * 7919}/{place * 104729}.jpg?v={number}",
                product_url=f"https://northwind.example/products/{number}-{place}",
            )
            for place in range(3)
        )
        parcels.append(
            parcel(
                "in_transit",
                *scans,
                shipment_id=number,
                items=items,
                tracking_number=f"0034043416109404{number:04}",
                expected_date=date(2026, 11, 27) + timedelta(days=number),
            )
        )
    everything = tuple(one for held in parcels for one in held.items)
    return order(*parcels, items=everything, unshipped=(item("Mug"),))


@pytest.mark.parametrize(("parcels", "scans"), [(1, 60), (5, 8), (5, 30), (10, 30)])
def test_a_large_order_still_fits_into_fourteen_kilobytes(parcels: int, scans: int):
    page = render_order(large_order(parcels, scans), NOW)
    assert len(page.body) <= LARGEST_PAGE
    assert html_of(page).count('class="said"') >= 5 * parcels


ALL_STATES = [snapshot for snapshot, _ in SAYS] + [large_order(), hostile_order()]


@pytest.mark.parametrize("snapshot", ALL_STATES, ids=range(len(ALL_STATES)))
def test_the_structure_is_sound(snapshot):
    page = Structure(html(snapshot))
    assert page.headings[0] == 1
    assert page.headings.count(1) == 1
    steps = [
        after - before for before, after in zip(page.headings, page.headings[1:], strict=False)
    ]
    assert all(step <= 1 for step in steps), page.headings
    ids = [attrs["id"] for _, attrs in page.tags if "id" in attrs]
    assert len(ids) == len(set(ids))
    for _, attrs in page.tags:
        for name in ("aria-labelledby", "href"):
            target = attrs.get(name) or ""
            if name != "href" or target.startswith("#"):
                assert not target or target.removeprefix("#") in ids
    for landmark in ("header", "main", "footer"):
        assert len(page.all(landmark)) == 1
    assert all("alt" in attrs and attrs.get("width") for attrs in page.all("img"))
    assert all(attrs.get("aria-hidden") for attrs in page.all("svg"))
    assert all(attrs.get("datetime") for attrs in page.all("time"))
    meta = {attrs.get("name"): attrs.get("content") for attrs in page.all("meta")}
    assert meta["robots"] == "noindex, nofollow"
    assert meta["referrer"] == "no-referrer"
    assert "user-scalable" not in (meta["viewport"] or "")


@pytest.mark.parametrize("text", ["Delivered", "DELIVERED.", " delivered "])
def test_the_carrier_is_not_quoted_for_saying_the_same(text: str):
    told = order(parcel("delivered", scan("2026-11-24 13:05", "delivered", text=text)))
    page = Structure(html(told))
    assert "DHL writes" not in page.words
    assert ("p", {"class": "said"}) not in page.tags


def test_pictures_load_late_and_their_place_is_kept():
    shown = order(TRANSIT, items=(item(image_url="https://cdn.example/a.jpg"),))
    held = replace(TRANSIT, items=(item(image_url="https://cdn.example/a.jpg"),))
    (picture,) = Structure(html(replace(shown, parcels=(held,)))).all("img")
    assert (picture["loading"], picture["width"], picture["alt"]) == ("lazy", "72", "")


def test_older_scans_are_behind_a_button_and_endless_ones_end():
    scans = [scan(f"2026-11-{24 - place // 20:02} {23 - place % 20:02}:00") for place in range(100)]
    page = Structure(html(order(parcel("in_transit", *scans))))
    assert "Show 56 earlier scans" in page.words
    assert "40 earlier scans are not shown." in page.words
    assert len([attrs for attrs in page.all("time") if attrs.get("class") == "when"]) == 60 + 3


@settings(max_examples=60, deadline=None)
@given(orders_of_any_kind, moments, st.floats(0, 1))
def test_the_same_bytes_until_the_page_stops_being_true(snapshot, now, share):
    page = render_order(snapshot, now)
    later = min(
        now + (page.fresh_until - now) * share, page.fresh_until - timedelta(microseconds=1)
    )
    assert render_order(snapshot, later).body == page.body
    assert render_order(snapshot, later).etag == page.etag
