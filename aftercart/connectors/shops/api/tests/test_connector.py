"""Our own webhooks: signed after Standard Webhooks, read strictly."""

from contextlib import suppress
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from aftercart.connectors.base import Accepted, ParseError, Refused, WebhookRequest
from aftercart.connectors.shops.api.connector import Api
from aftercart.core import clock

# The example of the specification's own reference implementations.
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
DELIVERY = "msg_p5jXN8AQM9LWM0D4loKWxJek"
SENT_AT = 1614265330
BODY = b'{"test": 2432232314}'
SIGNATURE = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="

ORDER = {
    "external_id": "o-1",
    "number": "#1001",
    "placed_at": "2026-11-02T10:00:00+01:00",
    "currency": "EUR",
    "total": "59.90",
    "lines": [{"external_id": "1", "title": "Mug", "quantity": 2, "price": 24}],
    "fulfillments": [
        {
            "external_id": "f-1",
            "created_at": "2026-11-03T10:00:00Z",
            "parcels": [{"number": "1Z1", "carrier": "ups"}],
            "items": [{"line_external_id": "1", "quantity": 1}],
        }
    ],
    "refunds": [
        {
            "external_id": "r-1",
            "amount": "5",
            "currency": "EUR",
            "refunded_at": "2026-11-04T10:00:00Z",
        }
    ],
}
EVENT = {
    "tracking_number": "1Z1",
    "occurred_at": "2026-11-03T18:00:00-05:00",
    "status": "in_transit",
    "carrier": "ups",
    "city": "Lyon",
}

api = Api()


def request(body: bytes = BODY, **headers: str) -> WebhookRequest:
    given = {
        "webhook-id": DELIVERY,
        "webhook-timestamp": str(SENT_AT),
        "webhook-signature": SIGNATURE,
        "webhook-topic": "orders",
    }
    given |= {name.replace("_", "-"): value for name, value in headers.items()}
    return WebhookRequest(method="POST", path="/in/x", query="", headers=given, body=body)


def receive(asked: WebhookRequest, secret: str = SECRET, late_by: float = 0.0):
    with clock.moved_to(datetime.fromtimestamp(SENT_AT + late_by, UTC)):
        return api.receive(asked, {"secret": secret})


def test_the_example_of_the_specification_is_genuine():
    verdict = receive(request())
    assert isinstance(verdict, Accepted)
    assert verdict.topic == "orders"
    assert len(verdict.dedupe_key) == 32


def test_what_we_sign_is_what_the_specification_says():
    with clock.moved_to(datetime.fromtimestamp(SENT_AT, UTC)):
        headers = api.sign("orders", BODY, {"secret": SECRET}, DELIVERY)
    assert headers["webhook-signature"] == SIGNATURE


def test_a_system_sends_only_what_it_may():
    with clock.moved_to(datetime.fromtimestamp(SENT_AT, UTC)):
        verdicts = [
            api.receive(request(), {"secret": SECRET, "scopes": granted})
            for granted in ("", "orders:write", "orders:read tracking:write")
        ]
    assert [isinstance(verdict, Accepted) for verdict in verdicts] == [True, True, False]
    assert isinstance(verdicts[2], Refused)
    assert verdicts[2].status == 403


def test_a_sender_in_rotation_signs_twice():
    assert isinstance(receive(request(webhook_signature=f"v1,AAAA {SIGNATURE}")), Accepted)


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        (request(b'{"test": 2432232315}'), 401),
        (request(webhook_signature=SIGNATURE.replace("v1,", "v2,")), 401),
        (request(webhook_signature=""), 401),
        (request(webhook_signature="v1,\x00é"), 401),
        (request(webhook_id="msg_other"), 401),
        (request(webhook_id=""), 400),
        (request(webhook_timestamp="soon"), 400),
        (request(webhook_timestamp=str(SENT_AT + 1)), 401),
        (request(webhook_timestamp="9" * 400), 401),
        (request(webhook_topic="refunds"), 400),
        (request(webhook_topic=""), 400),
    ],
)
def test_everything_else_is_refused(asked: WebhookRequest, status: int):
    verdict = receive(asked)
    assert isinstance(verdict, Refused)
    assert verdict.status == status
    assert SECRET not in verdict.reason


