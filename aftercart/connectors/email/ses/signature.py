"""Whether Amazon SNS signed a message.

https://docs.aws.amazon.com/sns/latest/dg/sns-verify-signature-of-message.html
"""

import base64
import binascii
import re
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from django.conf import settings

from aftercart.connectors.email.ses.payload import Envelope
from aftercart.core import clock

HOST = re.compile(r"sns\.([a-z0-9-]+)\.amazonaws\.com")
PATH = re.compile(r"/SimpleNotificationService-[0-9a-zA-Z]+\.pem")
TOPIC = re.compile(r"arn:aws[a-z-]*:sns:([a-z0-9-]+):\d{12}:[A-Za-z0-9_.-]{1,256}")
HASHES = {"1": hashes.SHA1(), "2": hashes.SHA256()}  # noqa: S303 - version 1 is defined so

NOTIFICATION_FIELDS = ("Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type")
CONFIRMATION_FIELDS = (
    "Message",
    "MessageId",
    "SubscribeURL",
    "Timestamp",
    "Token",
    "TopicArn",
    "Type",
)


class Forged(ValueError):
    """The message is not what Amazon signed for this topic."""


def is_certificate_address(url: str, topic_arn: str) -> bool:
    """Whether a certificate may be fetched from there: Amazon's own host, in the topic's region.

    The operator may trust further hosts (`SNS_HOSTS`); nobody else can name one.
    """
    topic = TOPIC.fullmatch(topic_arn)
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return False
    if parts.username or parts.query or not PATH.fullmatch(parts.path):
        return False
    host = parts.hostname or ""
    if host in settings.SNS_HOSTS:
        return True
    region = HOST.fullmatch(host)
    is_amazon = region is not None and topic is not None and region[1] == topic[1]
    return is_amazon and parts.scheme == "https" and port in (None, 443)


def verify(envelope: Envelope, certificate: bytes) -> None:
    """Check the RSA signature over the canonical text.

    Args:
        certificate: X.509 in PEM, from an address that `is_certificate_address` allows.

    Raises:
        Forged: it is not genuine.
    """
    try:
        loaded = x509.load_pem_x509_certificate(certificate)
        signature = base64.b64decode(envelope.signature or "", validate=True)
        algorithm = HASHES[envelope.signature_version or "1"]
    except (ValueError, binascii.Error, KeyError) as error:
        raise Forged("the signature or its certificate cannot be read") from error
    if not loaded.not_valid_before_utc <= clock.now() <= loaded.not_valid_after_utc:
        raise Forged("the certificate has expired")
    key = loaded.public_key()
    if not isinstance(key, rsa.RSAPublicKey):
        raise Forged("the certificate holds no RSA key")
    try:
        key.verify(signature, canonical(envelope), padding.PKCS1v15(), algorithm)
    except InvalidSignature as error:
        raise Forged("the signature does not match") from error


def canonical(envelope: Envelope) -> bytes:
    """What is signed: the names and values of certain fields, a line each, those that are there."""
    values = {
        "Message": envelope.message,
        "MessageId": envelope.message_id,
        "Subject": envelope.subject,
        "SubscribeURL": envelope.subscribe_url,
        "Timestamp": envelope.timestamp,
        "Token": envelope.token,
        "TopicArn": envelope.topic_arn,
        "Type": envelope.type,
    }
    is_notification = envelope.type == "Notification"
    names = NOTIFICATION_FIELDS if is_notification else CONFIRMATION_FIELDS
    return "".join(
        f"{name}\n{values[name]}\n" for name in names if values[name] is not None
    ).encode()
