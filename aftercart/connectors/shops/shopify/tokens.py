"""Access tokens of a merchant-owned app: client credentials in, a token for a day out.

Source: shopify.dev, "Client credentials grant". A token is kept in this process until shortly
before it ends; it is never stored.
"""

import hashlib
from datetime import datetime, timedelta
from threading import Lock
from urllib.parse import urlencode

import msgspec
from django.utils.translation import gettext as _

from aftercart.connectors import http
from aftercart.connectors.base import ConnectionFailed
from aftercart.connectors.shops.shopify.address import admin_address
from aftercart.core import clock

MARGIN = timedelta(minutes=5)
SHORTEST_LIFE = timedelta(seconds=30)
MOST_KEPT = 5000

_kept: dict[bytes, "Token"] = {}
_lock = Lock()


class Token(msgspec.Struct, frozen=True):
    """`value` goes into the header X-Shopify-Access-Token until `ends_at`."""

    value: str
    ends_at: datetime


class Credentials(msgspec.Struct, frozen=True):
    """A merchant's own app at one shop."""

    shop: str
    client_id: str
    secret: str

    def key(self) -> bytes:
        """What the token is kept under: no secret, and another one for other credentials."""
        parts = (self.shop, self.client_id, self.secret)
        return hashlib.sha256("\0".join(parts).encode()).digest()


def token(credentials: Credentials) -> str:
    """A token that is good now.

    Raises:
        ConnectionFailed: Shopify gives none; it says why and what to do.
    """
    with _lock:
        held = _kept.get(credentials.key())
    if held is not None and clock.now() < held.ends_at:
        return held.value
    fresh = _asked_for(credentials)
    with _lock:
        if len(_kept) >= MOST_KEPT:
            _kept.clear()
        _kept[credentials.key()] = fresh
    return fresh.value


def forget(credentials: Credentials, value: str) -> None:
    """The token was refused: ask for a new one next time, unless that was done already."""
    with _lock:
        held = _kept.get(credentials.key())
        if held is not None and held.value == value:
            del _kept[credentials.key()]


def _asked_for(credentials: Credentials) -> Token:
    form = {
        "grant_type": "client_credentials",
        "client_id": credentials.client_id,
        "client_secret": credentials.secret,
    }
    try:
        reply = http.request(
            "POST",
            f"{admin_address(credentials.shop)}/admin/oauth/access_token",
            headers={"Content-Type": "application/x-www-form-urlencoded"},
            content=urlencode(form).encode(),
            is_repeatable=True,
        )
    except http.RequestFailed as error:
        raise ConnectionFailed(error.message, permanent=error.permanent) from error
    if not reply.ok:
        raise _refusal(reply, credentials.shop)
    return _read(reply)


def _read(reply: http.Reply) -> Token:
    try:
        answer = msgspec.json.decode(reply.body, type=dict)
        value, seconds = str(answer["access_token"]), float(answer.get("expires_in") or 3600)
    except (msgspec.DecodeError, UnicodeDecodeError, KeyError, TypeError, ValueError) as error:
        raise ConnectionFailed(_("Shopify's answer to the sign-in cannot be read.")) from error
    life = max(timedelta(seconds=min(seconds, 86_400)) - MARGIN, SHORTEST_LIFE)
    return Token(value, clock.now() + life)


def _refusal(reply: http.Reply, shop: str) -> ConnectionFailed:
    """Shopify answers 400 with a page or with JSON; either holds one of these words."""
    said = reply.body[:4000].decode(errors="replace")
    if reply.status == 429 or reply.status >= 500:
        return ConnectionFailed(
            _("Shopify does not answer at the moment."), retry_after=http.retry_after(reply)
        )
    if reply.status == 404:
        message = _("Shopify knows no shop called %(shop)s. Check its domain.")
    elif "app_not_installed" in said:
        message = _(
            "The app is not installed on %(shop)s. In Shopify's Dev Dashboard open the app, choose "
            "Home and then Install app, and pick the store."
        )
    elif "shop_not_permitted" in said:
        message = _(
            "The app and %(shop)s belong to different organizations. Create the app in the Dev "
            "Dashboard of the organization that owns the store."
        )
    else:
        message = _(
            "Shopify does not accept the client ID and secret for %(shop)s. In the Dev Dashboard "
            "open the app, choose Settings, and copy both again."
        )
    return ConnectionFailed(message % {"shop": shop}, permanent=True)
