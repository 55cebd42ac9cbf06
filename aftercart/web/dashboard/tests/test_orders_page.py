"""The list of orders: search, filters, pages in both directions, speed."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import msgspec
import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from aftercart.conversation.pages.tests.made import at
from aftercart.conversation.pages.tests.stored import (
    make_fulfillment,
    make_line,
    make_order,
    make_parcel,
)
from aftercart.core import sql
from aftercart.core.models import Store
from aftercart.core.tenancy import bound
from aftercart.web.dashboard.queries import orders
from aftercart.web.dashboard.queries.orders import Filters, News, read_place, said_of
from aftercart.web.dashboard.tests.people import make_store
from aftercart.web.dashboard.tests.reading import links_of, source_of, text_of

pytestmark = pytest.mark.django_db

IN_THE_MIDDLE = 1_790_000_000_000_000
"""Microseconds of the epoch: in September 2026."""

FIRST_DAY = at("2026-11-01 12:00")


def many(store: Store, count: int) -> list[str]:
    """Orders placed a minute apart; their numbers, the newest first."""
    for number in range(count):
        make_order(
            store, number=f"#{number:04}", placed_at=FIRST_DAY + timedelta(minutes=number // 3)
        )
    return [f"#{number:04}" for number in reversed(range(count))]


def numbers_in(answer: Any) -> list[str]:
    """The order numbers in the table, top to bottom."""
    rows = source_of(answer).split('class="row-link"')[1:]
    return [row.partition(">")[2].partition("<")[0] for row in rows]


def neighbour(answer: Any, direction: str) -> str:
    """The address of the next page in a direction, or nothing."""
    found = [link for link in links_of(answer) if f"page={direction}-" in link]
    return f"/orders/{found[0]}" if found else ""


def test_pages_go_through_all_orders_and_back(store: Store, browser_as_owner: Client) -> None:
    expected = many(store, 130)
    seen, pages, where = [], [], "/orders/"
    while where:
        answer = browser_as_owner.get(where)
        seen += numbers_in(answer)
        pages.append(numbers_in(answer))
        where = neighbour(answer, "older")
    assert seen == expected
    assert [len(page) for page in pages] == [50, 50, 30]
    for page in reversed(pages[:-1]):
        answer = browser_as_owner.get(neighbour(answer, "newer"))
        assert numbers_in(answer) == page
    assert neighbour(answer, "newer") == ""


def test_a_new_order_shifts_no_page(store: Store, browser_as_owner: Client) -> None:
    expected = many(store, 60)
    second_page = neighbour(browser_as_owner.get("/orders/"), "older")
    make_order(store, number="#late", placed_at=FIRST_DAY + timedelta(days=1))
    answer = browser_as_owner.get(second_page)
    assert numbers_in(answer) == expected[50:]
    assert len(numbers_in(browser_as_owner.get(neighbour(answer, "newer")))) == 50


@pytest.mark.parametrize(
    "place", ["", "older", "older-x-1", "newer--1", "older-1-99999999999999999999", "sideways-1-1"]
)
def test_a_mangled_place_is_the_first_page(
    place: str, store: Store, browser_as_owner: Client
) -> None:
    assert read_place(place) is None
    expected = many(store, 3)
    assert numbers_in(browser_as_owner.get("/orders/", {"page": place})) == expected


@pytest.mark.parametrize(
    "text",
    [
        "#SF-1042",
        "sf-1042",
        "1042",
        " #1042 ",
        "Jane.Doe@Example.com",
        "jane do",
        "00340434292135100186",
        "0034 0434 2921 3510 0186",
    ],
)
def test_one_hit_leads_straight_to_the_order(
    text: str, store: Store, browser_as_owner: Client
) -> None:
    make_order(store, number="#SF-1", email="other@example.com", customer_name="Somebody Else")
    order = make_order(
        store,
        number="#SF-1042",
        email="jane.doe@example.com",
        customer_name="Jane Doe",
        placed_at=at("2026-11-22 10:00"),
    )
    make_parcel(make_fulfillment(order, {make_line(order): 1}), number="00340434292135100186")
    answer = browser_as_owner.get("/orders/", {"q": text})
    assert (answer.status_code, answer["Location"]) == (302, f"/orders/{order.id}/")


def test_a_search_stays_in_its_store(store: Store, browser_as_owner: Client) -> None:
    make_order(make_store("contoso"), number="#77", customer_name="Jane Doe")
    for text in ("77", "jane", "anna@example.com"):
        answer = browser_as_owner.get("/orders/", {"q": text})
        assert numbers_in(answer) == []
        assert "No order matches" in text_of(answer)


@pytest.mark.parametrize("text", ["%%%", "___", "\\\\\\", "'; --", "a" * 500, "\u2603"])
def test_a_strange_search_finds_nothing(text: str, store: Store, browser_as_owner: Client) -> None:
    make_order(store)
    answer = browser_as_owner.get("/orders/", {"q": text})
    assert answer.status_code == 200
    assert "No order matches" in text_of(answer)


def test_filters_narrow_and_stand_in_the_address(store: Store, browser_as_owner: Client) -> None:
    make_order(store, number="#late", delivery_status="exception")
    make_order(store, number="#back", delivery_status="returning")
    make_order(store, number="#there", delivery_status="delivered", fulfillment_status="fulfilled")
    make_order(store, number="#new", delivery_status="")
    make_order(store, number="#off", delivery_status="", cancelled_at=at("2026-11-22 10:00"))

    def shown(**query: str) -> set[str]:
        return set(numbers_in(browser_as_owner.get("/orders/", query)))

    assert shown() == {"#late", "#back", "#there", "#new", "#off"}
    assert shown(delivery="exception") == {"#late"}
    assert shown(delivery="attention") == {"#late", "#back"}
    assert shown(delivery="not_shipped") == {"#new"}
    assert shown(fulfillment="fulfilled") == {"#there"}
    assert shown(delivery="nonsense") == shown()
    assert shown(first="2026-11-22") == set()
    assert shown(first="2026-11-21", last="2026-11-21") == shown()
    assert shown(last="2026-11-20") == set()
    assert shown(first="0001-01-01", last="9999-12-31") == shown()


def test_days_are_the_stores(store: Store, browser_as_owner: Client) -> None:
    """23:30 in London is the next day in Berlin."""
    make_order(store, number="#night", placed_at=datetime(2026, 11, 20, 23, 30, tzinfo=UTC))
    assert numbers_in(browser_as_owner.get("/orders/", {"last": "2026-11-20"})) == []
    shown = browser_as_owner.get("/orders/", {"first": "2026-11-21", "last": "2026-11-21"})
    assert numbers_in(shown) == ["#night"]


def test_a_deleted_order_is_not_listed(store: Store, browser_as_owner: Client) -> None:
    make_order(store, number="#gone", deleted_at=at("2026-11-22 10:00"))
    assert "#gone" not in text_of(browser_as_owner.get("/orders/"))


def test_an_empty_store_says_how_orders_come(browser_as_owner: Client) -> None:
    answer = browser_as_owner.get("/orders/")
    assert "Connect your shop" in text_of(answer)
    assert "/settings/connections/add/" in links_of(answer)


def test_hostile_names_stay_text(store: Store, browser_as_owner: Client) -> None:
    make_order(store, number='"><img src=x>', customer_name="<script>alert(1)</script>")
    page = source_of(browser_as_owner.get("/orders/"))
    assert "<script>alert" not in page
    assert "<img src=x>" not in page


TODAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("status", "expected", "said"),
    [
        ("in_transit", TODAY, "arriving"),
        ("in_transit", date(2026, 11, 21), "was_due"),
        ("in_transit", None, "last_scan"),
        ("exception", TODAY, "last_scan"),
        ("returned", date(2026, 11, 30), "last_scan"),
        ("delivered", date(2026, 11, 30), "delivered"),
    ],
)
def test_nothing_is_called_arriving_that_was_due_before_today(
    status: str, expected: date | None, said: str
) -> None:
    moment = at("2026-11-20 10:00")
    news = News(parcels=1, delivered_at=moment, expected_date=expected, last_scan_at=moment)
    assert said_of(status, news, TODAY) == said
    assert said_of(status, None, TODAY) == ""


def test_a_page_takes_few_queries(store: Store, browser_as_owner: Client) -> None:
    many(store, 60)
    browser_as_owner.get("/orders/")
    with CaptureQueriesContext(
        connection,
    ) as few:
        browser_as_owner.get("/orders/")
    assert len(few) < 25


@pytest.fixture(scope="module")
def crowded(django_db_setup: None, django_db_blocker) -> Any:
    """A store with 100,000 orders."""
    with django_db_blocker.unblock(), transaction.atomic():
        store = make_store("crowded")
        sql.run(
            """
            INSERT INTO orders_order (store_id, source, external_id, number, token, email,
              customer_name, currency, total, delivery_status, fulfillment_status,
              placed_at, source_updated_at, recorded_at)
            SELECT %s, 'api', n::text, '#' || n, 'token' || n, 'p' || n || '@example.com',
              'Person ' || md5(n::text), 'EUR', 10,
              CASE WHEN n %% 500 = 0 THEN 'exception' ELSE 'delivered' END,
              CASE WHEN n %% 900 = 0 THEN 'fulfilled' ELSE 'unfulfilled' END,
              '2026-11-01'::timestamptz - n * interval '1 minute', now(), now()
            FROM generate_series(1, 100000) AS n
            """,
            [store.id],
        )
        sql.run("SET LOCAL ROLE NONE")  # only the tables' owner may count them
        sql.run("ANALYZE orders_order")
        sql.run("SET LOCAL ROLE aftercart_worker")
        yield store
        transaction.set_rollback(True)


def read_rows(statement: str, parameters: list[Any]) -> float:
    """How many blocks of the database the statement touches."""
    plan = sql.fetch(f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {statement}", parameters)
    found = plan[0]["QUERY PLAN"]
    decoded = msgspec.json.decode(found) if isinstance(found, str) else found
    node = decoded[0]["Plan"]
    return float(node["Shared Hit Blocks"] + node["Shared Read Blocks"])


@pytest.mark.parametrize(
    ("numbers", "email", "name"),
    [(["#77777"], "", ""), ([], "p77777@example.com", ""), ([], "", "%person 79fd43%")],
    ids=["number", "e-mail", "name"],
)
def test_searching_among_100000_orders_reads_few_blocks(
    crowded: Store, numbers: list[str], email: str, name: str
) -> None:
    """The whole table has thousands of blocks; see the migration of `orders_matching`."""
    with bound(crowded.id):
        blocks = read_rows("SELECT orders_matching(%s, %s, %s, 100)", [numbers, email, name])
    assert blocks < 700


@pytest.mark.parametrize(
    ("filters", "most"),
    [
        (Filters(), 100),
        (Filters(fulfillment="fulfilled"), 100),
        (Filters(first_day=date(2026, 9, 1)), 100),
        # In no index, to keep every step of a parcel cheap: the list is walked for 50 of them.
        (Filters(delivery="exception"), 1500),
    ],
    ids=["all", "fulfillment", "days", "rare status"],
)
def test_a_page_of_100000_orders_reads_few_blocks(
    crowded: Store, filters: Filters, most: int
) -> None:
    """The first page as well as one from the middle."""
    with bound(crowded.id):
        found = orders.page(crowded.id, filters)
        assert len(found.rows) == 50
        for place in ("", f"older-{IN_THE_MIDDLE}-0"):
            with CaptureQueriesContext(connection) as queries:
                orders.page(crowded.id, filters, place)
            assert read_rows(queries[0]["sql"], []) < most
