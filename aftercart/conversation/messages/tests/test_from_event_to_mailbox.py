"""From what happens to an order to the mail in the app's mailbox."""

from datetime import UTC, datetime

import pytest

from aftercart.conversation.messages import queries
from aftercart.conversation.messages.tests.shop import Shop, after
from aftercart.core import clock

pytestmark = pytest.mark.django_db

MONDAY = datetime(2026, 11, 23, 9, tzinfo=UTC)


def test_an_order_is_confirmed():
    with clock.moved_to(MONDAY):
        shop = Shop()
        shop.place()
        after(2)
        (entry,) = queries.mailbox(shop.store.id)
        mail = queries.message(shop.store.id, entry["id"])
    assert entry["template"] == "order_confirmation"
    assert entry["recipient"] == "anna@example.com"
    assert "#1001" in entry["subject"]
    assert mail is not None
    assert "Blue mug" in mail["html"]
    assert "Blue mug" in mail["text"]


def test_three_parcels_are_one_mail():
    with clock.moved_to(MONDAY):
        shop = Shop()
        shop.place()
        after(2)
        shop.fulfil("1", "f1", "00340434161094021501", items={"l1": 2})
        after(3)
        shop.fulfil("1", "f2", "00340434161094021502", "00340434161094021503", items={"l2": 3})
        after(30)
        assert shop.sent() == ["order_confirmation", "shipped"]
        assert "3 parcels are packed and waiting for the carrier" in shop.messages()[-1].subject
