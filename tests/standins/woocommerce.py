"""A shop that behaves as WooCommerce does: REST v3 and webhooks, over real sockets.

After class-wc-webhook.php, class-wc-rest-authentication.php and the REST v3 documentation. Over
plain HTTP it takes OAuth 1.0a only, over TLS Basic or the key in the query, as WooCommerce does.
Webhooks ping unsigned when they are made or switched on, are delivered once, never again, and are
switched off after more than five failures in a row.
"""

import base64
import hashlib
import hmac
import html
import json
import math
import ssl
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl, quote, unquote, urlsplit

from tests.standins.listening import Handler, listening

API = "/wp-json/wc/v3"
MOST_FAILURES = 5
KNOWN_TOPICS = {
    f"{resource}.{event}"
    for resource in ("order", "product", "customer")
    for event in ("created", "updated", "deleted", "restored")
} - {"customer.restored"}
HTML_PAGE = b"<!DOCTYPE html><html><body><h1>502 Bad Gateway</h1></body></html>"

Reply = tuple[int, Any, dict[str, str]]


@dataclass
class Shop:
    """The shop's data, and switches for how it misbehaves.

    Attributes:
        folder: where the site lives, such as `/shop`.
        permission: of the key: `read_write` or `read`.
        drops_authorization: as hosts do that run PHP behind a gateway.
        knows_modified_after: false for WooCommerce before 5.8.
        knows_restored: false where `order.restored` is no topic.
        forgets_what_it_listed: objects are gone right after they were listed.
        wait: seconds before each answer.
        failures: answers to give first, one each: `html`, `moved` or a status.
        asked: every request as (method, path, query), for tests to look at.
        delivered: what each delivery of a webhook was answered, as (topic, status).
    """

    folder: str = ""
    key: str = "ck_0123456789abcdef"
    secret: str = "cs_fedcba9876543210"
    permission: str = "read_write"
    drops_authorization: bool = False
    knows_modified_after: bool = True
    knows_restored: bool = True
    forgets_what_it_listed: bool = False
    wait: float = 0.0
    failures: list[str | int] = field(default_factory=list)
    url: str = ""
    orders: dict[int, dict[str, Any]] = field(default_factory=dict)
    refunds: dict[int, list[dict[str, Any]]] = field(default_factory=dict)
    products: dict[int, dict[str, Any]] = field(default_factory=dict)
    customers: dict[int, dict[str, Any]] = field(default_factory=dict)
    webhooks: dict[int, dict[str, Any]] = field(default_factory=dict)
    asked: list[tuple[str, str, dict[str, str]]] = field(default_factory=list)
    delivered: list[tuple[str, int]] = field(default_factory=list)
    nonces: set[str] = field(default_factory=set)

    def save(self, resource: str, body: dict[str, Any], event: str = "updated") -> None:
        """Keep an object as the shop's own pages would, and deliver its webhooks."""
        getattr(self, f"{resource}s")[body["id"]] = body
        self.deliver(f"{resource}.{event}", body)

    def delete(self, resource: str, object_id: int) -> None:
        """Delete an object; its webhook holds the id and nothing else."""
        del getattr(self, f"{resource}s")[object_id]
        self.deliver(f"{resource}.deleted", {"id": object_id})

    def deliver(self, topic: str, body: dict[str, Any]) -> None:
        """Post to every active webhook of the topic: once."""
        for webhook in list(self.webhooks.values()):
            if webhook["topic"] == topic and webhook["status"] == "active":
                status = self._post(webhook, topic, json.dumps(body).encode())
                self.delivered.append((topic, status))
                self._count(webhook, status)

    def _count(self, webhook: dict[str, Any], status: int) -> None:
        webhook["failures"] = 0 if 200 <= status <= 302 else webhook["failures"] + 1
        if webhook["failures"] > MOST_FAILURES:
            webhook["status"] = "disabled"

    def _post(self, webhook: dict[str, Any], topic: str, body: bytes) -> int:
        resource, _, event = topic.partition(".")
        # wp_specialchars_decode($secret, ENT_QUOTES)
        secret = html.unescape(webhook["secret"]).encode()
        second = f"{webhook['id']}{int(time.time())}"
        headers = {
            "Content-Type": "application/json",
            "User-Agent": "WooCommerce/11.1.0 Hookshot (WordPress/7.0)",
            "X-WC-Webhook-Source": f"{self.url}/",
            "X-WC-Webhook-Topic": topic,
            "X-WC-Webhook-Resource": resource,
            "X-WC-Webhook-Event": event,
            "X-WC-Webhook-Signature": base64.b64encode(
                hmac.new(secret, body, hashlib.sha256).digest()
            ).decode(),
            "X-WC-Webhook-ID": str(webhook["id"]),
            "X-WC-Webhook-Delivery-ID": hashlib.md5(second.encode()).hexdigest(),
        }
        return _posted(webhook["delivery_url"], body, headers)

    def ping(self, webhook: dict[str, Any]) -> None:
        """The unsigned form body; anything but 200 switches the webhook off."""
        body = f"webhook_id={webhook['id']}".encode()
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        if _posted(webhook["delivery_url"], body, kind) != 200:
            webhook["status"] = "disabled"


