"""Imports, brand, stores and one's profile."""

import re
from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from aftercart.conversation.pages.models import Brand
from aftercart.conversation.pages.tests.stored import make_order
from aftercart.core.models import Member, Store
from aftercart.intake import importing
from aftercart.intake.models import ImportRun
from aftercart.web.dashboard.tests.filled import CSV
from aftercart.web.dashboard.tests.people import make_store
from aftercart.web.dashboard.tests.reading import source_of, text_of

pytestmark = pytest.mark.django_db


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
