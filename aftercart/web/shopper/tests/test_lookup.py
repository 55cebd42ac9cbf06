"""Looking up an order: one answer to everybody, a mail only to who is on file."""

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import msgspec
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from aftercart.conversation.messages.models import Message
from aftercart.conversation.pages.models import LookupCount
from aftercart.conversation.pages.tests.made import NOW
from aftercart.conversation.pages.tests.stored import (
    make_fulfillment,
    make_line,
    make_order,
    make_parcel,
    make_scan,
    make_store,
)
from aftercart.core import clock, sql
from aftercart.core.models import Store
from aftercart.web.shopper import jobs

pytestmark = pytest.mark.django_db

SAME_ANSWER = "If these match an order, we have sent its link to the e-mail address on file."
LINK_LIMIT, MOVEMENT_LIMIT = 6, 40


@pytest.fixture(autouse=True)
def _standing_clock() -> Iterator[None]:
    with clock.moved_to(NOW):
        yield


@pytest.fixture
def store() -> Store:
    return make_store()


def ask(client: Client, order: str, proof: str, **extra: Any):
    return client.post("/track/northwind/", {"order": order, "proof": proof}, **extra)


def work() -> None:
    """Run the jobs that wait, as a worker would."""
    for row in sql.fetch("SELECT payload FROM pgqueuer WHERE entrypoint = 'send_tracking_link'"):
        jobs.send_tracking_link(**msgspec.json.decode(bytes(row["payload"])))
    sql.run("DELETE FROM pgqueuer")


def links() -> list[int | None]:
    planned = Message.objects.filter(template="tracking_link").order_by("id")
    return list(planned.values_list("order_id", flat=True))


@pytest.mark.parametrize(
    "proof",
    [
        "anna@example.com",
        " Anna@Example.COM ",
        "10115",
        "1 01-15",
        "+49 30 5550123",
        "030/5550123",
        "0049305550123",
    ],
)
def test_whoever_proves_the_order_gets_its_link_by_mail(client, store, proof):
    order = make_order(store, number="#1001")
    make_order(store, number="#1002")
    answer = ask(client, "1001", proof)
    assert (answer.status_code, answer["Location"]) == (303, "/track/northwind/?asked=1")
    assert SAME_ANSWER in client.get(answer["Location"]).content.decode()
    assert links() == []
    work()
    assert links() == [order.id]


@pytest.mark.parametrize("number", ["1001", "#1001", " # 1001 ", "１００１"])
def test_the_number_may_be_written_in_any_way(client, store, number):
    make_order(store, number="#1001")
    ask(client, number, "10115")
    work()
    assert len(links()) == 1


@pytest.mark.parametrize(
    ("number", "proof"),
    [
        ("1001", "bert@example.com"),
        ("1001", "10117"),
        ("1001", "030 5550124"),
        ("9999", "anna@example.com"),
        ("100", "anna@example.com"),
        ("%", "anna@example.com"),
        ("1001' OR '1'='1", "anna@example.com"),
    ],
)
def test_who_proves_nothing_gets_the_same_answer_and_no_mail(client, store, number, proof):
    make_order(store, number="#1001")
    answer = ask(client, number, proof)
    assert (answer.status_code, answer["Location"]) == (303, "/track/northwind/?asked=1")
    work()
    assert links() == []


def test_the_answer_is_made_without_looking(client, store):
    """The same statements whatever was typed, and none of them reads an order."""
    make_order(store, number="#1001")
    statements = []
    for number, proof in (("1001", "anna@example.com"), ("9999", "bert@example.com")):
        with CaptureQueriesContext(connection) as queries:
            ask(client, number, proof)
        statements.append([re.sub(r"'[^']*'|\d+", "?", q["sql"]) for q in queries])
    assert statements[0] == statements[1]
    assert not any("orders_order" in statement for statement in statements[0])


def test_what_was_typed_waits_as_hashes_only(client, store):
    ask(client, "1001", "anna@example.com")
    (row,) = sql.fetch("SELECT payload FROM pgqueuer")
    assert b"anna" not in bytes(row["payload"])
    assert not any("1001" in count.key for count in LookupCount.objects.all())


def test_another_stores_order_is_not_found(client, store):
    other = make_store("other")
    make_order(other, number="#1001")
    ask(client, "1001", "anna@example.com")
    work()
    assert links() == []


def test_orders_that_share_a_number_are_told_apart_by_the_proof(client, store):
    make_order(store, number="#1001", email="bert@example.com")
    hers = make_order(store, number="#1001", source="second shop")
    ask(client, "1001", "anna@example.com")
    work()
    assert links() == [hers.id]


