"""The objects of the REST documentation, where they are."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from aftercart.connectors.shops.woocommerce.parse import RECEIVED_HEADER, parse
from tests.support.real_data import recordings

FOLDER = recordings("woocommerce")
HEADERS = {RECEIVED_HEADER: "2026-11-22T00:00:00+00:00"}
IGNORED = {
    "order_notes": "notes are the team's talk and have no webhook",
    "order_refunds": "refunds come inside their order",
    "product_reviews": "reviews are a room of their own, later",
    "product_variations": "lines name the product, not the variation",
    "webhooks": "our own webhooks, answered to `subscribe` and never delivered",
}
RESOURCES = {"orders": "order", "products": "product", "customers": "customer"}

pytestmark = pytest.mark.skipif(
    not FOLDER.exists(), reason="the documentation's objects are not on this machine"
)


def files() -> list[Path]:
    return sorted(FOLDER.glob("*.json")) if FOLDER.exists() else []


def objects(path: Path) -> Iterator[Any]:
    data = json.loads(path.read_text())
    if isinstance(data, dict) and "create" in data:
        data = [one for part in ("create", "update", "delete") for one in data[part]]
    yield from data if isinstance(data, list) else [data]


@pytest.mark.parametrize("path", files(), ids=lambda path: path.name)
def test_every_file_is_read_or_left_out_for_a_reason(path):
    kind = path.name.partition("__")[0]
    if kind not in RESOURCES:
        assert kind in IGNORED
        return
    for one in objects(path):
        if "id" not in one:
            assert set(one) == {"free_downloads"} or kind == "customers", "not a whole object"
            continue
        facts = parse(f"{RESOURCES[kind]}.updated", HEADERS, json.dumps(one).encode())
        if one.get("status") == "pending":
            assert facts == []
        else:
            [fact] = facts
            assert fact.external_id == str(one["id"])


def test_the_documented_order_in_full():
    [whole] = objects(FOLDER / "orders__HTTP_request__1.json")
    [fact] = parse("order.created", HEADERS, json.dumps(whole).encode())
    assert (str(fact.total), fact.currency, fact.financial_status) == ("29.35", "USD", "paid")
    assert fact.lines[0].title == "Woo Single #1"
    assert fact.lines[1].variant_title == "Color: black, Size: M Test"
    assert fact.shipping_method == "Flat Rate"


def test_the_documented_order_with_refunds():
    found = {one["id"]: one for one in objects(FOLDER / "orders__HTTP_request__2.json")}
    [fact] = parse("order.updated", HEADERS, json.dumps(found[723]).encode())
    assert sorted(str(refund.amount) for refund in fact.refunds) == ["10.00", "9.00"]
    [sent] = fact.fulfillments
    assert sent.external_id == "723:sent"
