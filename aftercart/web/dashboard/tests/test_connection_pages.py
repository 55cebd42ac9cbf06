"""Connections: made, mended, paused, ended, and what is parked at them."""

import re
from typing import Any

import pytest
from django.test import Client

from aftercart.core import clock
from aftercart.core.models import Store
from aftercart.intake.actions import connections
from aftercart.intake.api_keys import caller_of
from aftercart.intake.models import Connection, ImportRun, InboxEntry
from aftercart.web.dashboard.tests.filled import make_parked
from aftercart.web.dashboard.tests.people import make_store
from aftercart.web.dashboard.tests.reading import source_of, text_of

pytestmark = pytest.mark.django_db

CONNECTIONS = "/settings/connections/"
WOO = {
    "url": "https://shop.example.com",
    "consumer_key": "ck_0123456789abcdef",
    "consumer_secret": "cs_0123456789abcdef",
}


def connect(store: Store, system: str = "easypost", **values: str) -> str:
    """Connect the store; returns the address of the connection's page."""
    return f"{CONNECTIONS}{connections.add(store.id, system, values).connection_id}/"


def test_every_system_can_be_chosen(browser_as_owner: Client) -> None:
    text = text_of(browser_as_owner.get(f"{CONNECTIONS}add/"))
    for label in ("Shopify", "WooCommerce", "EasyPost", "AfterShip", "Postmark", "Amazon SES"):
        assert label in text
    assert browser_as_owner.get(f"{CONNECTIONS}add/nonsense/").status_code == 404


def test_secrets_are_shown_once(store: Store, browser_as_owner: Client) -> None:
    page = browser_as_owner.post(f"{CONNECTIONS}add/easypost/", {}, follow=True)
    assert "it is shown only once" in text_of(page)
    shown = re.findall(r'class="secret"><code data-copy>([^<]+)</code>', source_of(page))
    address = next(text for text in shown if "/in/" in text)
    secret = next(text for text in shown if "/in/" not in text)
    connection = Connection.objects.get(store=store)
    assert address.endswith(connection.public_id)
    again = source_of(browser_as_owner.get(f"{CONNECTIONS}{connection.pk}/"))
    assert secret not in again
    assert address in again
    session = browser_as_owner.session
    assert secret not in str(dict(session.items()))


def test_a_wrong_value_is_said_beside_its_field(store: Store, browser_as_owner: Client) -> None:
    answer = browser_as_owner.post(
        f"{CONNECTIONS}add/woocommerce/", {**WOO, "consumer_key": "nonsense"}
    )
    assert answer.status_code == 422
    assert "does not look right" in text_of(answer)
    assert 'aria-describedby="id_consumer_key_help id_consumer_key_error"' in source_of(answer)
    assert 'value="https://shop.example.com"' in source_of(answer)
    assert "cs_0123456789abcdef" not in source_of(answer)
    assert not Connection.objects.exists()


def test_a_shop_is_connected_once(store: Store, browser_as_owner: Client) -> None:
    browser_as_owner.post(f"{CONNECTIONS}add/woocommerce/", WOO)
    answer = browser_as_owner.post(f"{CONNECTIONS}add/woocommerce/", WOO)
    assert "already connected" in text_of(answer)


def test_a_stored_secret_is_never_sent_back(store: Store, browser_as_owner: Client) -> None:
    page = connect(store, "woocommerce", **WOO)
    for address in (page, f"{page}change/"):
        text = source_of(browser_as_owner.get(address))
        assert "https://shop.example.com" in text
        assert "ck_0123456789abcdef" not in text
        assert "cs_0123456789abcdef" not in text


def test_an_empty_secret_stays_as_it_is(store: Store, browser_as_owner: Client) -> None:
    page = connect(store, "woocommerce", **WOO)
    before = bytes(Connection.objects.get().credentials or b"")
    answer = browser_as_owner.post(f"{page}change/", {"url": "https://shop.example.com"})
    assert answer.status_code == 302
    assert bytes(Connection.objects.get().credentials or b"") == before
    other = browser_as_owner.post(f"{page}change/", {"url": "https://other.example.com"})
    assert "another shop" in text_of(other)


def test_pausing_can_be_undone(store: Store, browser_as_owner: Client) -> None:
    page = connect(store)
    answer = browser_as_owner.post(f"{page}pause/", follow=True)
    assert f'action="{page}resume/"' in source_of(answer)
    assert Connection.objects.get().state == "paused"
    browser_as_owner.post(f"{page}resume/")
    assert Connection.objects.get().state == "active"


def test_new_secrets_are_asked_for_and_shown_once(store: Store, browser_as_owner: Client) -> None:
    page = connect(store)
    assert "24 hours" in text_of(browser_as_owner.get(f"{page}rotate/"))
    assert "shown only once" in text_of(browser_as_owner.post(f"{page}rotate/", follow=True))
    assert "shown only once" not in text_of(browser_as_owner.get(page))


def test_secrets_that_have_leaked_are_refused_at_once(
    store: Store, browser_as_owner: Client
) -> None:
    added = connections.add(store.id, "api", {})
    page = f"/settings/connections/{added.connection_id}/"
    browser_as_owner.post(f"{page}rotate/")
    assert caller_of(added.secrets["api_key"]) is not None
    browser_as_owner.post(f"{page}rotate/", {"leaked": "on"})
    assert caller_of(added.secrets["api_key"]) is None