def test_a_number_is_tried_only_so_often(client, store):
    for place in range(LINK_LIMIT):
        answer = ask(client, "1001", f"{place}@example.com", REMOTE_ADDR=f"192.0.2.{place}")
        assert answer.status_code == 303
    refused = ask(client, "#1001", "anna@example.com", REMOTE_ADDR="192.0.2.99")
    assert refused.status_code == 429
    assert 0 < int(refused["Retry-After"]) <= 900
    assert "Wait a quarter of an hour" in refused.content.decode()
    assert 'value="anna@example.com"' in refused.content.decode()
    assert ask(client, "1002", "anna@example.com", REMOTE_ADDR="192.0.2.99").status_code == 303
    with clock.moved_to(NOW + timedelta(minutes=16)):
        assert ask(client, "1001", "anna@example.com").status_code == 303


def test_a_visitor_tries_only_so_often(client, store):
    for place in range(20):
        assert (
            ask(client, f"{place}", "a@example.com", REMOTE_ADDR="2001:db8::1").status_code == 303
        )
    household = "2001:db8:0:0:ffff::2"
    assert ask(client, "77", "a@example.com", REMOTE_ADDR=household).status_code == 429
    assert ask(client, "77", "a@example.com", REMOTE_ADDR="2001:db8:0:1::2").status_code == 303


def test_invented_proxies_do_not_help(client, store):
    for place in range(20):
        ask(client, f"{place}", "a@example.com", HTTP_X_FORWARDED_FOR=f"192.0.2.{place}")
    refused = ask(client, "77", "a@example.com", HTTP_X_FORWARDED_FOR="192.0.2.200")
    assert refused.status_code == 429


def test_one_order_gets_only_a_few_links(client, store):
    make_order(store, number="#1001")
    for place in range(5):
        ask(client, "1001", "anna@example.com", REMOTE_ADDR=f"192.0.2.{place}")
        work()
    assert len(links()) == 3


def test_the_same_question_waits_once(client, store):
    for _ in range(3):
        ask(client, "1001", "anna@example.com")
    assert len(sql.fetch("SELECT id FROM pgqueuer")) == 1


def test_old_counts_are_forgotten(client, store):
    ask(client, "1001", "anna@example.com")
    with clock.moved_to(NOW + timedelta(days=2)):
        work()
    assert LookupCount.objects.count() == 0


@pytest.mark.parametrize(
    ("number", "proof", "words"),
    [
        ("", "anna@example.com", "Enter the order number."),
        (" # ", "anna@example.com", "Enter the order number."),
        ("1001", "", "Enter an e-mail address, a postcode or a phone number."),
        ("1001", "!!", "This is no e-mail address, postcode or phone number."),
        ("1001", "x" * 5000, "This is no e-mail address, postcode or phone number."),
    ],
)
def test_mistakes_are_told_beside_the_field_and_nothing_is_lost(
    client, store, number, proof, words
):
    answer = ask(client, number, proof)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert words in page
    assert 'aria-invalid="true"' in page
    assert LookupCount.objects.count() == 0


def test_the_first_mistake_has_the_cursor_and_the_title_says_so(client, store):
    for number, proof, name in (("", "", "order"), ("1001", "", "proof"), ("", "10115", "order")):
        page = ask(client, number, proof).content.decode()
        focused = re.findall(r'<input id="f-(\w+)"[^>]* autofocus>', page)
        assert focused == [name]
        assert "<title>Check what you entered" in page
    page = client.get("/track/northwind/").content.decode()
    assert "autofocus" not in page
    assert "<title>Where is my order?" in page


def test_the_pages_travel_small(client, store):
    """Uncompressed they are longer than what a slow line brings in its first round trip."""
    for path in ("/track/northwind/", "/track/northwind/?asked=1", "/track/northwind/?parcel=1Z"):
        answer = client.get(path, headers={"Accept-Encoding": "gzip"})
        assert answer["Content-Encoding"] == "gzip"
        assert len(answer.content) < 7000
        assert "Accept-Encoding" in answer["Vary"]


def test_hostile_input_stays_text(client, store):
    evil = '"><script>alert(1)</script>\x00'
    page = ask(client, evil, "!!").content.decode()
    assert "<script" not in page
    assert "&lt;script&gt;" in page
    page = client.get("/track/northwind/", {"parcel": evil}).content.decode()
    assert "<script" not in page


