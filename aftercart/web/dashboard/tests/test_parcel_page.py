"""One parcel as the team sees it: what was told by whom, and whose it is."""

from datetime import UTC, datetime

import pytest
from django.test import Client

from aftercart.conversation.pages.tests.stored import (
    make_fulfillment,
    make_line,
    make_order,
    make_parcel,
)
from aftercart.core.models import Member, Role, Store
from aftercart.delivery.shipments import actions
from aftercart.delivery.shipments.facts import ScanFact
from aftercart.delivery.shipments.models import Shipment
from aftercart.intake.actions import connections
from aftercart.intake.following.actions import polls
from aftercart.web.dashboard.tests.people import browser_of, make_member, make_store
from aftercart.web.dashboard.tests.reading import text_of
from tests.support.rooms import incoming, tracking

pytestmark = pytest.mark.django_db
NUMBER = "12345678901234"
MORNING = datetime(2026, 11, 24, 8, tzinfo=UTC)


def make(store: Store) -> tuple[Shipment, str]:
    order = make_order(store)
    parcel = make_parcel(make_fulfillment(order, {make_line(order): 1}), number=NUMBER)
    return parcel, f"/orders/{order.id}/parcels/{parcel.id}/"


def tell(store: Store, source: str, status: str, **changes) -> None:
    scan = ScanFact(occurred_at=MORNING, status=status, text="Quux", **changes)  # type: ignore[arg-type]
    actions.record(incoming(store, tracking(NUMBER, scan), source=source))


def page(browser: Client, where: str) -> str:
    answer = browser.get(where)
    assert answer.status_code == 200
    return text_of(answer)


def test_what_was_told_by_whom(browser_as_owner: Client, store: Store) -> None:
    _parcel, where = make(store)
    tell(store, "easypost", "in_transit", by_text=True, zone_known=False)
    shown = page(browser_as_owner, where)
    for words in ("Quux", "EasyPost", "by its words", "zone not known", "14 digits"):
        assert words in shown
    assert "contradict" not in shown


def test_who_is_asked_and_whether_that_is_paused(browser_as_owner: Client, store: Store) -> None:
    parcel, where = make(store)
    actions.correct_carrier(store.id, parcel.id, "gls", actor="owner")
    assert "No connection can be asked after it." in page(browser_as_owner, where)
    added = connections.add(
        store.id, "gls", {"client_id": "id", "client_secret": "s"}, name="Our GLS"
    )
    polls.follow([(store.id, parcel.id)])
    shown = page(browser_as_owner, where)
    assert "Asked through Our GLS" in shown
    assert "Ask now" in shown
    connections.pause(store.id, added.connection_id)
    shown = page(browser_as_owner, where)
    assert "Its connection is paused." in shown
    assert "No connection can be asked" not in shown
    assert "Ask now" not in shown


def test_sources_that_contradict_each_other_are_shown(
    browser_as_owner: Client, store: Store
) -> None:
    _parcel, where = make(store)
    tell(store, "easypost", "in_transit")
    tell(store, "ups", "delivered")
    assert "The sources contradict each other" in page(browser_as_owner, where)


def test_the_carrier_is_corrected(browser_as_owner: Client, store: Store) -> None:
    parcel, where = make(store)
    answer = browser_as_owner.post(f"{where}carrier/", {"carrier": "gls"})
    assert answer.status_code == 302
    parcel.refresh_from_db()
    assert (parcel.carrier, parcel.carrier_from) == ("gls", "corrected")
    assert "somebody of the team said so" in page(browser_as_owner, where)
    assert browser_as_owner.post(f"{where}carrier/", {"carrier": "dragon"}).status_code == 404


def test_a_correction_speaks_for_the_next_number_of_its_shape(
    browser_as_owner: Client, store: Store
) -> None:
    _parcel, where = make(store)
    browser_as_owner.post(f"{where}carrier/", {"carrier": "gls"})
    order = make_order(store)
    later = make_parcel(make_fulfillment(order, {make_line(order): 1}), number="12345678909999")
    shown = page(browser_as_owner, f"/orders/{order.id}/parcels/{later.id}/")
    assert "numbers like this were corrected to it" in shown


def test_a_viewer_sees_and_changes_nothing(store: Store, owner: Member) -> None:
    parcel, where = make(store)
    viewer = browser_of(make_member(store, Role.VIEWER))
    assert "It is this one" not in page(viewer, where)
    viewer.post(f"{where}carrier/", {"carrier": "gls"})
    parcel.refresh_from_db()
    assert parcel.carrier_from != "corrected"


def test_another_stores_parcel_is_not_there(browser_as_owner: Client, store: Store) -> None:
    other = make_store("elsewhere")
    theirs, where = make(other)
    assert browser_as_owner.get(where).status_code == 404
    assert browser_as_owner.post(f"{where}carrier/", {"carrier": "gls"}).status_code == 404
    _mine, mine = make(store)
    mixed = mine.rsplit("/", 2)[0] + f"/{theirs.id}/"
    assert browser_as_owner.get(mixed).status_code == 404
    theirs.refresh_from_db()
    assert theirs.carrier_from != "corrected"
