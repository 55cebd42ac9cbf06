"""Recorded payloads become the deliveries that their system would have posted."""

from pathlib import Path

import msgspec
import pytest

from aftercart.intake.commands.recordings import NoRecording, deliveries

TRACKER = {"id": "trk_1", "object": "Tracker", "tracking_code": "EZ1", "status": "delivered"}
SHOPIFY_ORDER = {
    "id": 1,
    "line_items": [],
    "total_price": "1.00",
    "financial_status": "paid",
    "refunds": [],
    "fulfillments": [],
}


def recorded(folder: Path, name: str, content: object) -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else msgspec.json.encode(content))
    return path


def test_an_object_goes_out_byte_for_byte(tmp_path: Path):
    raw = b'{ "id": 1,  "line_items": [],"total_price":"1.0","financial_status":"paid" }\n'
    (one,) = deliveries("shopify", recorded(tmp_path, "x.json", raw))
    assert (one.topic, one.body) == ("orders/updated", raw)


@pytest.mark.parametrize(
    ("content", "count"),
    [
        ([SHOPIFY_ORDER, SHOPIFY_ORDER], 2),
        ({"orders": [SHOPIFY_ORDER] * 3}, 3),
        ({"order": SHOPIFY_ORDER}, 1),
        (SHOPIFY_ORDER, 1),
        ({"product_ids": [1, 2]}, 1),
        ({"create": [SHOPIFY_ORDER], "update": [SHOPIFY_ORDER] * 2, "delete": [{"id": 9}]}, 3),
        (b"\xef\xbb\xbf" + msgspec.json.encode(SHOPIFY_ORDER), 1),
        (msgspec.json.encode(SHOPIFY_ORDER) + b"\n\n" + msgspec.json.encode(SHOPIFY_ORDER), 2),
        ([1, 2], 0),
        ("text", 0),
    ],
)
def test_wrappers_are_taken_apart(tmp_path: Path, content: object, count: int):
    assert len(list(deliveries("shopify", recorded(tmp_path, "x.json", content)))) == count


@pytest.mark.parametrize(
    ("name", "topic"),
    [
        ("2021-07__FulfillmentEvent.json", "fulfillment_events/create"),
        ("base__Fulfillment.json", "fulfillments/update"),
        ("2020-04__Cart.json", "carts/update"),
        ("base__CustomerSavedSearch.json", "customer_saved_searches/update"),
        ("order_risks.json", "order_risks/update"),
        ("refund.json", "refunds/create"),
    ],
)
def test_a_name_tells_what_it_is_about(tmp_path: Path, name: str, topic: str):
    (one,) = deliveries("shopify", recorded(tmp_path, name, {"id": 1}))
    assert one.topic == topic


def test_what_is_given_counts_more_than_what_is_guessed(tmp_path: Path):
    (one,) = deliveries("shopify", recorded(tmp_path, "x.json", SHOPIFY_ORDER), "orders/paid")
    assert one.topic == "orders/paid"


def test_easyposts_trackers_come_in_events_whose_id_stays_the_same(tmp_path: Path):
    path = recorded(tmp_path, "x.json", {"trackers": [TRACKER], "has_more": False})
    (first,), (second,) = (list(deliveries("easypost", path)) for _ in range(2))
    event = msgspec.json.decode(first.body)
    assert (event["object"], event["result"]) == ("Event", TRACKER)
    assert first == second


def test_aftership_has_an_envelope_too(tmp_path: Path):
    tracking = {"id": "1", "tracking_number": "1Z", "slug": "ups", "checkpoints": []}
    path = recorded(tmp_path, "x.json", {"meta": {"code": 200}, "data": {"tracking": tracking}})
    (one,) = deliveries("aftership", path)
    assert msgspec.json.decode(one.body)["msg"] == tracking


def test_our_own_orders_and_events_are_told_apart(tmp_path: Path):
    events = {"events": [{"tracking_number": "1Z", "occurred_at": "2026-01-01T00:00:00Z"}] * 2}
    orders = {"orders": [{"external_id": "1", "placed_at": "2026-01-01T00:00:00Z"}]}
    found = [
        [one.topic for one in deliveries("api", recorded(tmp_path, "x.json", content))]
        for content in (events, orders)
    ]
    assert found == [["tracking-events"] * 2, ["orders"]]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"<xml>", "not JSON"),
        (b"", "empty"),
        (b" \n", "empty"),
        (b"\xff\xfe{", "not JSON"),
        (b'{"a": 1}\n{', "not JSON"),
        (b"[" * 100_000, "not JSON"),
    ],
)
def test_what_is_no_json_is_said(tmp_path: Path, content: bytes, said: str):
    with pytest.raises(NoRecording, match=said):
        list(deliveries("api", recorded(tmp_path, "x.json", content)))
