"""A store in which every page of the dashboard has something to show."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from aftercart.commerce.customers import actions as customers
from aftercart.commerce.customers.facts import DisclosureFact
from aftercart.commerce.customers.queries import privacy_requests
from aftercart.connectors.base import Pulled
from aftercart.conversation.messages.models import MailboxEntry, Message
from aftercart.conversation.pages.actions import ensure_pages
from aftercart.conversation.pages.tests.stored import (
    make_fulfillment,
    make_line,
    make_order,
    make_parcel,
    make_scan,
)
from aftercart.core import clock
from aftercart.core.actions import invitations
from aftercart.core.facts import Incoming
from aftercart.core.models import Member, Role, Store
from aftercart.delivery.shipments import actions as shipments
from aftercart.delivery.shipments.facts import ScanFact, TrackingFact
from aftercart.delivery.shipments.queries import codes
from aftercart.intake import importing
from aftercart.intake.actions import connections, inbox
from aftercart.intake.models import InboxEntry
from aftercart.web.dashboard.tests.people import make_member

CSV = b"""number,email,placed_at,currency,total,item
1001,ada@example.com,2026-11-02T14:03:00Z,EUR,59.00,Linen throw
1002,not an address,yesterday,EUR,many,Linen throw
"""


@dataclass(frozen=True, slots=True)
class Filled:
    """The store with its owner, and the arguments of every address by their names in the URLs."""

    store: Store
    owner: Member
    arguments: dict[str, Any]


def fill(store: Store) -> Filled:
    """Fill the store."""
    owner = make_member(store, Role.OWNER)
    order = make_order(store, customer_name="Anna Weber")
    sent = make_fulfillment(order, {make_line(order): 1})
    parcel = make_parcel(sent, number="00340434292135100186")
    make_scan(parcel, "2026-11-24 08:14")
    ensure_pages(store.id, [order.id])
    message = make_message(store, order.id)
    added = connections.add(store.id, "easypost", {}, name="EasyPost")
    make_parked(store, added.connection_id)
    run = importing.preview(store.id, "orders.csv", CSV)
    arguments = {
        "order_id": order.id,
        "message_id": message.id,
        "connection_id": added.connection_id,
        "run_id": run.pk,
        "member_id": make_member(store, Role.AGENT).id,
        "invitation_id": invitations.invite(
            store.id, owner, f"new@{store.slug}.example", Role.VIEWER
        ).id,
        "system": "woocommerce",
        "kind": "page",
        "page": "orders",
        "shipment_id": parcel.id,
        "request_id": make_disclosure(store),
        "code_id": make_unknown_code(store),
        "source_id": connections.add(
            store.id, "gls", {"client_id": "id", "client_secret": "secret"}, name="GLS"
        ).connection_id,
        "carrier_slug": "ups",
        "reason": "refused",
    }
    return Filled(store, owner, arguments)


def make_disclosure(store: Store, request_id: str = "9001") -> int:
    """Somebody asks to see what is held about them; returns the request's id."""
    fact = DisclosureFact(request_id=request_id, email="anna@example.com")
    customers.disclose([Incoming(store.pk, "shopify:filled.myshopify.com", fact)])
    return privacy_requests(store.pk)[0].id


def make_unknown_code(store: Store) -> int:
    """A parcel of a carrier was scanned with a code that nobody knows; returns the code's id."""
    scan = ScanFact(occurred_at=clock.now(), status="unknown", code="Q9", text="Quux")
    fact = TrackingFact(number="1Z999AA10123456784", carrier="UPS", scans=(scan,))
    shipments.record([Incoming(store.pk, "easypost", fact)])
    return codes(store.pk)[0].id


def make_message(store: Store, order_id: int | None, **changes: Any) -> Message:
    """A mail that was sent and lies in the mailbox."""
    now = clock.now()
    given = {
        "key": f"test-{order_id}-{Message.objects.count()}",
        "template": "shipped",
        "recipient": "anna@example.com",
        "state": Message.State.SENT,
        "subject": "Your order is on its way",
        "html": "<p>On its way</p>",
        "text": "On its way",
        "sender": "Northwind <hello@example.com>",
        "planned_at": now,
        "sent_at": now,
        **changes,
    }
    message = Message.objects.create(store=store, order_id=order_id, **given)
    MailboxEntry.objects.create(store=store, message=message, received_at=now)
    return message


def make_parked(store: Store, connection_id: int, body: bytes = b'{"id": "evt_1"}') -> InboxEntry:
    """A delivery that could not be used."""
    key = f"parked-{InboxEntry.objects.count()}".encode()
    inbox.add(store.id, connection_id, [Pulled(topic="event", dedupe_key=key, body=body)])
    entry = InboxEntry.objects.get(store=store, dedupe_key=key)
    entry.state, entry.error, entry.due_at = "parked", "result.status: expected a text", None
    entry.settled_at = clock.now() - timedelta(minutes=5)
    entry.save()
    return entry
