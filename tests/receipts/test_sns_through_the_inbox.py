"""SNS through the inbox: the forged is parked, and what waits for a certificate waits."""

import hashlib
import json
from datetime import UTC, datetime, timedelta

import pytest

from aftercart.connectors.email.ses import certificates
from aftercart.conversation.messages import identity
from aftercart.conversation.messages.tests.shop import Shop, after
from aftercart.core import clock
from aftercart.intake import processing
from aftercart.intake.actions import connections
from aftercart.intake.models import InboxEntry
from tests.standins.sns import TOPIC, Signer, certificate_server, notification

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)


def test_from_the_inbox_to_the_message(settings):
    certificates.forget()
    settings.SNS_HOSTS = frozenset({"127.0.0.1"})
    settings.ALLOWED_PRIVATE_HOSTS = frozenset({"127.0.0.1"})
    with certificate_server() as server, clock.moved_to(NOW):
        signer = Signer.made(NOW)
        shop = Shop()
        shop.place()
        after(2)
        reference = identity.reference(shop.store.id, shop.messages()[0].id)
        delivered = {
            "eventType": "Delivery",
            "mail": {
                "messageId": "ses-1",
                "headers": [{"name": "X-Metadata", "value": json.dumps({"aftercart": reference})}],
            },
            "delivery": {"timestamp": "2026-11-23T09:03:00Z", "recipients": ["anna@example.com"]},
        }
        connection = connections.add(shop.store.id, "ses", {"topic_arn": TOPIC})
        good = signer.sign(notification(delivered, server.address()))
        forged = {**good, "MessageId": "forged", "Message": json.dumps(delivered)}
        for message in (good, forged):
            put(shop, connection.connection_id, message)
        processing.run_batch()
        assert states() == ["pending", "pending"], "the certificate is not to be had yet"
        server.certificates["/SimpleNotificationService-0123abc.pem"] = signer.pem
        clock.move_by(timedelta(minutes=5))
        processing.run_batch()
        assert states() == ["done", "parked"]
        assert shop.messages()[0].state == "delivered"


def put(shop: Shop, connection_id: int, message: dict[str, str]) -> None:
    InboxEntry.objects.create(
        store=shop.store,
        connection_id=connection_id,
        dedupe_key=hashlib.sha256(message["MessageId"].encode()).digest(),
        topic="Notification",
        body=json.dumps(message).encode(),
        received_at=clock.now(),
        due_at=clock.now(),
    )


def states() -> list[str]:
    return sorted(InboxEntry.objects.values_list("state", flat=True))
