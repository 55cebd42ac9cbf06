"""Our webhook subscriptions at a shop: made, and made again where Shopify dropped them.

Shopify deletes a subscription after eight failures in a row, so that they are looked at again and
again. An app's other subscriptions are never touched.
"""

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec
from django.utils.translation import gettext as _

from aftercart.connectors.shops.shopify import queries
from aftercart.connectors.shops.shopify.client import Client
from aftercart.connectors.shops.shopify.shape import nodes

# The three privacy topics are set in the app's configuration; Shopify refuses them here.
TOPICS = (
    "orders/create",
    "orders/updated",
    "orders/paid",
    "orders/cancelled",
    "orders/fulfilled",
    "orders/partially_fulfilled",
    "orders/delete",
    "fulfillments/create",
    "fulfillments/update",
    "fulfillment_events/create",
    "fulfillment_events/delete",
    "refunds/create",
    "customers/create",
    "customers/update",
    "products/create",
    "products/update",
    "products/delete",
    "app/uninstalled",
)
REMEMBERED, REFUSED = "subscriptions", "webhooks_refused"
MOST_PAGES = 20


class Subscription(msgspec.Struct, frozen=True):
    """One that the app has at the shop: `topic` as in webhooks, `uri` where it posts to."""

    id: str
    topic: str
    uri: str


def subscribe(client: Client, settings: Mapping[str, Any], address: str) -> dict[str, Any]:
    """See to it that each topic is posted to `address` exactly once.

    Where Shopify does not take the address (it wants https and a public name) the shop is only
    asked, which is slower and no failure.

    Returns:
        what to remember: the ids of our subscriptions by topic, and why there are none, if so.

    Raises:
        ConnectionFailed: the shop cannot be asked.
    """
    made_before = set((settings.get(REMEMBERED) or {}).values())
    kept: dict[str, str] = {}
    surplus: list[str] = []
    for one in _existing(client):
        is_wanted = one.uri == address and one.topic in TOPICS and one.topic not in kept
        if is_wanted:
            kept[one.topic] = one.id
        elif one.uri == address or one.id in made_before:
            surplus.append(one.id)
    refusal = _make_missing(client, address, kept)
    for subscription_id in surplus:
        client.ask(queries.UNSUBSCRIBE, id=subscription_id)
    return {REMEMBERED: kept, REFUSED: refusal}


def _make_missing(client: Client, address: str, kept: dict[str, str]) -> str:
    """Add the topics that are missing to `kept`; returns why Shopify refuses, if it does."""
    for topic in TOPICS:
        if topic in kept:
            continue
        subscription_id, said = _create(client, topic, address)
        if said:
            return _(
                "Shopify does not accept the webhook address %(address)s: %(said)s. Changes still "
                "come in some minutes later, since Aftercart asks for them."
            ) % {"address": address, "said": said}
        kept[topic] = subscription_id
    return ""


def _existing(client: Client) -> Iterator[Subscription]:
    after = None
    for _page in range(MOST_PAGES):
        found = client.ask(queries.SUBSCRIPTIONS, after=after).get("webhookSubscriptions") or {}
        for node in nodes({"found": found}, "found"):
            topic = str(node.get("topic", "")).lower()
            yield Subscription(str(node.get("id")), _with_slash(topic), str(node.get("uri")))
        after = (found.get("pageInfo") or {}).get("endCursor")
        if not (found.get("pageInfo") or {}).get("hasNextPage"):
            return


def _create(client: Client, topic: str, address: str) -> tuple[str, str]:
    """The new subscription's id, and what Shopify says against it."""
    answer = client.ask(
        queries.SUBSCRIBE,
        topic=topic.replace("/", "_").upper(),
        subscription={"uri": address, "format": "JSON"},
    )
    result = answer.get("webhookSubscriptionCreate") or {}
    said = [str(one.get("message")) for one in result.get("userErrors") or []]
    made = result.get("webhookSubscription") or {}
    return str(made.get("id") or ""), "; ".join(said)[:200]


def _with_slash(topic: str) -> str:
    """`fulfillment_events_create` is `fulfillment_events/create`; both may hold underscores."""
    return _SLASHED.get(topic, topic)


_SLASHED = {topic.replace("/", "_"): topic for topic in TOPICS}
