"""What Postmark posts: https://postmarkapp.com/developer/webhooks/webhooks-overview"""

import msgspec

from aftercart.connectors.reading import Identifier, Moment, Text


class Event(msgspec.Struct, rename="pascal", kw_only=True):
    """Any of its webhooks; which fields are there depends on the record type."""

    record_type: Text | None = None
    message_id: Identifier | None = msgspec.field(name="MessageID", default=None)
    id: Identifier | None = msgspec.field(name="ID", default=None)
    type: Text | None = None
    email: Text | None = None
    recipient: Text | None = None
    description: Text | None = None
    details: Text | None = None
    bounced_at: Moment | None = None
    delivered_at: Moment | None = None
    received_at: Moment | None = None
    changed_at: Moment | None = None
    suppress_sending: bool | None = None
    suppression_reason: Text | None = None
    user_agent: Text | None = None
    metadata: dict[str, Text] | None = None
