"""The store's address in the forms in which people enter it."""

import re
from urllib.parse import urlsplit

from django.utils.translation import gettext as _

from aftercart.connectors.base import ConnectionFailed
from aftercart.connectors.http import is_private_host_allowed

API = "/wp-json/wc/v3"
PASTED = re.compile(r"/+(wp-json|wp-admin|wp-login\.php|my-account|index\.php)(/.*)?$")


def store_address(entered: str) -> str:
    """The address of the site without a slash at its end: `https://example.com/shop`.

    A missing scheme is https, or http for a host that the operator lists as private.

    Raises:
        ConnectionFailed: it is no address of a site.
    """
    text = entered.strip()
    if "://" not in text:
        host = (urlsplit(f"//{text}").hostname or "") if "//" not in text else ""
        text = f"{'http' if is_private_host_allowed(host) else 'https'}://{text}"
    try:
        parts = urlsplit(text)
        port = f":{parts.port}" if parts.port else ""
    except ValueError as error:
        raise _unusable() from error
    host = (parts.hostname or "").lower()
    if parts.scheme not in {"http", "https"} or not host or parts.username or " " in parts.path:
        raise _unusable()
    named = f"[{host}]" if ":" in host else host
    path = PASTED.sub("", parts.path).rstrip("/")
    return f"{parts.scheme}://{named}{port}{path}"


def shop_name(entered: str) -> str:
    """What stays the same when a site moves from http to https: `example.com/shop`."""
    try:
        return store_address(entered).partition("://")[2]
    except ConnectionFailed:
        return entered.strip().lower()


def _unusable() -> ConnectionFailed:
    return ConnectionFailed(
        _("This is not the address of a site. Enter one such as https://shop.example.com"),
        permanent=True,
    )
