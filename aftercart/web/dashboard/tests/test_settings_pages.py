"""Connections, imports, brand, stores and one's profile."""

import re
from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from aftercart.conversation.pages.models import Brand
from aftercart.conversation.pages.tests.stored import make_order
from aftercart.core import clock
from aftercart.core.models import Member, Store
from aftercart.intake import importing
from aftercart.intake.actions import connections
from aftercart.intake.api_keys import caller_of
from aftercart.intake.models import Connection, ImportRun, InboxEntry
from aftercart.web.dashboard.tests.filled import CSV, make_parked
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


def upload(browser: Client, content: bytes = CSV, **given: str) -> Any:
    file = SimpleUploadedFile("orders.csv", content)
    return browser.post("/imports/", {"file": file, "date_format": "iso", **given})


def test_a_file_is_looked_into_before_anything_happens(
    store: Store, browser_as_owner: Client
) -> None:
    answer = upload(browser_as_owner)
    assert answer.status_code == 302
    page = browser_as_owner.get(answer["Location"])
    text = text_of(page)
    assert "Import 1 row" in text
    assert "Linen throw" in text
    assert "What is wrong" in text
    run = ImportRun.objects.get()
    assert run.state == "preview"
    assert "No orders yet" not in text


def test_an_import_is_started_and_stopped(store: Store, browser_as_owner: Client) -> None:
    where = upload(browser_as_owner)["Location"]
    browser_as_owner.post(f"{where}start/")
    assert ImportRun.objects.get().state == "waiting"
    again = browser_as_owner.post(f"{where}start/", follow=True)
    assert 'class="flash error"' in source_of(again)
    browser_as_owner.post(f"{where}cancel/")
    assert ImportRun.objects.get().state == "cancelled"


def test_failed_rows_come_back_as_a_file(store: Store, browser_as_owner: Client) -> None:
    where = upload(browser_as_owner)["Location"]
    browser_as_owner.post(f"{where}start/")
    importing.import_file(store.id, ImportRun.objects.get().pk)
    answer = browser_as_owner.get(f"{where}failed.csv")
    assert answer["Content-Disposition"] == 'attachment; filename="failed-orders.csv"'
    assert "not an address" in source_of(answer)
    page = browser_as_owner.get(where)
    assert "Download the failed rows" in text_of(page)


@pytest.mark.parametrize("content", [b"", b"just some words", b"\x89PNG\r\n\x1a\n\x00\x00"])
def test_a_file_that_is_no_table_is_refused_with_words(
    content: bytes, store: Store, browser_as_owner: Client
) -> None:
    answer = upload(browser_as_owner, content)
    assert answer.status_code == 422
    assert "id_file_error" in source_of(answer)
    assert not ImportRun.objects.exists()


# Brand


LOOK = {"accent": "#7a1f5c", "background": "#fffaf2", "footer": "Fjord ApS, Kobenhavn"}


def picture(size: tuple[int, int] = (400, 100)) -> bytes:
    out = BytesIO()
    Image.new("RGB", size, "#7a1f5c").save(out, "PNG")
    return out.getvalue()


def test_the_look_is_saved_with_the_contact(store: Store, browser_as_owner: Client) -> None:
    given = {**LOOK, "contact_email": "care@example.com", "sender_name": "Fjord"}
    assert browser_as_owner.post("/settings/brand/", given).status_code == 302
    brand = Brand.objects.get(store=store)
    store.refresh_from_db()
    assert (brand.accent, brand.sender_name, store.contact_email) == (
        "#7a1f5c",
        "Fjord",
        "care@example.com",
    )


def test_a_wrong_colour_is_refused_and_nothing_lost(store: Store, browser_as_owner: Client) -> None:
    answer = browser_as_owner.post("/settings/brand/", {**LOOK, "accent": "red;}"})
    assert answer.status_code == 422
    assert "six digits" in text_of(answer)
    assert "Fjord ApS" in source_of(answer)
    assert not Brand.objects.filter(accent="red;}").exists()


def test_a_logo_is_taken_and_taken_away(store: Store, browser_as_owner: Client) -> None:
    file = SimpleUploadedFile("logo.png", picture())
    browser_as_owner.post("/settings/brand/logo/", {"logo": file})
    digest = Brand.objects.get(store=store).logo_hash
    assert f"logo-{digest}.png" in source_of(browser_as_owner.get("/settings/brand/"))
    browser_as_owner.post("/settings/brand/logo/", {"remove": "1"})
    assert Brand.objects.get(store=store).logo is None


