"""Our webhooks at the shop: made, mended, made anew."""

from collections.abc import Iterator, Mapping
from typing import Any

from aftercart.connectors.base import ConnectionFailed
from aftercart.connectors.shops.woocommerce.client import Client

TOPICS = (
    "order.created",
    "order.updated",
    "order.deleted",
    "product.created",
    "product.updated",
    "product.deleted",
    "customer.created",
    "customer.updated",
)
NEW_TOPICS = ("order.restored",)
"""Not every version of WooCommerce has these; it does without them."""

PER_PAGE = 100
MOST_PAGES = 50


def subscribe(
    client: Client, settings: Mapping[str, Any], address: str, secret: str
) -> dict[str, int]:
    """One active webhook per topic that posts to `address`, signed with `secret`.

    WooCommerce switches a webhook off after five failures in a row, and never shows its secret:
    so each of ours is written whole, however it stands. A second one for a topic is removed.

    Returns:
        the webhooks' ids by topic.

    Raises:
        ConnectionFailed: the shop cannot be asked, or the key may only read.
    """
    remembered = {str(value) for value in dict(settings.get("webhook_ids") or {}).values()}
    found: dict[str, int] = {}
    for webhook in list(_ours(client, address, remembered)):
        topic, webhook_id = str(webhook.get("topic")), int(webhook["id"])
        if topic in found or topic not in TOPICS + NEW_TOPICS:
            client.send("DELETE", f"/webhooks/{webhook_id}", parameters=[("force", "true")])
        else:
            found[topic] = webhook_id
    ids = {topic: _written(client, topic, address, secret, found.get(topic)) for topic in TOPICS}
    for topic in NEW_TOPICS:
        try:
            ids[topic] = _written(client, topic, address, secret, found.get(topic))
        except ConnectionFailed as failure:
            if not failure.permanent:
                raise
    return ids


def _ours(client: Client, address: str, remembered: set[str]) -> Iterator[Mapping[str, Any]]:
    """The webhooks that we made, or that post to us, wherever they are in the list."""
    for page in range(1, MOST_PAGES + 1):
        answer = client.get("/webhooks", [("per_page", str(PER_PAGE)), ("page", str(page))])
        webhooks = [one for one in answer.data if isinstance(one, dict) and one.get("id")]
        for webhook in webhooks:
            if webhook.get("delivery_url") == address or str(webhook["id"]) in remembered:
                yield webhook
        if len(webhooks) < PER_PAGE:
            return


def _written(client: Client, topic: str, address: str, secret: str, known: int | None) -> int:
    body = {
        "name": f"Aftercart {topic}",
        "topic": topic,
        "delivery_url": address,
        "secret": secret,
        "status": "active",
    }
    if known is not None:
        client.send("PUT", f"/webhooks/{known}", body)
        return known
    made = client.send("POST", "/webhooks", body)
    return int(made["id"])