def _posted(url: str, body: bytes, headers: dict[str, str]) -> int:
    request = urllib.request.Request(url, body, headers, method="POST")
    try:
        with urllib.request.urlopen(request, timeout=5) as reply:
            return int(reply.status)
    except urllib.error.HTTPError as error:
        return error.code
    except OSError:
        return 0


@contextmanager
def running(shop: Shop, port: int = 0, context: ssl.SSLContext | None = None) -> Iterator[str]:
    """The shop on 127.0.0.1, or on localhost with TLS; yields its address with the folder."""

    class Answering(_Answering):
        served = shop

    scheme, host = ("https", "localhost") if context else ("http", "127.0.0.1")
    with listening(Answering, port, context) as taken:
        shop.url = f"{scheme}://{host}:{taken}{shop.folder}"
        yield shop.url


class _Answering(Handler):
    served: Shop

    def do_GET(self) -> None:
        self._answer()

    do_POST = do_PUT = do_DELETE = do_GET

    def _answer(self) -> None:
        shop = self.served
        parts = urlsplit(self.path)
        query = dict(parse_qsl(parts.query, keep_blank_values=True))
        body = self.body()
        shop.asked.append((self.command, parts.path, query))
        time.sleep(shop.wait)
        if shop.failures:
            self._send_failure(shop.failures.pop(0))
            return
        if parts.path == f"{shop.folder}/wp-json/":
            about = {"name": "A Shop", "url": shop.url, "timezone_string": "Europe/Berlin"}
            self._send(200, about, {})
            return
        if not parts.path.startswith(shop.folder + API):
            self._send_page(404)
            return
        problem = self._unproven(parts.path, query) or self._forbidden()
        if problem:
            self._send(*problem)
            return
        path = parts.path.removeprefix(shop.folder + API).strip("/").split("/")
        given = json.loads(body) if body else {}
        self._send(*_Api(shop).answer(self.command, path, query, given))

    def _unproven(self, path: str, query: dict[str, str]) -> Reply | None:
        shop = self.served
        given = self.headers.get("Authorization", "")
        if isinstance(self.connection, ssl.SSLSocket):
            if given.startswith("Basic ") and not shop.drops_authorization:
                pair = base64.b64decode(given[6:]).decode()
                return None if pair == f"{shop.key}:{shop.secret}" else _wrong_key()
            if "consumer_key" in query:
                pair = f"{query['consumer_key']}:{query.get('consumer_secret')}"
                return None if pair == f"{shop.key}:{shop.secret}" else _wrong_key()
        elif "oauth_consumer_key" in query:
            return None if self._is_oauth_signed(path, query) else _wrong_key()
        return _error(401, "woocommerce_rest_cannot_view", "Sorry, you cannot list resources.")

    def _is_oauth_signed(self, path: str, query: dict[str, str]) -> bool:
        """WooCommerce's own way: each pair encoded twice and joined by what `&` becomes."""
        shop = self.served
        given = unquote(query.pop("oauth_signature", ""))
        pairs = sorted(
            (quote(key, safe="~"), quote(value, safe="~")) for key, value in query.items()
        )
        joined = "%26".join(
            f"{quote(key, safe='~')}%3D{quote(value, safe='~')}" for key, value in pairs
        )
        origin = shop.url.removesuffix(shop.folder) if shop.folder else shop.url
        base = f"{self.command}&{quote(origin + path, safe='')}&{joined}"
        expected = base64.b64encode(
            hmac.new(f"{shop.secret}&".encode(), base.encode(), hashlib.sha256).digest()
        ).decode()
        is_new = query["oauth_nonce"] not in shop.nonces
        shop.nonces.add(query["oauth_nonce"])
        is_fresh = abs(time.time() - int(query["oauth_timestamp"])) < 15 * 60
        return given == expected and is_new and is_fresh and query["oauth_consumer_key"] == shop.key

    def _forbidden(self) -> Reply | None:
        if self.command == "GET" or self.served.permission == "read_write":
            return None
        said = "The API key provided does not have write permissions."
        return _error(401, "woocommerce_rest_cannot_create", said)

    def _send_failure(self, kind: str | int) -> None:
        if kind == "html":
            self._send_page(200)
        elif kind == "moved":
            address = f"https://www.example.com{self.path}"
            self.send(301, {"Location": address})
        elif kind in {429, 503}:
            self._send(int(kind), {"message": "later"}, {"Retry-After": "7"})
        elif kind == 502:
            self._send_page(502)
        else:
            self._send(*_error(int(kind), "internal_server_error", "There has been an error."))

    def _send_page(self, status: int) -> None:
        self.send(status, {"Content-Type": "text/html"}, HTML_PAGE)

    def _send(self, status: int, data: Any, headers: dict[str, str]) -> None:
        kind = {"Content-Type": "application/json", **headers}
        self.send(status, kind, json.dumps(data).encode())