def test_the_form_cannot_be_sent_from_elsewhere(store):
    client = Client(enforce_csrf_checks=True)
    assert ask(client, "1001", "anna@example.com").status_code == 403
    page = client.get("/track/northwind/").content.decode()
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
    assert token is not None
    answer = client.post(
        "/track/northwind/",
        {"order": "1001", "proof": "anna@example.com", "csrfmiddlewaretoken": token[1]},
    )
    assert answer.status_code == 303


def test_nobody_keeps_or_lists_the_pages(client, store):
    for path in ("/track/northwind/", "/track/northwind/?asked=1", "/track/northwind/?parcel=1Z"):
        answer = client.get(path)
        assert answer["Cache-Control"] == "private, no-store"
        assert answer["X-Robots-Tag"] == "noindex, nofollow"
        assert "script-src" not in answer["Content-Security-Policy"]
        assert "default-src 'none'" in answer["Content-Security-Policy"]
        assert "<script" not in answer.content.decode()


def test_which_store_is_meant(client):
    make_store("demo", is_demo=True)
    assert "Demo" in client.get("/track/").content.decode()
    real = make_store("northwind", domain="track.northwind.example")
    assert "Northwind" in client.get("/track/").content.decode()
    make_store("other")
    page = client.get("/track/")
    assert page.status_code == 404
    for name in ("Northwind", "Other", "Demo"):
        assert name not in page.content.decode()
    by_host = client.get("/track/", HTTP_HOST="Track.Northwind.example:8000").content.decode()
    assert real.name in by_host
    assert client.get("/track/nobody/").status_code == 404
    assert client.get("/track").status_code == 301


class TestMovement:
    """A tracking number alone."""

    NUMBER = "00340434161094042557"

    @pytest.fixture(autouse=True)
    def _parcel(self, store: Store) -> None:
        order = make_order(store, number="#1001")
        sent = make_fulfillment(order, {make_line(order, "Linen shirt"): 1})
        parcel = make_parcel(
            sent,
            number=self.NUMBER,
            tracking_url="https://shop.example/track?email=anna@example.com",
            signed_by="Weber",
            status="delivered",
            delivered_at=NOW - timedelta(hours=3),
        )
        make_scan(
            parcel,
            "2026-11-25 06:30",
            "delivered",
            text="Delivered to WEBER, Lindenallee 4",
            city="BERLIN",
            postcode="10115",
        )
        make_scan(parcel, "2026-11-24 08:14")
        make_parcel(make_fulfillment(order, {}), number="5555555555", status="info_received")

    def movement(self, client: Client, number: str) -> str:
        answer = client.get("/track/northwind/", {"parcel": number})
        assert answer.status_code == 200
        return str(answer.content.decode())

    @pytest.mark.parametrize(
        "number", [NUMBER, "0034 0434 1610 9404 2557", f"{NUMBER[:8]}-{NUMBER[8:]}"]
    )
    def test_shows_where_the_parcel_has_been(self, client, number):
        page = self.movement(client, number)
        assert "Delivered <em>today</em>" in page
        for words in ("Berlin, DE", "Leipzig, DE", "DHL", "09:14"):
            assert words in page

    def test_shows_nothing_of_whose_it_is(self, client):
        page = self.movement(client, self.NUMBER)
        for secret in (
            "Weber",
            "WEBER",
            "Anna",
            "anna",
            "1001",
            "Linen",
            "10115",
            "Lindenallee",
            "shop.example",
        ):
            assert secret not in page, secret

    def test_says_the_same_of_a_number_that_nobody_knows_and_one_that_nobody_scanned(self, client):
        unscanned = self.movement(client, "5555555555")
        unknown = self.movement(client, "6666666666")
        assert unscanned.replace("5555555555", "6666666666") == unknown
        assert "We know of no scan" in unknown

    def test_says_nothing_of_another_stores_parcel(self, client):
        make_store("other")
        answer = client.get("/track/other/", {"parcel": self.NUMBER})
        assert "We know of no scan" in answer.content.decode()

    def test_is_tried_only_so_often(self, client):
        for place in range(MOVEMENT_LIMIT):
            self.movement(client, f"77777777{place}")
        refused = client.get("/track/northwind/", {"parcel": self.NUMBER})
        assert refused.status_code == 429
        assert "Leipzig" not in refused.content.decode()

    def test_an_empty_number_leads_back_to_the_form(self, client):
        assert client.get("/track/northwind/?parcel=").status_code == 302
