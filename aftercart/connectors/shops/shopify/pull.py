"""Asking Shopify what changed: what webhooks missed, and the first import."""

import hashlib
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from aftercart.connectors.base import ConnectionFailed, Identity, Page, Pulled
from aftercart.connectors.shops.shopify import queries, subscriptions
from aftercart.connectors.shops.shopify.client import (
    Client,
    TooCostly,
    missing_scopes,
    readable,
)
from aftercart.connectors.shops.shopify.shape import Node, nodes, order_body, product_body
from aftercart.connectors.shops.shopify.whole import INNER, LINES, SOME, whole_order
from aftercart.core import clock

SCOPES = ("read_orders", "read_fulfillments", "read_products", "read_customers")

ALL_PRODUCTS = timedelta(days=30)
"""From so far back on it is a first import, to which every product's picture belongs."""

ORDERS_AT_ONCE = 5
PRODUCTS_AT_ONCE = 100


class ShopifyPuller:
    """Orders with all that belongs to them, then products; customers come with their orders."""

    every_seconds = 600

    def identify(self, credentials: Mapping[str, str], settings: Mapping[str, Any]) -> Identity:
        """Try the credentials, see who answers, and that the app may read what we need."""
        answer = Client(credentials, settings).ask(queries.SHOP)
        with readable():
            _check_scopes(answer)
            return _identity(answer.get("shop") or {})

    def subscribe(
        self, credentials: Mapping[str, str], settings: Mapping[str, Any], address: str
    ) -> dict[str, Any]:
        """Make or mend our webhooks, see `subscriptions.subscribe`."""
        client = Client(credentials, settings)
        with readable():
            return subscriptions.subscribe(client, settings, address)

    def pull(
        self,
        credentials: Mapping[str, str],
        settings: Mapping[str, Any],
        changed_since: datetime,
        cursor: Mapping[str, Any],
    ) -> Iterator[Page]:
        """What changed since, oldest change first."""
        client = Client(credentials, settings)
        with readable():
            yield from _pages(client, _place(cursor) or _beginning(changed_since))


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """How far a pull has come; what a cursor holds.

    `after` is Shopify's own cursor, `seen` the newest change that was read: where Shopify does not
    take the former any more, it goes on from the latter.
    """

    since: datetime
    everything: bool = False
    kind: str = "orders"
    after: str | None = None
    seen: datetime | None = None
    total: int | None = None


def _identity(shop: Mapping[str, Any]) -> Identity:
    return Identity(
        name=str(shop.get("name") or "")[:120],
        currency=str(shop.get("currencyCode") or "")[:3],
        time_zone=str(shop.get("ianaTimezone") or ""),
        email=str(shop.get("contactEmail") or ""),
        url=str((shop.get("primaryDomain") or {}).get("url") or ""),
    )


def _beginning(changed_since: datetime) -> Place:
    is_first = clock.now() - changed_since > ALL_PRODUCTS
    return Place(since=changed_since.astimezone(UTC), everything=is_first)


def _pages(client: Client, place: Place) -> Iterator[Page]:
    if place.total is None:
        place = msgspec.structs.replace(place, total=_total(client, place))
    if place.kind == "orders":
        yield from _Orders(client).pages(place)
        place = msgspec.structs.replace(place, kind="products", after=None, seen=None)
    if place.kind == "products":
        yield from _Products(client).pages(place)


def _place(cursor: Mapping[str, Any]) -> Place | None:
    try:
        return msgspec.convert(dict(cursor), Place) if cursor else None
    except msgspec.ValidationError:
        return None


def _total(client: Client, place: Place) -> int:
    orders = client.ask(queries.ORDERS_COUNT, search=_search(place.since))
    products = client.ask(
        queries.PRODUCTS_COUNT, search=None if place.everything else _search(place.since)
    )
    counts = (orders.get("ordersCount"), products.get("productsCount"))
    return sum(int(count.get("count") or 0) for count in counts if isinstance(count, dict))


