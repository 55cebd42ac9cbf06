"""WooCommerce's REST v3, asked with a key. Every failure is told so that a merchant can mend it."""

import base64
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from django.utils.translation import gettext as _

from aftercart.connectors import http
from aftercart.connectors.base import ConnectionFailed
from aftercart.connectors.shops.woocommerce import oauth
from aftercart.connectors.shops.woocommerce.address import API, store_address

SLOWEST_SHOP = 25.0
"""Seconds: a page of 100 orders takes a small host long."""

BASIC, QUERY, OAUTH = "basic", "query", "oauth"
WRONG_KEY = "woocommerce_rest_authentication_error"
Parameters = Sequence[tuple[str, str]]


class Answer(msgspec.Struct, frozen=True):
    """What a shop answered with success; `total` and `pages` from the paging headers, if there."""

    data: Any
    total: int | None = None
    pages: int | None = None


class Client:
    """One shop with one key. `way` is how the key is proven; it is found out and kept."""

    def __init__(self, credentials: Mapping[str, str], settings: Mapping[str, Any]) -> None:
        """
        Raises:
            ConnectionFailed: the store's address or the key is missing or unusable.
        """
        self.site = store_address(str(settings.get("url", "")))
        self.key = credentials.get("consumer_key", "").strip()
        self.secret = credentials.get("consumer_secret", "").strip()
        if not self.key or not self.secret:
            raise ConnectionFailed(
                _("Enter the consumer key and the consumer secret."), permanent=True
            )
        encrypted = self.site.startswith("https://")
        known = settings.get("way")
        self.way = (QUERY if known == QUERY else BASIC) if encrypted else OAUTH

    def get(self, path: str, parameters: Parameters = (), *, may_be_gone: bool = False) -> Answer:
        """What is at `/wp-json/wc/v3` and `path`; None where it is gone and may be.

        Raises:
            ConnectionFailed: see there.
        """
        return self._asked("GET", path, parameters, may_be_gone=may_be_gone)

    def send(self, method: str, path: str, body: Any = None, parameters: Parameters = ()) -> Any:
        """Write at `path`; what was answered.

        Raises:
            ConnectionFailed: see there.
        """
        return self._asked(method, path, parameters, body).data

    def site_index(self) -> Mapping[str, Any]:
        """What WordPress says about itself to everybody; empty where it is hidden."""
        try:
            reply = http.request("GET", f"{self.site}/wp-json/", total_seconds=SLOWEST_SHOP)
            said = reply.json() if reply.ok else {}
        except http.RequestFailed:
            return {}
        return said if isinstance(said, dict) else {}

    def _asked(
        self,
        method: str,
        path: str,
        parameters: Parameters,
        body: Any = None,
        *,
        may_be_gone: bool = False,
    ) -> Answer:
        reply = self._reply(method, path, parameters, body)
        if reply.status == 401 and self.way == BASIC and _code(reply) != WRONG_KEY:
            # The host may have dropped the Authorization header: then WooCommerce sees nobody.
            self.way = QUERY
            second = self._reply(method, path, parameters, body)
            if second.ok:
                return _answer(second)
            self.way = BASIC
        if reply.status == 404 and may_be_gone:
            return Answer(None)
        if not reply.ok:
            raise _failure(reply)
        return _answer(reply)

    def _reply(self, method: str, path: str, parameters: Parameters, body: Any) -> http.Reply:
        url = f"{self.site}{API}{path}"
        headers: dict[str, str] = {}
        proven = list(parameters)
        if self.way == BASIC:
            pair = base64.b64encode(f"{self.key}:{self.secret}".encode()).decode()
            headers["Authorization"] = f"Basic {pair}"
        elif self.way == QUERY:
            proven += [("consumer_key", self.key), ("consumer_secret", self.secret)]
        else:
            proven = oauth.signed(method, url, parameters, self.key, self.secret)
        try:
            return http.request(
                method,
                url,
                headers=headers,
                parameters=proven,
                json=body,
                total_seconds=SLOWEST_SHOP,
                read_seconds=SLOWEST_SHOP,
            )
        except http.RequestFailed as failure:
            raise ConnectionFailed(failure.message, permanent=failure.permanent) from failure


def _answer(reply: http.Reply) -> Answer:
    try:
        data = reply.json()
    except http.Unreadable as error:
        raise ConnectionFailed(_web_page()) from error
    return Answer(
        data, _number(reply.headers, "x-wp-total"), _number(reply.headers, "x-wp-totalpages")
    )


def _number(headers: Mapping[str, str], name: str) -> int | None:
    text = headers.get(name, "").strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


def _said(reply: http.Reply) -> Mapping[str, Any]:
    """WooCommerce's error: `{code, message, data: {status}}`; empty where it is a web page."""
    try:
        said = reply.json()
    except http.Unreadable:
        return {}
    return said if isinstance(said, dict) else {}


def _code(reply: http.Reply) -> str:
    return str(_said(reply).get("code", ""))


def _failure(reply: http.Reply) -> ConnectionFailed:
    if 300 <= reply.status < 400:
        return _moved(reply)
    wait = http.retry_after(reply)
    if reply.status == 429 or reply.status >= 500:
        return ConnectionFailed(_temporary(reply), retry_after=wait)
    if not _said(reply) and reply.status != 404:
        return ConnectionFailed(_web_page(), retry_after=wait)
    return ConnectionFailed(_lasting(reply), permanent=True)


def _moved(reply: http.Reply) -> ConnectionFailed:
    target = reply.headers.get("location", "").partition("?")[0].partition("/wp-json")[0][:200]
    message = _("The site is found at another address: %(address)s. Enter that one.")
    return ConnectionFailed(message % {"address": target or "?"}, permanent=True)


def _temporary(reply: http.Reply) -> str:
    if reply.status == 429:
        return _("The site asks us to slow down. Aftercart tries again later.")
    message = _("The site has a problem of its own (status %(status)s). Aftercart tries again.")
    return message % {"status": reply.status}


def _web_page() -> str:
    return _(
        "The site answered with a web page in place of data. A security plugin, a firewall or a "
        "maintenance page may stand in between: let requests to /wp-json/ pass."
    )


def _lasting(reply: http.Reply) -> str:
    code = _code(reply)
    if code == WRONG_KEY:
        return _("WooCommerce does not know this key. Make a new one and enter it here.")
    if code.startswith(("woocommerce_rest_cannot_create", "woocommerce_rest_cannot_edit")):
        return _("The key may only read. Give it Read/Write permission in WooCommerce.")
    if reply.status in {401, 403}:
        return _("The key's user may not see orders. Make the key for a shop manager or an admin.")
    if reply.status == 404:
        return _(
            "There is no WooCommerce at this address. Check it, and in WordPress under Settings, "
            "Permalinks choose anything but Plain."
        )
    said = str(_said(reply).get("message", ""))[:200]
    return _("WooCommerce refused the request: %(message)s") % {"message": said or reply.status}
