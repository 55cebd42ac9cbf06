"""Pictures come small from Shopify's servers, and as they are from anybody else's."""

import pytest

from aftercart.connectors.shops.shopify.pictures import small_picture

FILE = "https://cdn.shopify.com/s/files/1/2/products/mug.jpg"


@pytest.mark.parametrize(
    ("address", "small"),
    [
        (FILE, f"{FILE}?width=320"),
        (f"{FILE}?v=3", f"{FILE}?v=3&width=320"),
        (f"{FILE}?v=3&width=800", f"{FILE}?v=3&width=800"),
        (
            "https://shop.example/cdn/shop/files/a.png",
            "https://shop.example/cdn/shop/files/a.png?width=320",
        ),
        ("https://cdn.example/s/files/a.png", "https://cdn.example/s/files/a.png"),
        ("https://evil.example/?https://cdn.shopify.com/s/files/a.png",) * 2,
        ("javascript:alert(1)", ""),
        (None, ""),
    ],
)
def test_the_width_is_asked_for_where_it_is_understood(address: str | None, small: str):
    assert small_picture(address) == small