class _Walk:
    """The pages of one kind of object, by the time of their last change."""

    kind = ""
    at_once = 1
    next_kind = "done"

    def __init__(self, client: Client) -> None:
        self.client = client
        self.first = self.at_once

    def pages(self, place: Place) -> Iterator[Page]:
        has_more = True
        while has_more:
            place, found = self._asked(place)
            info = found.get("pageInfo") or {}
            objects = nodes({"found": found}, "found")
            has_more = bool(info.get("hasNextPage") and info.get("endCursor"))
            place = self._behind(place, objects, info if has_more else {})
            yield Page(
                objects=tuple(self.pulled(one) for one in objects),
                cursor=_as_cursor(place),
                total=place.total,
            )

    def _behind(self, place: Place, objects: list[Node], info: Mapping[str, Any]) -> Place:
        """The place after these objects; without a next page, at the next kind's beginning."""
        if not info:
            return msgspec.structs.replace(place, kind=self.next_kind, after=None, seen=None)
        seen = _moment(objects[-1].get("updatedAt")) if objects else None
        return msgspec.structs.replace(place, after=str(info["endCursor"]), seen=seen or place.seen)

    def _asked(self, place: Place) -> tuple[Place, Mapping[str, Any]]:
        """The page at this place, or at the newest change where Shopify forgot its cursor."""
        while True:
            try:
                return place, self.page(place)
            except TooCostly:
                if self.first == 1:
                    raise
                self.first = max(1, self.first // 2)
            except ConnectionFailed as error:
                if place.after is None or "cursor" not in error.message.lower():
                    raise
                since = place.seen or place.since
                place = msgspec.structs.replace(place, after=None, since=since)

    def page(self, place: Place) -> Mapping[str, Any]:
        raise NotImplementedError

    def pulled(self, node: Node) -> Pulled:
        raise NotImplementedError


class _Orders(_Walk):
    kind = "orders"
    at_once = ORDERS_AT_ONCE
    next_kind = "products"

    def page(self, place: Place) -> Mapping[str, Any]:
        answer = self.client.ask(
            queries.ORDERS,
            search=_search(place.since),
            after=place.after,
            first=self.first,
            lines=LINES,
            few=SOME,
            inner=INNER,
        )
        return answer.get("orders") or {}

    def pulled(self, node: Node) -> Pulled:
        return _pulled("orders/updated", order_body(whole_order(self.client, node)))


class _Products(_Walk):
    kind = "products"
    at_once = PRODUCTS_AT_ONCE

    def page(self, place: Place) -> Mapping[str, Any]:
        answer = self.client.ask(
            queries.PRODUCTS,
            search=None if place.everything else _search(place.since),
            after=place.after,
            first=self.first,
        )
        return answer.get("products") or {}

    def pulled(self, node: Node) -> Pulled:
        return _pulled("products/update", product_body(node))


def _pulled(topic: str, body: dict[str, Any]) -> Pulled:
    """Recognised by its content, so that what did not change is not worked on again."""
    encoded = msgspec.json.encode(body)
    key = hashlib.sha256(topic.encode() + b"\0" + encoded).digest()
    return Pulled(topic=topic, dedupe_key=key, body=encoded)


def _check_scopes(answer: Mapping[str, Any]) -> None:
    installation = answer.get("currentAppInstallation") or {}
    granted = {str(scope.get("handle")) for scope in installation.get("accessScopes") or []}
    missing = [scope for scope in SCOPES if not {scope, scope.replace("read_", "write_")} & granted]
    if missing:
        raise ConnectionFailed(missing_scopes(missing), permanent=True)


def _search(since: datetime) -> str:
    """In Shopify's search syntax."""
    return f"updated_at:>='{since.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}'"


def _moment(text: Any) -> datetime | None:
    try:
        return datetime.fromisoformat(str(text)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _as_cursor(place: Place) -> dict[str, Any]:
    built: dict[str, Any] = msgspec.to_builtins(place)
    return built