def test_what_a_key_may_do_is_chosen_and_shown(store: Store, browser_as_owner: Client) -> None:
    add = "/settings/connections/add/api/"
    assert source_of(browser_as_owner.get(add)).count(" checked") == 3
    assert browser_as_owner.post(add, {"scopes": []}).status_code == 422
    page = browser_as_owner.post(add, {"scopes": ["tracking:write"]})["Location"]
    assert "Send tracking events" in text_of(browser_as_owner.get(page))
    assert "what has become of each" not in text_of(browser_as_owner.get(page))
    browser_as_owner.post(f"{page}change/", {"scopes": ["orders:read", "tracking:write"]})
    assert Connection.objects.get().settings["scopes"] == "orders:read tracking:write"


def test_removing_asks_in_its_own_words(store: Store, browser_as_owner: Client) -> None:
    page = connect(store)
    assert "Nothing more comes in" in text_of(browser_as_owner.get(f"{page}remove/"))
    assert Connection.objects.get().removed_at is None
    browser_as_owner.post(f"{page}remove/")
    assert Connection.objects.get().removed_at is not None
    assert browser_as_owner.get(page).status_code == 404


def test_a_broken_connection_says_what_to_do(store: Store, browser_as_owner: Client) -> None:
    page = connect(store, "woocommerce", **WOO)
    connection = Connection.objects.get()
    message = "WooCommerce refuses the key. Make a new one with Read/Write permission."
    connections.note_error(store.id, connection.pk, message, permanent=True)
    text = text_of(browser_as_owner.get(page))
    assert message in text
    assert "Change what you entered" in text
    assert "Try again" in text


def test_parked_deliveries_are_shown_tried_and_left(store: Store, browser_as_owner: Client) -> None:
    page = connect(store)
    evil = b'{"name": "<script>alert(1)</script>\x00"}'
    first, second, third = (
        make_parked(store, Connection.objects.get().pk, evil + str(n).encode()) for n in range(3)
    )
    shown = source_of(browser_as_owner.get(page))
    assert "result.status: expected a text" in shown
    assert "&lt;script&gt;" in shown
    assert "<script>alert" not in shown

    def states() -> dict[int, str]:
        return dict(InboxEntry.objects.values_list("id", "state"))

    browser_as_owner.post(f"{page}parked/dismiss/", {"chosen": first.id})
    browser_as_owner.post(f"{page}parked/retry/", {"chosen": second.id})
    assert states() == {first.id: "ignored", second.id: "pending", third.id: "parked"}
    browser_as_owner.post(f"{page}parked/retry-all/")
    assert states()[third.id] == "pending"
    answer = browser_as_owner.post(f"{page}parked/dismiss/", {"chosen": first.id}, follow=True)
    assert "Nothing was chosen that could be left alone" in text_of(answer)


def test_several_parked_deliveries_are_left_and_taken_back(
    store: Store, browser_as_owner: Client
) -> None:
    page = connect(store)
    ids = [make_parked(store, Connection.objects.get().pk).id for _ in range(3)]
    answer = browser_as_owner.post(f"{page}parked/dismiss/", {"chosen": ids[:2]}, follow=True)
    assert "2 deliveries are left alone for good" in text_of(answer)
    undo = re.search(r'action="([^"]*restore[^"]*)"', source_of(answer))
    assert undo
    assert InboxEntry.objects.filter(state="ignored").count() == 2
    browser_as_owner.post(undo[1].replace("&amp;", "&"))
    entries = InboxEntry.objects.order_by("id").values_list("state", "error")
    assert list(entries) == [("parked", "result.status: expected a text")] * 3


def test_what_was_never_dismissed_is_not_restored(store: Store, browser_as_owner: Client) -> None:
    page = connect(store)
    entry = make_parked(store, Connection.objects.get().pk)
    InboxEntry.objects.filter(id=entry.id).update(state="ignored", error="A topic of no use.")
    browser_as_owner.post(f"{page}parked/restore/?chosen={entry.id}")
    entry.refresh_from_db()
    assert entry.state == "ignored"


def test_another_stores_deliveries_are_not_touched(store: Store, browser_as_owner: Client) -> None:
    page = connect(store)
    other = make_store("contoso")
    theirs = make_parked(other, connections.add(other.id, "easypost", {}).connection_id)
    for what in ("retry", "dismiss"):
        browser_as_owner.post(f"{page}parked/{what}/", {"chosen": theirs.id})
    theirs.refresh_from_db()
    assert theirs.state == "parked"


@pytest.mark.parametrize(
    ("changes", "look"),
    [
        ({}, "Waits for its first delivery"),
        ({"last_delivery_at": clock.now()}, "Working"),
        ({"last_pull_at": clock.now()}, "Working"),
        ({"last_delivery_at": clock.now(), "error": "It is slow."}, "Has trouble"),
        ({"state": "broken", "error": "The key is wrong."}, "Broken"),
        ({"state": "paused"}, "Paused"),
    ],
)
def test_a_connection_says_how_it_does(
    changes: dict[str, Any], look: str, store: Store, browser_as_owner: Client
) -> None:
    page = connect(store)
    Connection.objects.update(**changes)
    for address in (page, CONNECTIONS):
        assert look in text_of(browser_as_owner.get(address))


def test_an_import_shows_its_progress_without_script(
    store: Store, browser_as_owner: Client
) -> None:
    page = connect(store, "woocommerce", **WOO)
    run = ImportRun.objects.create(
        store=store,
        connection=Connection.objects.get(),
        kind="orders",
        state="running",
        total=400,
        done=100,
        created_at=store.created_at,
    )
    shown = source_of(browser_as_owner.get(page))
    assert '<progress value="100" max="400">' in shown
    assert '<noscript><meta http-equiv="refresh"' in shown
    run.state = "done"
    run.save()
    assert "http-equiv" not in source_of(browser_as_owner.get(page))


# Imports
