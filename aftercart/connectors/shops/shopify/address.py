"""Which addresses belong to a shop. A merchant's form may only ever name a myshopify.com domain."""

import re
from collections.abc import Mapping
from typing import Any

from django.conf import settings as django_settings
from django.utils.translation import gettext as _

from aftercart.connectors.base import ConnectionFailed

SHOP_PATTERN = r"[a-zA-Z0-9][a-zA-Z0-9-]*\.myshopify\.com"


def shop_domain(settings: Mapping[str, Any]) -> str:
    """The shop's own domain in lower case.

    Raises:
        ConnectionFailed: it is none of Shopify's, so it must not be asked (SSRF).
    """
    shop = str(settings.get("shop", "")).strip().lower()
    if not re.fullmatch(SHOP_PATTERN, shop):
        raise ConnectionFailed(
            _("Enter the shop's domain that ends in .myshopify.com."), permanent=True
        )
    return shop


def admin_address(shop: str) -> str:
    """Where the shop's Admin API is asked, without a slash at its end.

    The operator may name a stand-in in AFTERCART_SHOPIFY_ADDRESS, with `{shop}` in its place.
    """
    stand_in = str(django_settings.SHOPIFY_ADDRESS)
    return stand_in.replace("{shop}", shop) if stand_in else f"https://{shop}"
