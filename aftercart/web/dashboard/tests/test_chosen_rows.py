"""Doing something with several rows at once: orders into a file, messages once more."""

import csv
from collections.abc import Iterable
from io import StringIO
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.test import Client

from aftercart.conversation.messages.models import Message
from aftercart.conversation.pages.tests.made import at
from aftercart.conversation.pages.tests.stored import (
    make_fulfillment,
    make_line,
    make_order,
    make_parcel,
)
from aftercart.core.models import Role, Store
from aftercart.web.dashboard.queries import export
from aftercart.web.dashboard.queries.orders import Filters
from aftercart.web.dashboard.tests.filled import make_message
from aftercart.web.dashboard.tests.people import browser_in, make_store
from aftercart.web.dashboard.tests.reading import source_of, text_of

pytestmark = pytest.mark.django_db

FILE = "/orders/orders.csv"


def rows_of(answer: Any) -> list[dict[str, str]]:
    """The lines of a file by the names of its columns."""
    body = b"".join(answer.streaming_content).decode()
    assert body.startswith("\ufeff")
    return list(csv.DictReader(StringIO(body.removeprefix("\ufeff"))))


def numbers_of(answer: Any) -> list[str]:
    return [row["number"] for row in rows_of(answer)]


def orders_at(store: Store, days: Iterable[int], **given: Any) -> list[Any]:
    return [
        make_order(store, number=f"#{day:03}", placed_at=at(f"2026-11-{day:02} 10:00"), **given)
        for day in days
    ]


def test_the_chosen_orders_become_a_file(store: Store, browser_as_owner: Client) -> None:
    first, second, _third = orders_at(store, (1, 2, 3))
    answer = browser_as_owner.get(FILE, {"chosen": [second.id, first.id, "nonsense", "9" * 30]})
    assert answer["Content-Type"].startswith("text/csv")
    assert "attachment" in answer["Content-Disposition"]
    assert numbers_of(answer) == ["#002", "#001"]


def test_the_file_says_what_the_list_says(store: Store, browser_as_owner: Client) -> None:
    order = make_order(
        store, number="#1001", customer_name="=HYPERLINK(1)", placed_at=at("2026-11-21 23:30")
    )
    sent = make_fulfillment(order, {make_line(order): 1})
    make_parcel(
        sent, number="00340434292135100186", expected_until=at("2026-11-25 23:30"), carrier="dhl"
    )
    (row,) = rows_of(browser_as_owner.get(FILE, {"chosen": order.id}))
    assert row["placed_at"] == "2026-11-22T00:30:00+01:00"
    assert row["customer"] == "'=HYPERLINK(1)"
    assert (row["total"], row["currency"]) == ("98.00", "EUR")
    assert (row["tracking_numbers"], row["expected"]) == ("00340434292135100186", "2026-11-26")
    assert row["tracking_page"].endswith(f"/t/{order.token}")


def test_all_that_match_become_a_file(store: Store, browser_as_owner: Client) -> None:
    orders_at(store, range(1, 11), delivery_status="exception")
    make_order(store, number="#other", delivery_status="delivered")
    newest_first = [f"#{day:03}" for day in range(10, 0, -1)]
    assert numbers_of(browser_as_owner.get(FILE, {"delivery": "exception"})) == newest_first
    assert len(numbers_of(browser_as_owner.get(FILE))) == 11
    assert numbers_of(browser_as_owner.get(FILE, {"q": "nobody@example.com"})) == []


@pytest.mark.parametrize("batch", [1, 3, 5, 10, 11])
def test_a_file_is_read_in_batches(batch: int, store: Store) -> None:
    """No order is missed or told twice where one batch ends and the next begins."""
    orders_at(store, range(1, 11))
    lines = list(export.matching(store.id, ZoneInfo("UTC"), Filters(), batch))
    found = [line.partition(",")[0] for line in lines[2:]]
    assert found == [f"#{day:03}" for day in range(10, 0, -1)]


def test_a_file_holds_nothing_of_another_store(store: Store, browser_as_owner: Client) -> None:
    theirs = make_order(make_store("contoso"), number="#theirs")
    make_order(store, number="#ours")
    assert numbers_of(browser_as_owner.get(FILE, {"chosen": theirs.id})) == []
    assert numbers_of(browser_as_owner.get(FILE)) == ["#ours"]


@pytest.mark.parametrize(("role", "may"), [(Role.VIEWER, False), (Role.AGENT, True)])
def test_rows_can_be_chosen_by_those_who_may_do_something_with_them(
    role: Role, may: bool, store: Store
) -> None:
    order = make_order(store)
    make_message(store, order.id, state=Message.State.FAILED)
    browser = browser_in(store, role)
    for page in ("/orders/", "/messages/?state=failed"):
        assert ('name="chosen"' in source_of(browser.get(page))) is may
    assert browser.get(FILE).status_code == (200 if may else 403)


def test_chosen_messages_are_sent_once_more(store: Store, browser_as_owner: Client) -> None:
    order = make_order(store)
    messages = [make_message(store, order.id, state=Message.State.FAILED) for _ in range(3)]
    chosen = {"chosen": [message.id for message in messages[:2]]}
    asked = browser_as_owner.get("/messages/again/", chosen)
    assert "Send 2 messages once more?" in text_of(asked)
    assert not Message.objects.filter(state="planned").exists()
    answer = browser_as_owner.post("/messages/again/", chosen, follow=True)
    assert "2 messages are sent once more" in text_of(answer)
    again = set(Message.objects.filter(state="planned").values_list("key", flat=True))
    assert again == {f"resend:{message.id}/1" for message in messages[:2]}
    answer = browser_as_owner.post("/messages/again/", chosen, follow=True)
    assert "Nothing was left to send" in text_of(answer)
    assert Message.objects.filter(state="planned").count() == 2


def test_another_stores_messages_are_not_sent(store: Store, browser_as_owner: Client) -> None:
    other = make_store("contoso")
    theirs = make_message(other, make_order(other).id, state=Message.State.FAILED)
    chosen = {"chosen": theirs.id}
    assert "Nothing was chosen" in text_of(browser_as_owner.get("/messages/again/", chosen))
    browser_as_owner.post("/messages/again/", chosen)
    assert not Message.objects.filter(state="planned").exists()


def test_the_worst_messages_are_shown_first(store: Store, browser_as_owner: Client) -> None:
    order = make_order(store)
    make_message(store, order.id, subject="All is well")
    assert "All is well" in text_of(browser_as_owner.get("/messages/"))
    make_message(store, order.id, subject="It came back", state=Message.State.BOUNCED)
    text = text_of(browser_as_owner.get("/messages/"))
    assert "It came back" in text
    assert "All is well" not in text
