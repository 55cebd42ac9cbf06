"""UPS: which messages are genuine, and that the connector is registered."""

import pytest

from aftercart.connectors.base import Accepted, Refused, WebhookRequest
from aftercart.connectors.carriers.ups.connector import Ups
from aftercart.connectors.carriers.ups.tests import samples
from aftercart.connectors.registry import connector

UPS = Ups()
KEYS = {"credential": "we-made-this", "client_secret": "other"}
BODY = samples.encoded(samples.alert())


def receive(headers: dict[str, str], body: bytes = BODY, keys: dict[str, str] = KEYS):
    lower = {name.lower(): value for name, value in headers.items()}
    request = WebhookRequest(method="POST", path="/in/x", query="", headers=lower, body=body)
    return UPS.receive(request, keys)


def test_a_message_with_our_credential_is_accepted_once():
    first = receive(UPS.sign("", BODY, KEYS, ""))
    again = receive(UPS.sign("", BODY, KEYS, ""))
    other = receive(UPS.sign("", BODY + b" ", KEYS, ""), BODY + b" ")
    assert isinstance(first, Accepted)
    assert isinstance(again, Accepted)
    assert isinstance(other, Accepted)
    assert first.dedupe_key == again.dedupe_key != other.dedupe_key
    assert len(first.dedupe_key) == 32
    assert UPS.parse(first.topic, {}, BODY)[0].number == "1Z999AA10123456784"


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"credential": ""},
        {"credential": "we-made-thi"},
        {"credential": "we-made-this-too"},
        {"credential": "größe"},
        {"authorization": "Bearer we-made-this"},
        {"credential": "other"},
    ],
)
def test_a_forged_message_is_refused(headers):
    verdict = receive(headers)
    assert isinstance(verdict, Refused)
    assert verdict.status == 401


def test_without_a_credential_everything_is_refused():
    assert isinstance(receive({"credential": ""}, keys={}), Refused)
    assert isinstance(receive({"credential": ""}, keys={"credential": ""}), Refused)


def test_it_is_registered_with_its_tracker():
    known = connector("ups")
    assert (known.label, known.family, known.source({})) == ("UPS", "tracking", "ups")
    assert known.tracker is not None
    assert known.tracker.carriers == {"ups"}
    made = [field.name for field in known.fields if field.generated]
    assert made == ["credential"]
