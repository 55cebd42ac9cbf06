"""Amazon SNS as far as we meet it: a signing certificate of our own, and signed messages."""

import base64
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.x509.oid import NameOID

from tests.standins.listening import Handler, listening

TOPIC = "arn:aws:sns:eu-west-1:123456789012:mail-events"
SIGNED = {
    "Notification": ("Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type"),
    "SubscriptionConfirmation": (
        "Message",
        "MessageId",
        "SubscribeURL",
        "Timestamp",
        "Token",
        "TopicArn",
        "Type",
    ),
}


@dataclass
class Signer:
    """A key with its certificate, which is good for a year around `moment`."""

    key: rsa.RSAPrivateKey
    pem: bytes

    @classmethod
    def made(cls, moment: datetime) -> "Signer":
        key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "sns.amazonaws.com")])
        certificate = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(moment - timedelta(days=180))
            .not_valid_after(moment + timedelta(days=180))
            .sign(key, hashes.SHA256())
        )
        return cls(key, certificate.public_bytes(serialization.Encoding.PEM))

    def sign(self, message: dict[str, str], version: str = "1") -> dict[str, str]:
        """The message with its signature."""
        names = SIGNED[message["Type"]]
        text = "".join(f"{name}\n{message[name]}\n" for name in names if name in message)
        algorithm = {"1": hashes.SHA1(), "2": hashes.SHA256()}[version]
        signature = self.key.sign(text.encode(), padding.PKCS1v15(), algorithm)
        return {
            **message,
            "SignatureVersion": version,
            "Signature": base64.b64encode(signature).decode(),
        }


@dataclass
class CertificateServer:
    """Where certificates lie, and how often each was asked for; `status` other than 200 fails."""

    port: int = 0
    status: int = 200
    certificates: dict[str, bytes] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def address(self, name: str = "0123abc") -> str:
        return f"http://127.0.0.1:{self.port}/SimpleNotificationService-{name}.pem"


@contextmanager
def certificate_server() -> Iterator[CertificateServer]:
    """The server, on a free port of 127.0.0.1."""
    standin = CertificateServer()

    class Answering(Handler):
        def do_GET(self) -> None:
            standin.asked.append(self.path)
            body = standin.certificates.get(self.path, b"")
            self.send(standin.status if body else 404, {}, body)

    with listening(Answering) as standin.port:
        yield standin


def notification(event: dict[str, Any], certificate: str, **changes: str) -> dict[str, str]:
    """An unsigned notification that carries an event of SES."""
    return {
        "Type": "Notification",
        "MessageId": str(uuid4()),
        "TopicArn": TOPIC,
        "Subject": "Amazon SES Email Event Notification",
        "Message": json.dumps(event),
        "Timestamp": datetime(2026, 11, 23, 9, tzinfo=UTC).isoformat(),
        "SigningCertURL": certificate,
        **changes,
    }


def confirmation(certificate: str, **changes: str) -> dict[str, str]:
    """An unsigned request to confirm the subscription."""
    return {
        "Type": "SubscriptionConfirmation",
        "MessageId": str(uuid4()),
        "Token": "2336412f37",
        "TopicArn": TOPIC,
        "Message": "You have chosen to subscribe to the topic.",
        "SubscribeURL": "https://sns.eu-west-1.amazonaws.com/?Action=ConfirmSubscription",
        "Timestamp": datetime(2026, 11, 23, 9, tzinfo=UTC).isoformat(),
        "SigningCertURL": certificate,
        **changes,
    }
