"""Demands for privacy as the team sees and answers them."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.test import Client

from aftercart.commerce.customers import actions as customers
from aftercart.commerce.customers.facts import ErasureFact, ShopErasureFact
from aftercart.commerce.customers.queries import privacy_requests
from aftercart.conversation.pages.tests.stored import make_order
from aftercart.core import clock, sql
from aftercart.core.facts import Incoming
from aftercart.core.models import Member, Role, Store
from aftercart.intake.actions import connections
from aftercart.web.dashboard import moments
from aftercart.web.dashboard.tests.filled import make_disclosure
from aftercart.web.dashboard.tests.people import browser_in, make_store
from aftercart.web.dashboard.tests.reading import source_of, text_of

pytestmark = pytest.mark.django_db
SHOP = "shopify:filled.myshopify.com"


def page(browser: Client, where: str = "/settings/privacy/") -> str:
    answer = browser.get(where)
    assert answer.status_code == 200
    return text_of(answer)


def test_nobody_has_asked(browser_as_owner: Client) -> None:
    assert "Nobody has asked for anything." in page(browser_as_owner)
    assert "asks to see their data" not in page(browser_as_owner, "/")


def test_a_demand_to_see_data_is_a_task_with_its_day(
    browser_as_owner: Client, store: Store
) -> None:
    make_order(store, email="anna@example.com")
    with clock.moved_to(clock.now() - timedelta(days=3)):
        make_disclosure(store)
    (request,) = privacy_requests(store.pk)
    due = request.complete_by.astimezone(ZoneInfo(store.time_zone))
    day = moments.short_date(due.date())
    listed = page(browser_as_owner)
    assert "anna@example.com asks to see their data" in listed
    assert f"hand it over by {day}" in listed
    home = page(browser_as_owner, "/")
    assert "1 person asks to see their data" in home
    assert f"Hand it over by {day}" in home


def test_the_data_are_a_file_that_nothing_keeps(browser_as_owner: Client, store: Store) -> None:
    make_order(store, email="anna@example.com", customer_name="Anna Weber")
    request_id = make_disclosure(store)
    answer = browser_as_owner.get(f"/settings/privacy/{request_id}/data.json")
    assert (
        answer["Content-Disposition"] == f'attachment; filename="personal-data-{request_id}.json"'
    )
    assert answer["Cache-Control"] == "no-store"
    assert answer.json()["orders"][0]["order"]["customer_name"] == "Anna Weber"


def test_handed_over_is_asked_once_and_deletes_the_copy(
    browser_as_owner: Client, store: Store, owner: Member
) -> None:
    make_order(store, email="anna@example.com")
    request_id = make_disclosure(store)
    where = f"/settings/privacy/{request_id}/done/"
    assert "Does anna@example.com have their data?" in page(browser_as_owner, where)
    assert browser_as_owner.post(where).status_code == 302
    assert "handed over" in page(browser_as_owner)
    assert "asks to see their data" not in page(browser_as_owner, "/")
    assert browser_as_owner.get(f"/settings/privacy/{request_id}/data.json").status_code == 404
    assert browser_as_owner.post(where).status_code == 404
    told = sql.fetch("SELECT actor FROM core_event WHERE type = 'disclosure.completed'")
    assert told == [{"actor": f"member:{owner.pk}"}]


def test_what_is_late_says_so(browser_as_owner: Client, store: Store) -> None:
    with clock.moved_to(clock.now() - timedelta(days=31)):
        make_disclosure(store)
    shown = source_of(browser_as_owner.get("/settings/privacy/"))
    assert '<span class="bad-word">hand it over by' in shown


def test_who_was_forgotten_since_has_nothing_to_be_handed_over(
    browser_as_owner: Client, store: Store
) -> None:
    make_order(store, email="anna@example.com")
    request_id = make_disclosure(store)
    customers.erase([Incoming(store.pk, SHOP, ErasureFact(email="anna@example.com"))])
    listed = page(browser_as_owner)
    assert "They were forgotten since" in listed
    assert "Somebody asked to be forgotten" in listed
    assert "anna@" not in listed
    assert browser_as_owner.get(f"/settings/privacy/{request_id}/data.json").status_code == 404
    assert browser_as_owner.post(f"/settings/privacy/{request_id}/done/").status_code == 302


def test_a_shop_that_left_is_shown_with_its_day(browser_as_owner: Client, store: Store) -> None:
    customers.demand_shop_erasure([Incoming(store.pk, SHOP, ShopErasureFact())])
    assert "being erased, due by" in page(browser_as_owner)
    customers.complete_shop_erasure(store.pk, SHOP)
    listed = page(browser_as_owner)
    assert "everybody it told of is forgotten" in listed
    assert "being erased" not in listed


def test_an_erasure_cannot_be_marked_as_handed_over(browser_as_owner: Client, store: Store) -> None:
    customers.erase([Incoming(store.pk, SHOP, ErasureFact(email="anna@example.com"))])
    row = sql.fetch("SELECT id FROM customers_privacyrequest")[0]
    assert browser_as_owner.post(f"/settings/privacy/{row['id']}/done/").status_code == 404


def test_another_store_sees_nothing_of_it(store: Store) -> None:
    make_disclosure(store)
    assert "Nobody has asked" in page(browser_in(make_store("contoso"), Role.ADMIN))


SHOP_VALUES = {"shop": "acme.myshopify.com", "client_id": "x", "secret": "y"}


def test_removing_a_shop_can_forget_its_customers(browser_as_owner: Client, store: Store) -> None:
    added = connections.add(store.pk, "shopify", SHOP_VALUES)
    where = f"/settings/connections/{added.connection_id}/remove/"
    assert "Also erase the names" in page(browser_as_owner, where)
    browser_as_owner.post(where, {"forget": "yes"})
    assert "everybody it told of is being forgotten" in page(browser_as_owner)
    assert "from acme.myshopify.com" in page(browser_as_owner)
    assert jobs() == ["connect_shop", "erase_shop"]


def test_removing_a_shop_forgets_nobody_unasked(browser_as_owner: Client, store: Store) -> None:
    added = connections.add(store.pk, "shopify", SHOP_VALUES)
    browser_as_owner.post(f"/settings/connections/{added.connection_id}/remove/")
    assert "Nobody has asked for anything." in page(browser_as_owner)
    assert jobs() == ["connect_shop"]


def test_what_is_no_shop_has_no_customers_to_forget(browser_as_owner: Client, store: Store) -> None:
    added = connections.add(store.pk, "easypost", {})
    where = f"/settings/connections/{added.connection_id}/remove/"
    assert "Also erase" not in page(browser_as_owner, where)


def jobs() -> list[str]:
    return [row["entrypoint"] for row in sql.fetch("SELECT entrypoint FROM pgqueuer ORDER BY id")]
