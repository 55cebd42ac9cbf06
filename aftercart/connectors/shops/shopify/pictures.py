"""Pictures of products, as small as they are shown: Shopify's servers cut them to a width.

https://shopify.dev/docs/api/liquid/filters/image_url: the address as it is means the merchant's
own file, of some megabytes.
"""

import re

from aftercart.connectors.reading import web_address

WIDTH = 320
"""Enough for the largest that we show, on a screen of four times the pixels."""

ON_SHOPIFYS_SERVERS = re.compile(r"https://(cdn\.shopify\.com/s/files/|[^/?#]+/cdn/shop/)")


def small_picture(address: str | None) -> str:
    """The address of the picture at a small width; empty where it is none.

    >>> small_picture("https://cdn.shopify.com/s/files/1/2/products/mug.jpg?v=3")
    'https://cdn.shopify.com/s/files/1/2/products/mug.jpg?v=3&width=320'
    """
    plain = web_address(address)
    if not ON_SHOPIFYS_SERVERS.match(plain) or "width=" in plain:
        return plain
    return f"{plain}{'&' if '?' in plain else '?'}width={WIDTH}"
