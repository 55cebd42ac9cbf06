"""Only what Amazon signed for our topic becomes a fact, and only Amazon's host is ever asked."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from aftercart.connectors.base import (
    Accepted,
    ConfirmationFact,
    ConnectionFailed,
    ParseError,
    Refused,
    WebhookRequest,
)
from aftercart.connectors.email.ses import certificates
from aftercart.connectors.email.ses.connector import AmazonSes
from aftercart.connectors.email.ses.signature import is_certificate_address
from aftercart.conversation.messages.facts import ReceiptFact
from aftercart.core import clock
from tests.standins.sns import (
    TOPIC,
    CertificateServer,
    Signer,
    certificate_server,
    confirmation,
    notification,
)

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
AMAZON = "https://sns.eu-west-1.amazonaws.com/SimpleNotificationService-0123abc.pem"
CREDENTIALS = {"topic_arn": TOPIC}
DELIVERED = {
    "eventType": "Delivery",
    "mail": {
        "messageId": "ses-1",
        "timestamp": "2026-11-23T08:59:00.000Z",
        "headers": [
            {"name": "To", "value": "anna@example.com"},
            {"name": "X-Metadata", "value": '{"aftercart": "3-17"}'},
        ],
    },
    "delivery": {
        "timestamp": "2026-11-23T09:00:00.000Z",
        "recipients": ["anna@example.com"],
        "smtpResponse": "250 2.6.0 Message received",
    },
}


@pytest.fixture(scope="module")
def signer() -> Signer:
    return Signer.made(NOW)


@pytest.fixture
def server(settings, signer: Signer):
    certificates.forget()
    settings.SNS_HOSTS = frozenset({"127.0.0.1"})
    settings.ALLOWED_PRIVATE_HOSTS = frozenset({"127.0.0.1"})
    with certificate_server() as standin, clock.moved_to(NOW):
        for name in ("0123abc", "other"):
            standin.certificates[f"/SimpleNotificationService-{name}.pem"] = signer.pem
        yield standin


def receive(message: dict[str, Any] | bytes) -> Any:
    body = message if isinstance(message, bytes) else json.dumps(message).encode()
    asked = WebhookRequest(method="POST", path="/in/x", query="", headers={}, body=body)
    return AmazonSes().receive(asked, CREDENTIALS)


def parse(message: dict[str, Any]) -> list[Any]:
    return AmazonSes().parse("", {}, json.dumps(message).encode())


@pytest.mark.parametrize("version", ["1", "2"])
def test_what_is_signed_becomes_a_receipt(server: CertificateServer, signer: Signer, version):
    message = signer.sign(notification(DELIVERED, server.address()), version)
    assert isinstance(receive(message), Accepted)
    (fact,) = parse(message)
    assert isinstance(fact, ReceiptFact)
    assert (fact.kind, fact.provider_id, fact.reference) == ("delivered", "ses-1", "3-17")
    assert (fact.recipient, fact.occurred_at) == ("anna@example.com", NOW)


@pytest.mark.parametrize(
    "change",
    [
        {"Message": json.dumps({**DELIVERED, "eventType": "Complaint"})},
        {"MessageId": "another"},
        {"Timestamp": "2026-11-24T09:00:00Z"},
        {"Subject": "another"},
        {"TopicArn": TOPIC + "-2"},
        {"Signature": "AAAA"},
        {"Signature": "not base64!"},
        {"Signature": ""},
        {"SignatureVersion": "2"},
        {"SignatureVersion": "3"},
    ],
)
def test_what_was_changed_after_signing_is_forged(
    server: CertificateServer, signer: Signer, change
):
    message = signer.sign(notification(DELIVERED, server.address())) | change
    with pytest.raises(ParseError) as error:
        parse(message)
    assert error.value.field == "Signature"


def test_another_key_is_forged(server: CertificateServer):
    message = Signer.made(NOW).sign(notification(DELIVERED, server.address()))
    with pytest.raises(ParseError):
        parse(message)


def test_an_expired_certificate_proves_nothing(server: CertificateServer, signer: Signer):
    message = signer.sign(notification(DELIVERED, server.address()))
    clock.move_by(timedelta(days=200))
    with pytest.raises(ParseError):
        parse(message)


def test_a_certificate_is_fetched_once_a_day(server: CertificateServer, signer: Signer):
    for _ in range(5):
        parse(signer.sign(notification(DELIVERED, server.address())))
    assert len(server.asked) == 1
    clock.move_by(timedelta(hours=25))
    parse(signer.sign(notification(DELIVERED, server.address())))
    assert len(server.asked) == 2


def test_a_certificate_that_cannot_be_had_is_asked_for_again_later(
    server: CertificateServer, signer: Signer
):
    server.status = 500
    message = signer.sign(notification(DELIVERED, server.address()))
    for _ in range(3):
        with pytest.raises(ConnectionFailed):
            parse(message)
    assert len(server.asked) == 1
    server.status = 200
    clock.move_by(timedelta(minutes=2))
    assert parse(message)


def test_naming_ever_new_certificates_makes_us_ask_for_few(
    server: CertificateServer, signer: Signer
):
    for number in range(50):
        message = signer.sign(notification(DELIVERED, server.address(f"x{number}")))
        with pytest.raises(ConnectionFailed):
            parse(message)
    assert len(server.asked) == certificates.MOST_FETCHES


@pytest.mark.parametrize(
    ("url", "good"),
    [
        (AMAZON, True),
        (AMAZON.replace("https", "http"), False),
        (AMAZON.replace("eu-west-1", "us-east-1"), False),
        (AMAZON.replace("amazonaws.com", "amazonaws.com.evil.example"), False),
        (AMAZON.replace("sns.", "evil.example/sns."), False),
        (AMAZON.replace("https://", "https://evil.example@"), False),
        (AMAZON.replace(".com/", ".com:8443/"), False),
        (AMAZON.replace("/Simple", "/evil/Simple"), False),
        (AMAZON + "?x=1", False),
        ("https://sns.eu-west-1.amazonaws.com/evil.pem", False),
        ("https://127.0.0.1/SimpleNotificationService-0123abc.pem", False),
        ("file:///etc/passwd", False),
        ("https://[", False),
        ("", False),
    ],
)
def test_only_amazons_own_host_in_the_topics_region_is_asked(url, good):
    assert is_certificate_address(url, TOPIC) is good


def test_what_is_not_ours_is_refused_at_the_door(server: CertificateServer, signer: Signer):
    good = signer.sign(notification(DELIVERED, server.address()))
    for change, status in (
        ({"TopicArn": TOPIC + "-2"}, 401),
        ({"TopicArn": ""}, 401),
        ({"SigningCertURL": "https://evil.example/SimpleNotificationService-1.pem"}, 401),
        ({"Type": "Something"}, 400),
        ({"MessageId": None}, 400),
        ({"Signature": None}, 400),
    ):
        verdict = receive({**good, **change})
        assert isinstance(verdict, Refused)
        assert verdict.status == status
    for body in (b"", b"[]", b"{", b"\xff"):
        assert isinstance(receive(body), Refused)
    assert server.asked == [], "the door itself asks nobody"


def test_a_message_is_known_by_its_id(server: CertificateServer, signer: Signer):
    message = signer.sign(notification(DELIVERED, server.address()))
    again = receive({**message, "Timestamp": "2026-11-23T10:00:00Z"})
    assert receive(message).dedupe_key == again.dedupe_key
    assert receive(signer.sign(notification(DELIVERED, server.address()))).dedupe_key != (
        again.dedupe_key
    )


def test_a_subscription_asks_to_be_confirmed(server: CertificateServer, signer: Signer):
    message = signer.sign(confirmation(server.address()))
    assert receive(message).topic == "SubscriptionConfirmation"
    assert parse(message) == [ConfirmationFact(url=message["SubscribeURL"])]
    with pytest.raises(ParseError):
        parse({**message, "SubscribeURL": "https://sns.eu-west-1.amazonaws.com/?evil"})


def event(kind: str, name: str, **outcome: Any) -> dict[str, Any]:
    moment = {"timestamp": "2026-11-23T09:00:00.000Z"}
    return {"eventType": kind, "mail": DELIVERED["mail"], name: {**moment, **outcome}}


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        (
            event(
                "Bounce",
                "bounce",
                bounceType="Permanent",
                bouncedRecipients=[{"emailAddress": "a@b.co", "diagnosticCode": "550 5.1.1"}],
            ),
            [("bounced", True, "a@b.co", "550 5.1.1")],
        ),
        (
            # SES takes such a mail, and says afterwards that it did not send it.
            event(
                "Bounce",
                "bounce",
                bounceType="Permanent",
                bounceSubType="OnAccountSuppressionList",
                bouncedRecipients=[{"emailAddress": "a@b.co", "action": "failed"}],
            ),
            [("bounced", True, "a@b.co", "OnAccountSuppressionList")],
        ),
        (
            event("Bounce", "bounce", bounceType="Transient", bouncedRecipients=[{}]),
            [("bounced", False, "", "")],
        ),
        (
            event("Complaint", "complaint", complainedRecipients=[{"emailAddress": "a@b.co"}]),
            [("complained", False, "a@b.co", "")],
        ),
        (
            event("DeliveryDelay", "deliveryDelay", delayType="MailboxFull"),
            [("deferred", False, "", "MailboxFull")],
        ),
        (event("Reject", "reject", reason="Bad content"), [("failed", False, "", "Bad content")]),
        (
            event("Rendering Failure", "failure", errorMessage="No such key"),
            [("failed", False, "", "No such key")],
        ),
        (event("Send", "send"), []),
        (event("Subscription", "subscription"), []),
        ({"notificationType": "AmazonSnsSubscriptionSucceeded"}, []),
        (
            {**event("", "bounce", bounceType="Permanent"), "notificationType": "Bounce"},
            [("bounced", True, "", "")],
        ),
    ],
)
def test_each_event_means_its_own(server: CertificateServer, signer: Signer, told, expected):
    facts = parse(signer.sign(notification(told, server.address())))
    assert [(f.kind, f.permanent, f.recipient, f.detail) for f in facts] == expected


def test_an_opening_by_a_machine_is_marked(server: CertificateServer, signer: Signer):
    for agent, machine in (("Mozilla/5.0", True), ("Thunderbird/128", False)):
        told = event("Open", "open", userAgent=agent)
        (fact,) = parse(signer.sign(notification(told, server.address())))
        assert fact.machine is machine
