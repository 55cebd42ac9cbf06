"""Asking WooCommerce what changed: the primary way, since it never repeats a failed webhook."""

import hashlib
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
from django.utils.translation import gettext as _

from aftercart.connectors.base import ConnectionFailed, Identity, Page, Pulled
from aftercart.connectors.shops.woocommerce import webhooks
from aftercart.connectors.shops.woocommerce.client import QUERY, Client
from aftercart.connectors.shops.woocommerce.payload import utc_moment
from aftercart.core import clock

PER_PAGE = 50
MOST_PAGES = 100_000
OVERLAP = timedelta(minutes=3)
"""Clocks differ, and WooCommerce writes an order's date before the order."""

LOOK_BACK = timedelta(days=30)
"""How far back orders are read on a shop that cannot say what changed."""

RESOURCES = ("orders", "products")


class WooCommercePuller:
    """Orders with their refunds, then products; customers come with their orders."""

    every_seconds = 300

    def identify(self, credentials: Mapping[str, str], settings: Mapping[str, Any]) -> Identity:
        """Try the key, and see who answers."""
        client = Client(credentials, settings)
        if not isinstance(client.get("/orders", [("per_page", "1")]).data, list):
            raise ConnectionFailed(_("The site does not answer as WooCommerce does."))
        index = client.site_index()
        return Identity(
            name=str(index.get("name") or client.site.partition("://")[2])[:120],
            currency=_currency(client),
            time_zone=str(index.get("timezone_string") or ""),
            url=client.site,
        )

    def subscribe(
        self, credentials: Mapping[str, str], settings: Mapping[str, Any], address: str
    ) -> dict[str, Any]:
        """Make or mend our webhooks, see `webhooks.subscribe`; also remembers how to ask."""
        client = Client(credentials, settings)
        ids = webhooks.subscribe(client, settings, address, credentials.get("secret", ""))
        return {"webhook_ids": ids, "way": QUERY if client.way == QUERY else ""}

    def pull(
        self,
        credentials: Mapping[str, str],
        settings: Mapping[str, Any],
        changed_since: datetime,
        cursor: Mapping[str, Any],
    ) -> Iterator[Page]:
        """What changed since (minus an overlap), in pages."""
        client = Client(credentials, settings)
        resource = str(cursor.get("resource") or RESOURCES[0])
        page = int(cursor.get("page") or 1)
        for name in RESOURCES[RESOURCES.index(resource) if resource in RESOURCES else 0 :]:
            pages = _Pages(client, name, changed_since - OVERLAP)
            yield from pages.read(page if name == resource else 1)


class _Pages:
    """The pages of one resource, in the order of the ids, so that new ones come last.

    Where something is taken out in between (an order goes to the bin), later ones move up: then we
    step back a page. Hosts that do not know `modified_after` are told by what they send.
    """

    def __init__(self, client: Client, resource: str, since: datetime) -> None:
        self.client = client
        self.resource = resource
        self.since = since
        self.filters = True

    def read(self, number: int) -> Iterator[Page]:
        expected: int | None = None
        while number <= MOST_PAGES:
            answer = self.client.get(f"/{self.resource}", self._parameters(number))
            objects = _objects(answer.data)
            if self.filters and any(_is_older(one, self.since) for one in objects):
                if self._must_be_skipped():
                    return
                self.filters, number, expected = False, 1, None
                continue
            total = answer.total
            is_last = number >= answer.pages if answer.pages else len(objects) < PER_PAGE
            yield self._page(objects, number, total, is_last=is_last)
            if total is not None and expected is not None and total < expected:
                number = max(0, number - 2 - (expected - total - 1) // PER_PAGE)
            elif is_last:
                return
            expected = total
            number += 1

    def _must_be_skipped(self) -> bool:
        """A catalogue cannot be read whole every few minutes; webhooks tell of its changes."""
        return self.resource != "orders" and clock.now() - self.since < LOOK_BACK

    def _parameters(self, number: int) -> list[tuple[str, str]]:
        parameters = [
            ("per_page", str(PER_PAGE)),
            ("page", str(number)),
            ("orderby", "id"),
            ("order", "asc"),
            ("dates_are_gmt", "true"),
        ]
        if self.resource == "orders":
            parameters.append(("status", "any"))
        if self.filters:
            return [*parameters, ("modified_after", _gmt(self.since))]
        if self.resource == "orders":
            return [*parameters, ("after", _gmt(self.since - LOOK_BACK))]
        return parameters

    def _page(
        self, objects: list[dict[str, Any]], number: int, total: int | None, *, is_last: bool
    ) -> Page:
        changed = [one for one in objects if not _is_older(one, self.since)]
        changed.sort(key=lambda one: str(one.get("date_modified_gmt") or ""))
        return Page(
            objects=tuple(self._pulled(one) for one in changed),
            cursor=self._cursor(number, is_last=is_last),
            total=total if self.filters else None,
        )

    def _cursor(self, number: int, *, is_last: bool) -> dict[str, Any]:
        following = RESOURCES.index(self.resource) + 1
        if is_last and following < len(RESOURCES):
            return {"resource": RESOURCES[following], "page": 1}
        return {"resource": self.resource, "page": number + 1}

    def _pulled(self, found: dict[str, Any]) -> Pulled:
        if self.resource == "orders" and found.get("refunds"):
            found = {**found, "refunds": self._refunds(found)}
        kind = self.resource.removesuffix("s")
        body = msgspec.json.encode(found)
        parts = (kind, str(found.get("id")), str(found.get("date_modified_gmt")))
        key = hashlib.sha256("\0".join(parts).encode() + hashlib.sha256(body).digest()).digest()
        return Pulled(topic=f"{kind}.updated", dedupe_key=key, body=body)

    def _refunds(self, order: dict[str, Any]) -> list[dict[str, Any]]:
        """The whole refunds: those in an order say neither when nor which lines."""
        path = f"/orders/{int(order['id'])}/refunds"
        found = self.client.get(path, [("per_page", "100")], may_be_gone=True).data
        return _objects(found) if found is not None else order["refunds"]


def _objects(data: Any) -> list[dict[str, Any]]:
    if not isinstance(data, list):
        raise ConnectionFailed(_("The site does not answer as WooCommerce does."))
    return [one for one in data if isinstance(one, dict) and isinstance(one.get("id"), int)]


def _is_older(found: Mapping[str, Any], since: datetime) -> bool:
    """Whether the object changed before; one without a readable date counts as changed."""
    said = found.get("date_modified_gmt")
    try:
        at = utc_moment(said if isinstance(said, str) else None, "date_modified_gmt")
    except ValueError:
        return False
    return at is not None and at < since.replace(microsecond=0)


def _gmt(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S")


def _currency(client: Client) -> str:
    """The shop's currency; not every key may see it."""
    try:
        said = client.get("/data/currencies/current").data
    except ConnectionFailed:
        return ""
    code = said.get("code") if isinstance(said, dict) else ""
    return code if isinstance(code, str) and len(code) == 3 else ""