@pytest.mark.parametrize("late_by", [301, -301])
def test_a_signature_of_another_time_is_refused(late_by: float):
    assert isinstance(receive(request(), late_by=late_by), Refused)
    assert isinstance(receive(request(), late_by=late_by * 0.9), Accepted)


def test_without_a_secret_nothing_is_genuine():
    assert isinstance(receive(request(), secret=""), Refused)


@pytest.mark.parametrize("wrap", [lambda o: o, lambda o: [o], lambda o: {"orders": [o]}])
def test_an_order_is_read_however_it_is_wrapped(wrap):
    (fact,) = api.parse("orders", {}, msgspec.json.encode(wrap(ORDER)))
    assert (fact.external_id, fact.total) == ("o-1", Decimal("59.90"))
    assert fact.lines[0].price == 24
    assert fact.fulfillments[0].order_external_id == "o-1"
    assert fact.fulfillments[0].parcels[0].number == "1Z1"
    assert fact.refunds[0].amount == 5
    assert (fact.shown_currency, fact.shown_total) == ("", None)


@pytest.mark.parametrize(
    ("told", "amount"),
    [(100, "100"), (24.10, "24.1"), (0.1 + 0.2, "0.3"), (1e2, "100"), (0, "0"), ("7.5", "7.5")],
)
def test_an_amount_may_be_a_number(told: object, amount: str):
    (fact,) = api.parse("orders", {}, msgspec.json.encode({**ORDER, "total": told}))
    assert fact.total == Decimal(amount)


def test_an_order_may_be_paid_in_another_currency():
    paid_otherwise = {**ORDER, "shown_currency": "USD", "shown_total": "65.80"}
    (fact,) = api.parse("orders", {}, msgspec.json.encode(paid_otherwise))
    assert (fact.currency, fact.total) == ("EUR", Decimal("59.90"))
    assert (fact.shown_currency, fact.shown_total) == ("USD", Decimal("65.80"))


def test_an_order_without_its_own_time_is_as_new_as_its_delivery():
    headers = {"webhook-timestamp": str(SENT_AT)}
    (fact,) = api.parse("orders", headers, msgspec.json.encode(ORDER))
    assert fact.updated_at == datetime.fromtimestamp(SENT_AT, UTC)


def test_events_are_gathered_by_parcel():
    later = {**EVENT, "status": "delivered", "occurred_at": "2026-11-04T18:00:00-05:00"}
    other = {**EVENT, "tracking_number": "1Z2"}
    body = msgspec.json.encode({"events": [EVENT, later, other]})
    first, second = api.parse("tracking-events", {}, body)
    assert [scan.status for scan in first.scans] == ["in_transit", "delivered"]
    assert first.scans[0].utc_offset_minutes == -300
    assert first.updated_at - first.scans[0].occurred_at == timedelta(days=1)
    assert second.number == "1Z2"


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({"external_id": ""}, "external_id"),
        ({"currency": "euro"}, "currency"),
        ({"total": "NaN"}, "total"),
        ({"total": "1e400"}, "total"),
        ({"placed_at": "2026-11-02T10:00:00"}, "placed_at"),
        ({"lines": [{"external_id": "1", "title": "x", "quantity": -1}]}, "lines[0].quantity"),
        ({"lines": {}}, "lines"),
        ({"surprise": 1}, "surprise"),
        ({"silent": True}, "silent"),
        ({"external_id": "a/b"}, "external_id"),
        ({"total": True}, "total"),
    ],
)
def test_a_mistake_is_named_by_its_place(changes: dict, place: str):
    with pytest.raises(ParseError) as raised:
        api.parse("orders", {}, msgspec.json.encode({**ORDER, **changes}))
    assert raised.value.field == place


@given(st.binary(max_size=300) | st.text().map(str.encode))
def test_whatever_arrives_is_read_or_refused(body: bytes):
    for topic in ("orders", "tracking-events", "other"):
        with suppress(ParseError):
            api.parse(topic, {}, body)
