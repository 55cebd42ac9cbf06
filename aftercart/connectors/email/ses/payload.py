"""What SNS posts, and what SES says inside of it.

https://docs.aws.amazon.com/sns/latest/dg/sns-message-and-json-formats.html
https://docs.aws.amazon.com/ses/latest/dg/event-publishing-retrieving-sns-contents.html
"""

import msgspec

from aftercart.connectors.reading import Identifier, Moment, Text


class Envelope(msgspec.Struct, rename="pascal", kw_only=True):
    """An SNS message of any type."""

    type: Text | None = None
    message_id: Identifier | None = None
    topic_arn: Text | None = None
    subject: Text | None = None
    message: Text | None = None
    timestamp: Text | None = None
    signature_version: Text | None = None
    signature: Text | None = None
    signing_cert_url: Text | None = msgspec.field(name="SigningCertURL", default=None)
    subscribe_url: Text | None = msgspec.field(name="SubscribeURL", default=None)
    token: Text | None = None


class Header(msgspec.Struct, kw_only=True):
    name: Text | None = None
    value: Text | None = None


class Mail(msgspec.Struct, rename="camel", kw_only=True):
    message_id: Identifier | None = None
    timestamp: Moment | None = None
    headers: list[Header] | None = None


class Recipient(msgspec.Struct, rename="camel", kw_only=True):
    email_address: Text | None = None
    diagnostic_code: Text | None = None


class Outcome(msgspec.Struct, rename="camel", kw_only=True):
    """Whatever the event is called: bounce, complaint, delivery, open, …"""

    timestamp: Moment | None = None
    bounce_type: Text | None = None
    bounce_sub_type: Text | None = None
    bounced_recipients: list[Recipient] | None = None
    complained_recipients: list[Recipient] | None = None
    delayed_recipients: list[Recipient] | None = None
    recipients: list[Text] | None = None
    smtp_response: Text | None = None
    delay_type: Text | None = None
    complaint_feedback_type: Text | None = None
    reason: Text | None = None
    error_message: Text | None = None
    user_agent: Text | None = None


class Event(msgspec.Struct, rename="camel", kw_only=True):
    """`eventType` with event publishing, `notificationType` with an identity's notifications."""

    event_type: Text | None = None
    notification_type: Text | None = None
    mail: Mail | None = None
    bounce: Outcome | None = None
    complaint: Outcome | None = None
    delivery: Outcome | None = None
    open: Outcome | None = None
    click: Outcome | None = None
    reject: Outcome | None = None
    failure: Outcome | None = None
    delivery_delay: Outcome | None = None