def _error(status: int, code: str, message: str) -> Reply:
    return status, {"code": code, "message": message, "data": {"status": status}}, {}


def _wrong_key() -> Reply:
    said = "Consumer key is invalid."
    return _error(401, "woocommerce_rest_authentication_error", said)


class _Api:
    """The routes."""

    def __init__(self, shop: Shop) -> None:
        self.shop = shop

    def answer(
        self, method: str, path: list[str], query: dict[str, str], given: dict[str, Any]
    ) -> Reply:
        match path:
            case ["orders" | "products" | "customers" as resource] if method == "GET":
                return self._list(getattr(self.shop, resource), query)
            case ["orders", number, "refunds"]:
                return self._refunds(int(number), query)
            case ["webhooks", *rest]:
                return self._webhooks(method, rest, query, given)
            case ["data", "currencies", "current"]:
                return 200, {"code": "EUR", "name": "Euro", "symbol": "&euro;"}, {}
        said = "No route was found matching the URL and request method."
        return _error(404, "rest_no_route", said)

    def _refunds(self, order_id: int, query: dict[str, str]) -> Reply:
        if order_id not in self.shop.orders:
            return _error(404, "woocommerce_rest_order_invalid_id", "Invalid order ID.")
        found = self.shop.refunds.get(order_id, [])
        return _paged(found, query)

    def _list(self, kept: dict[int, dict[str, Any]], query: dict[str, str]) -> Reply:
        if query.get("orderby", "date") not in {"date", "id", "include", "title", "slug"}:
            return _error(400, "rest_invalid_param", "Invalid parameter(s): orderby")
        found = [one for one in kept.values() if self._is_wanted(one, query)]
        key = "id" if query.get("orderby") == "id" else "date_created_gmt"
        found.sort(key=lambda one: one[key], reverse=query.get("order", "desc") == "desc")
        if self.shop.forgets_what_it_listed:
            kept.clear()
        return _paged(found, query)

    def _is_wanted(self, one: dict[str, Any], query: dict[str, str]) -> bool:
        if one.get("status") == "trash":
            return False
        suffix = "_gmt" if query.get("dates_are_gmt") == "true" else ""
        created, modified = (one.get(f"date_{name}{suffix}") for name in ("created", "modified"))
        if "after" in query and _at(created) <= _at(query["after"]):
            return False
        by_change = self.shop.knows_modified_after and "modified_after" in query
        return not by_change or _at(modified) > _at(query["modified_after"])

    def _webhooks(
        self, method: str, rest: list[str], query: dict[str, str], given: dict[str, Any]
    ) -> Reply:
        webhooks = self.shop.webhooks
        if not rest and method == "GET":
            return _paged([_without_secret(one) for one in webhooks.values()], query)
        if not rest and method == "POST":
            return self._made(given)
        webhook = webhooks.get(int(rest[0]))
        if webhook is None:
            return _error(404, "woocommerce_rest_shop_webhook_invalid_id", "Invalid ID.")
        if method == "DELETE":
            del webhooks[webhook["id"]]
            return 200, _without_secret(webhook), {}
        was_active = webhook["status"] == "active"
        webhook.update({key: value for key, value in given.items() if key != "id"})
        if webhook["status"] == "active" and not was_active:
            webhook["failures"] = 0
            self.shop.ping(webhook)
        return 200, _without_secret(webhook), {}

    def _made(self, given: dict[str, Any]) -> Reply:
        topics = KNOWN_TOPICS - (set() if self.shop.knows_restored else {"order.restored"})
        if given.get("topic") not in topics:
            said = "Webhook topic must be valid."
            return _error(400, "woocommerce_rest_shop_webhook_invalid_topic", said)
        made = {
            "id": max(self.shop.webhooks, default=0) + 1,
            "failures": 0,
            "status": "active",
            **given,
        }
        self.shop.webhooks[made["id"]] = made
        self.shop.ping(made)
        return 201, _without_secret(made), {}


def _without_secret(webhook: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in webhook.items() if key not in {"secret", "failures"}}


def _paged(found: list[dict[str, Any]], query: dict[str, str]) -> Reply:
    size, page = int(query.get("per_page", 10)), int(query.get("page", 1))
    if not 1 <= size <= 100:
        return _error(400, "rest_invalid_param", "Invalid parameter(s): per_page")
    headers = {
        "X-WP-Total": str(len(found)),
        "X-WP-TotalPages": str(math.ceil(len(found) / size)),
    }
    return 200, found[(page - 1) * size : page * size], headers


def _at(text: str | None) -> datetime:
    at = datetime.fromisoformat(text or "1970-01-01T00:00:00")
    return at if at.tzinfo else at.replace(tzinfo=UTC)
