"""Recorded payloads, made into deliveries as their system would have sent them.

A recording may be one object, a list, or a wrapper such as `{"orders": […]}` from an API: systems
post their objects one by one. What a recording is about is told by its name or by its fields.
"""

import hashlib
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
from django.utils.translation import gettext as _

WRAPPERS = frozenset(
    {"order", "orders", "tracker", "trackers", "tracking", "trackings", "fulfillment"}
    | {"fulfillments", "fulfillment_event", "customer", "customers", "product", "products"}
    | {"refund", "refunds", "events"}
)
BATCH = ("create", "update")
"""What WooCommerce answers to a batch. What was deleted by it is left out: it is no more."""

SHOPIFY_TOPICS = {
    "order": "orders/updated",
    "orders": "orders/updated",
    "order_edit": "orders/edited",
    "fulfillment": "fulfillments/update",
    "fulfillments": "fulfillments/update",
    "fulfillment_event": "fulfillment_events/create",
    "refund": "refunds/create",
    "customer": "customers/update",
    "customers": "customers/update",
    "product": "products/update",
    "products": "products/update",
}
# Of several that fit the first is meant.
SHOPIFY_FIELDS = (
    ({"line_items", "total_price", "financial_status"}, "orders/updated"),
    ({"refund_line_items", "order_id"}, "refunds/create"),
    ({"fulfillment_id", "happened_at"}, "fulfillment_events/create"),
    ({"tracking_number", "order_id"}, "fulfillments/update"),
    ({"id", "variants", "handle"}, "products/update"),
    ({"orders_count", "email"}, "customers/update"),
)
WOOCOMMERCE_FIELDS = (
    ({"order_key", "line_items"}, "order.updated"),
    ({"permalink", "stock_status"}, "product.updated"),
    ({"username", "billing"}, "customer.updated"),
)
API_FIELDS = (
    ({"tracking_number", "occurred_at"}, "tracking-events"),
    ({"external_id", "placed_at"}, "orders"),
)
SYSTEM_FIELDS = {"shopify": SHOPIFY_FIELDS, "woocommerce": WOOCOMMERCE_FIELDS, "api": API_FIELDS}


BYTE_ORDER_MARK = b"\xef\xbb\xbf"


class NoRecording(ValueError):
    """The file holds nothing that could be posted; the message says why."""


class Recording(msgspec.Struct, frozen=True):
    """One delivery to be posted: its topic, and its body byte for byte."""

    topic: str
    body: bytes


def deliveries(system: str, path: Path, topic: str = "") -> Iterator[Recording]:
    """The deliveries in a recording; an object that needs no change goes out byte for byte.

    Raises:
        NoRecording: the file holds no JSON.
        OSError: the file cannot be read.
    """
    raw = path.read_bytes().removeprefix(BYTE_ORDER_MARK)
    content = _read(raw)
    for one in _taken_apart(content):
        event = _as_event(system, one)
        body = raw if event is content else msgspec.json.encode(event)
        yield Recording(topic or _topic(system, path, one), body)


def _read(raw: bytes) -> Any:
    """The JSON in a file, or what is on its lines, where each is an object."""
    if not raw.strip():
        raise NoRecording(_("it is empty"))
    try:
        return msgspec.json.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        try:
            return [msgspec.json.decode(line) for line in raw.splitlines() if line.strip()]
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            raise NoRecording(_("it is not JSON: %s") % error) from error


def _taken_apart(content: Any) -> list[dict[str, Any]]:
    """The objects in a list or a wrapper; an object that has an id of its own is no wrapper."""
    if isinstance(content, list):
        return [one for one in content if isinstance(one, dict)]
    if not isinstance(content, dict):
        return []
    if isinstance(content.get("data"), dict) and "meta" in content:
        return _taken_apart(content["data"])
    if "id" not in content and "external_id" not in content:
        batch = [content[name] for name in BATCH if isinstance(content.get(name), list)]
        if batch:
            return [one for part in batch for one in _taken_apart(part)]
        for name in sorted(WRAPPERS & content.keys()):
            if isinstance(content[name], list) or len(content) == 1:
                return _taken_apart(content[name])
    return [content]


def _topic(system: str, path: Path, one: dict[str, Any]) -> str:
    for fields, topic in SYSTEM_FIELDS.get(system, ()):
        if fields <= one.keys():
            return topic
    if system == "shopify":
        kind = _kind(path)
        return SHOPIFY_TOPICS.get(kind, f"{_several(kind)}/update")
    return "unknown.updated" if system == "woocommerce" else ""


def _several(kind: str) -> str:
    """`gift_card` in the plural, as topics begin; what is plural stays."""
    if kind.endswith(("sh", "ch", "x", "ss")):
        return f"{kind}es"
    return kind if kind.endswith("s") else f"{kind}s"


def _kind(path: Path) -> str:
    """`2021-07__FulfillmentEvent.json` is about a `fulfillment_event`."""
    name = path.stem.rpartition("__")[2]
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower()


def _as_event(system: str, one: dict[str, Any]) -> dict[str, Any]:
    """The object in the envelope in which its system posts it."""
    if system == "easypost" and one.get("object") == "Tracker":
        return {
            "id": f"evt_{_digest(one)}",
            "object": "Event",
            "mode": one.get("mode", "production"),
            "description": "tracker.updated",
            "previous_attributes": {},
            "result": one,
            "status": "completed",
            "pending_urls": [],
            "completed_urls": [],
        }
    if system == "aftership" and "tracking_number" in one and "msg" not in one:
        return {
            "event": "tracking_update",
            "event_id": _digest(one),
            "is_tracking_first_tag": False,
            "msg": one,
        }
    return one


def _digest(one: dict[str, Any]) -> str:
    return hashlib.sha256(msgspec.json.encode(one)).hexdigest()[:32]
