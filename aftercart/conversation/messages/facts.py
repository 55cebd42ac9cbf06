"""What other rooms ask us to say, and what mail providers say about what we handed them."""

from datetime import datetime
from typing import Any, Literal

import msgspec

ReceiptKind = Literal[
    "delivered", "deferred", "bounced", "complained", "opened", "clicked", "failed"
]
Audience = Literal["buyer", "gift_recipient"]


class Condition(msgspec.Struct, frozen=True, kw_only=True):
    """What must not be so when something is said: the `fact` holds nothing but words of `among`.

    Attributes:
        fact: a name that `aftercart.conversation.messages.rules.facts_about` knows.
        among: the words that end it.
        reason: one plain sentence for the record, without a full stop.
    """

    fact: str
    among: tuple[str, ...]
    reason: str


class PlannedMessage(msgspec.Struct, frozen=True, kw_only=True):
    """Something to be said to one person.

    Attributes:
        key: what it is about; a second plan with the same key changes nothing.
        recipient: the address; may be empty, then the message is skipped for that reason.
        things: what of the order it is about, such as `shipment:7`; empty means the whole order.
        unless: checked once more for each thing at the moment of sending.
        context: what the template needs beside the order's snapshot; plain JSON.
    """

    store_id: int
    key: str
    template: str
    recipient: str
    channel: str = "email"
    order_id: int | None = None
    enrollment_id: int | None = None
    audience: Audience = "buyer"
    things: tuple[str, ...] = ()
    unless: tuple[Condition, ...] = ()
    context: dict[str, Any] = msgspec.field(default_factory=dict)


class ReceiptFact(msgspec.Struct, frozen=True, kw_only=True):
    """A provider's receipt. `permanent` bounces and complaints suppress the address.

    Attributes:
        provider_id: the provider's id of the message.
        reference: our own id of the message, where the provider carries it back: a receipt may
            arrive before we have written the provider's id down.
        machine: a scanner or a privacy proxy probably opened it, not a person.
    """

    provider_id: str
    kind: ReceiptKind
    reference: str = ""
    recipient: str = ""
    permanent: bool = False
    machine: bool = False
    detail: str = ""
    occurred_at: datetime
