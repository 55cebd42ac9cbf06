"""Carriers as the team sees them: sources, figures, codes nobody knows, parcels that stopped."""

import pytest
from django.test import Client

from aftercart.core import clock
from aftercart.core.models import Store
from aftercart.delivery.shipments import actions, queries
from aftercart.delivery.shipments.models import Shipment
from aftercart.intake.actions import connections
from aftercart.intake.following.actions import feeds
from aftercart.intake.models import Poll
from aftercart.web.dashboard.queries import carriers
from aftercart.web.dashboard.tests.people import make_store
from aftercart.web.dashboard.tests.reading import text_of
from tests.support.rooms import incoming, scan, tracking

pytestmark = pytest.mark.django_db

NUMBER = "1Z999AA10123456784"
CARRIERS = "/settings/carriers/"


def tell(store: Store, *scans) -> None:
    fact = tracking(NUMBER, *scans, carrier="UPS")
    actions.record(incoming(store, fact, source="easypost"))


def page(browser: Client, where: str = CARRIERS) -> str:
    answer = browser.get(where)
    assert answer.status_code == 200
    return text_of(answer)


def code_page(store: Store) -> str:
    (code,) = queries.codes(store.pk)
    return f"{CARRIERS}codes/{code.id}/"


def test_an_empty_page_says_what_to_do(browser_as_owner: Client) -> None:
    assert "Connect a carrier with your own keys" in page(browser_as_owner)


def test_a_carrier_with_its_figures_and_parcels(browser_as_owner: Client, store: Store) -> None:
    tell(store, scan(1, "in_transit"), scan(2, "unknown", code="Q9", text="Quux"))
    listed = page(browser_as_owner)
    assert "1 code that nobody knows" in listed
    assert "Quux" in listed
    one = page(browser_as_owner, f"{CARRIERS}of/ups/")
    assert NUMBER in one
    assert "EasyPost" in one
    assert browser_as_owner.get(f"{CARRIERS}of/fedex/").status_code == 404


def test_a_code_is_given_a_meaning_and_its_history_is_read_again(
    browser_as_owner: Client, store: Store
) -> None:
    tell(store, scan(2, "unknown", code="Q9", text="Quux"))
    where = code_page(store)
    assert NUMBER in page(browser_as_owner, where)
    answer = browser_as_owner.post(where, {"status": "delivered", "reason": "signed_for"})
    assert answer.status_code == 302
    (code,) = queries.codes(store.pk)
    assert (code.status, code.reason) == ("delivered", "signed_for")
    actions.read_again(store.pk, code.id)
    assert Shipment.objects.get(store=store).status == "delivered"
    assert "that nobody knows" not in page(browser_as_owner)


@pytest.mark.parametrize("given", [{"status": "eaten"}, {"status": "delivered", "reason": "x"}])
def test_a_meaning_that_there_is_not_is_refused(
    browser_as_owner: Client, store: Store, given
) -> None:
    tell(store, scan(2, "unknown", code="Q9"))
    where = code_page(store)
    assert browser_as_owner.post(where, given).status_code == 200
    assert queries.codes(store.pk)[0].status == ""


def test_another_stores_code_is_not_there(browser_as_owner: Client) -> None:
    other = make_store("elsewhere")
    tell(other, scan(2, "unknown", code="Q9"))
    where = code_page(other)
    assert browser_as_owner.get(where).status_code == 404
    assert browser_as_owner.post(where, {"status": "delivered"}).status_code == 404
    assert queries.codes(other.pk)[0].status == ""
    assert browser_as_owner.get(f"{CARRIERS}of/ups/").status_code == 404


def test_a_source_is_asked_no_more_often_than_was_arranged(
    browser_as_owner: Client, store: Store
) -> None:
    added = connections.add(
        store.id, "gls", {"client_id": "id", "client_secret": "secret"}, name="GLS"
    )
    where = f"{CARRIERS}sources/{added.connection_id}/"
    assert "500 requests in 1 day" in page(browser_as_owner, where)
    browser_as_owner.post(where, {"requests": "7", "seconds": "60"})
    assert "7 requests in 1 minute" in page(browser_as_owner, where)
    assert "GLS" in page(browser_as_owner)
    browser_as_owner.post(where, {"requests": "", "seconds": "60"})
    assert "500 requests in 1 day" in page(browser_as_owner, where)
    assert browser_as_owner.post(where, {"requests": "0", "seconds": "60"}).status_code == 200


@pytest.mark.parametrize(
    ("is_paused", "expected"), [(True, "paused"), (False, "nobody")], ids=["paused", "broken"]
)
def test_parcels_whose_source_is_paused_are_no_failure(
    browser_as_owner: Client, store: Store, is_paused: bool, expected: str
) -> None:
    added = connections.add(store.id, "ups", {"client_id": "a", "client_secret": "b"})
    if is_paused:
        connections.pause(store.id, added.connection_id)
    else:
        connections.note_error(store.id, added.connection_id, "refused", permanent=True)
    feeds.open_for(store.id, added.connection_id)
    tell(store, scan(1, "in_transit"))
    due = {"carrier": "ups", "due_at": clock.now(), "created_at": clock.now()}
    Poll.objects.create(store=store, shipment=Shipment.objects.get(), number=NUMBER, **due)
    (row,) = carriers.overview(store.id).carriers
    assert (row.asked_by, row.is_paused) == ("", is_paused)
    assert expected in page(browser_as_owner)
    said = page(browser_as_owner, f"{CARRIERS}of/ups/")
    assert ("Its connection is paused." in said) == is_paused
    assert ("Nobody is asked after these parcels" in said) == (not is_paused)


@pytest.mark.parametrize("reason", ["final", "nonsense"])
def test_only_what_needs_somebody_is_listed_as_stopped(browser_as_owner: Client, reason) -> None:
    assert browser_as_owner.get(f"{CARRIERS}stopped/{reason}/").status_code == 404
    assert "There is none any more." in page(browser_as_owner, f"{CARRIERS}stopped/refused/")