@pytest.mark.parametrize("content", [b"<svg onload='alert(1)'/>", b"not a picture", b"GIF89a"])
def test_what_is_no_picture_is_refused(
    content: bytes, store: Store, browser_as_owner: Client
) -> None:
    file = SimpleUploadedFile("logo.png", content)
    answer = browser_as_owner.post("/settings/brand/logo/", {"logo": file})
    assert answer.status_code == 422
    assert "PNG, JPEG" in text_of(answer)


@pytest.mark.parametrize("kind", ["page", "mail"])
def test_colours_are_tried_on_before_they_are_saved(
    kind: str, store: Store, browser_as_owner: Client
) -> None:
    where = f"/settings/brand/preview/{kind}/"
    example = browser_as_owner.get(where, {"accent": "#7a1f5c", "footer": "<b>Tried</b>"})
    assert "#7a1f5c" in source_of(example)
    assert "&lt;b&gt;Tried" in source_of(example)
    assert "sandbox" in example["Content-Security-Policy"]
    order = make_order(store, number="#4711")
    assert order.number in source_of(browser_as_owner.get(where, {"accent": "};evil"}))
    assert not Brand.objects.filter(store=store, accent="#7a1f5c").exists()


# Stores and profile


def test_a_store_is_added_and_entered(owner: Member, browser_as_owner: Client) -> None:
    given = {"name": "Second", "slug": "Second", "time_zone": "Europe/Oslo", "currency": "nok"}
    page = browser_as_owner.post("/settings/stores/add/", given, follow=True)
    assert "Second is there" in text_of(page)
    second = Store.objects.get(slug="second")
    assert (second.currency, second.account) == ("NOK", owner.account)


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("slug", "northwind", "Another store has this short name"),
        ("slug", "no spaces", "valid"),
        ("time_zone", "Mars/Olympus", "Choose a zone from the list"),
        ("currency", "XYZ1", "at most 3"),
        ("currency", "QQQ", "three letters"),
    ],
)
def test_a_wrong_store_is_refused_with_words(
    name: str, value: str, says: str, owner: Member, browser_as_owner: Client
) -> None:
    given = {"name": "Two", "slug": "two", "time_zone": "UTC", "currency": "EUR", name: value}
    answer = browser_as_owner.post("/settings/stores/add/", given)
    assert answer.status_code == 422
    assert says in text_of(answer)
    assert Store.objects.count() == 1


def test_switching_stores(store: Store, owner: Member, browser_as_owner: Client) -> None:
    second = make_store("second", store.account)
    make_order(second, number="#in-second")
    assert "#in-second" not in text_of(browser_as_owner.get("/orders/"))
    browser_as_owner.get("/", {"store": "second"})
    assert "#in-second" in text_of(browser_as_owner.get("/orders/"))


def test_ones_name_is_changed(owner: Member, browser_as_owner: Client) -> None:
    browser_as_owner.post("/profile/", {"name": "Ada <b>"})
    owner.user.refresh_from_db()
    assert owner.user.name == "Ada <b>"
    assert "Ada &lt;b&gt;" in source_of(browser_as_owner.get("/profile/"))
    assert browser_as_owner.post("/profile/", {"name": ""}).status_code == 422


def test_a_stranger_has_no_profile(db: None) -> None:
    assert Client().get("/profile/")["Location"].startswith("/accounts/login/")


def test_an_unknown_address_has_a_page(browser_as_owner: Client) -> None:
    answer = browser_as_owner.get("/nowhere/")
    assert answer.status_code == 404
    assert "There is nothing here" in text_of(answer)
    assert Client().get("/nowhere/").status_code == 404


def test_pages_allow_no_foreign_script(browser_as_owner: Client) -> None:
    answer = browser_as_owner.get("/")
    assert "script-src 'self'" in answer["Content-Security-Policy"]
    inline = re.findall(r"<script(?![^>]*\bsrc=)[^>]*>", source_of(answer))
    assert inline == []
    assert not re.search(r"\son\w+=", source_of(answer))
