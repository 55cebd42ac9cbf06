"""Postmark's webhooks: who may post them, how they are recognised, what they say."""

import base64
import contextlib
import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aftercart.connectors.base import Accepted, Acknowledged, ParseError, Refused, WebhookRequest
from aftercart.connectors.email.postmark.connector import Postmark
from aftercart.connectors.registry import connector

CREDENTIALS = {"password": "a" * 64}


def basic(user: str, password: str) -> str:
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()


def request(body: Any, authorization: str = basic("aftercart", "a" * 64)) -> WebhookRequest:
    encoded = body if isinstance(body, bytes) else json.dumps(body).encode()
    headers = {"authorization": authorization} if authorization else {}
    return WebhookRequest(method="POST", path="/in/x", query="", headers=headers, body=encoded)


DELIVERY = {
    "RecordType": "Delivery",
    "ServerID": 23,
    "MessageStream": "outbound",
    "MessageID": "00000000-0000-0000-0000-000000000000",
    "Recipient": "john@example.com",
    "Tag": "welcome-email",
    "DeliveredAt": "2026-11-23T09:00:00.0000000Z",
    "Details": "Test delivery webhook details",
    "Metadata": {"aftercart": "3-17"},
}
BOUNCE = {
    "RecordType": "Bounce",
    "ID": 42,
    "Type": "HardBounce",
    "TypeCode": 1,
    "MessageID": "00000000-0000-0000-0000-000000000000",
    "Email": "john@example.com",
    "Details": "smtp;550 5.1.1 no such user",
    "BouncedAt": "2026-11-23T10:00:00+01:00",
    "Metadata": {},
}


def read(body: dict[str, Any]) -> Any:
    found = connector("postmark").parse("", {}, json.dumps(body).encode())
    return found[0] if found else None


@pytest.mark.parametrize(
    "authorization",
    ["", "Basic", basic("aftercart", "b" * 64), basic("root", "a" * 64), "Bearer " + "a" * 64],
)
def test_a_wrong_password_is_refused(authorization):
    verdict = Postmark().receive(request(DELIVERY, authorization), CREDENTIALS)
    assert isinstance(verdict, Refused)
    assert verdict.status == 401


def test_a_connection_without_a_password_takes_nothing():
    assert isinstance(Postmark().receive(request(DELIVERY, basic("aftercart", "")), {}), Refused)


def test_what_postmark_would_post_is_accepted():
    body = json.dumps(DELIVERY).encode()
    headers = Postmark().sign("", body, CREDENTIALS, "")
    assert isinstance(
        Postmark().receive(request(body, headers["Authorization"]), CREDENTIALS), Accepted
    )


def test_a_delivery_is_known_by_message_kind_and_id():
    def key(body: dict[str, Any]) -> bytes:
        verdict = Postmark().receive(request(body), CREDENTIALS)
        assert isinstance(verdict, Accepted)
        assert len(verdict.dedupe_key) <= 32
        return verdict.dedupe_key

    assert key(BOUNCE) == key({**BOUNCE, "Details": "said otherwise"})
    assert key(BOUNCE) != key({**BOUNCE, "ID": 43})
    assert key(BOUNCE) != key({**BOUNCE, "RecordType": "SpamComplaint"})
    assert key(DELIVERY) == key(dict(DELIVERY))


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b'{"MessageID": {}}', b"\xff"])
def test_what_cannot_be_read_is_refused(body):
    verdict = Postmark().receive(request(body), CREDENTIALS)
    assert isinstance(verdict, Refused)
    assert verdict.status == 400


def test_what_is_about_no_message_is_answered_and_left():
    assert isinstance(
        Postmark().receive(request({"RecordType": "Inbound"}), CREDENTIALS), Acknowledged
    )


def test_a_delivery_becomes_a_receipt():
    fact = read(DELIVERY)
    assert (fact.kind, fact.reference, fact.recipient) == ("delivered", "3-17", "john@example.com")
    assert fact.occurred_at == datetime(2026, 11, 23, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("HardBounce", ("bounced", True)),
        ("BadEmailAddress", ("bounced", True)),
        ("SoftBounce", ("bounced", False)),
        ("Blocked", ("bounced", False)),
        ("Transient", ("deferred", False)),
        ("DnsError", ("deferred", False)),
        ("SpamComplaint", ("complained", False)),
        ("AutoResponder", None),
        ("Subscribe", None),
        ("SomethingNew", None),
    ],
)
def test_each_kind_of_bounce_means_its_own(kind, expected):
    fact = read({**BOUNCE, "Type": kind})
    assert (fact and (fact.kind, fact.permanent)) == expected


def test_a_complaint_an_opening_and_a_suppression():
    complaint = {**BOUNCE, "RecordType": "SpamComplaint", "Type": "SpamComplaint"}
    assert read(complaint).kind == "complained"
    opened = {
        "RecordType": "Open",
        "MessageID": "m-1",
        "ReceivedAt": "2026-11-23T09:00:00Z",
        "UserAgent": "Mozilla/5.0 (Windows NT 5.1) Firefox/11.0 (via GoogleImageProxy)",
    }
    assert (read(opened).kind, read(opened).machine) == ("opened", True)
    assert not read({**opened, "UserAgent": "Thunderbird/128"}).machine
    change = {
        "RecordType": "SubscriptionChange",
        "MessageID": "m-1",
        "ChangedAt": "2026-11-23T09:00:00Z",
        "SuppressSending": True,
        "SuppressionReason": "HardBounce",
    }
    assert (read(change).kind, read(change).permanent) == ("bounced", True)
    assert read({**change, "SuppressSending": False}) is None
    assert read({**change, "SuppressionReason": "ManualSuppression"}) is None


def test_a_receipt_without_a_date_is_a_parse_error():
    with pytest.raises(ParseError):
        read({**DELIVERY, "DeliveredAt": "yesterday"})
    with pytest.raises(ParseError):
        read({**DELIVERY, "DeliveredAt": None})


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=6,
)


@given(field=st.sampled_from(sorted({*DELIVERY, *BOUNCE})), value=VALUES)
def test_any_value_is_read_or_refused(field, value):
    body = json.dumps({**BOUNCE, field: value}).encode()
    verdict = Postmark().receive(request(body), CREDENTIALS)
    assert isinstance(verdict, Accepted | Acknowledged | Refused)
    with contextlib.suppress(ParseError):
        assert isinstance(Postmark().parse("", {}, body), list)
