"""Home: what is wrong, what changed, what next."""

import re
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from aftercart.conversation.messages.models import Message
from aftercart.conversation.pages.tests.made import at
from aftercart.conversation.pages.tests.stored import make_order
from aftercart.core import clock
from aftercart.core.models import Member, Role, Store
from aftercart.core.tenancy import bound
from aftercart.intake.actions import beats, connections
from aftercart.web.dashboard import numbers
from aftercart.web.dashboard.queries import home
from aftercart.web.dashboard.queries.home import Day, Days
from aftercart.web.dashboard.tests.filled import make_message, make_parked
from aftercart.web.dashboard.tests.people import browser_in
from aftercart.web.dashboard.tests.reading import links_of, source_of, text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def worker(db: None) -> None:
    """A worker that has just said it is alive."""
    beats.beat("test", clock.now(), {})


def recent(store: Store, **given: Any) -> Any:
    return make_order(store, placed_at=clock.now() - timedelta(days=1), **given)


def test_when_all_is_well_it_says_so(store: Store, worker: None, browser_as_owner: Client) -> None:
    recent(store, delivery_status="delivered")
    assert "Nothing needs you now" in text_of(browser_as_owner.get("/"))


def test_a_dead_worker_is_the_first_worry(store: Store, browser_as_owner: Client) -> None:
    with clock.moved_to(clock.now() - timedelta(minutes=5)):
        beats.beat("gone", clock.now(), {})
    text = text_of(browser_as_owner.get("/"))
    assert "1 thing needs you" in text
    assert "No worker is running" in text


def test_every_worry_leads_to_where_it_is_mended(
    store: Store, worker: None, browser_as_owner: Client
) -> None:
    added = connections.add(store.id, "easypost", {}, name="Our EasyPost")
    connections.note_error(store.id, added.connection_id, "The key is wrong.", permanent=True)
    make_parked(store, added.connection_id)
    order = recent(store, delivery_status="exception")
    make_message(store, order.id, state=Message.State.BOUNCED)
    make_message(
        store,
        order.id,
        state=Message.State.PLANNED,
        planned_at=clock.now() - timedelta(hours=1),
        reason="The mail server does not answer",
    )
    page = browser_as_owner.get("/")
    text, links = text_of(page), links_of(page)
    assert "5 things need you" in text
    for words in (
        "Our EasyPost does not work",
        "The key is wrong.",
        "1 delivery of Our EasyPost could not be used",
        "1 order is held up",
        "1 mail bounced",
        "1 mail waits to be sent",
        "The mail server does not answer",
    ):
        assert words in text
    assert f"/settings/connections/{added.connection_id}/#parked" in links
    held_up = next(link for link in links if "delivery=exception" in link)
    assert order.number in text_of(browser_as_owner.get(held_up))
    bounced = browser_as_owner.get("/messages/?state=bounced")
    assert order.number in text_of(bounced)


def test_an_agent_is_not_told_of_connections(store: Store) -> None:
    added = connections.add(store.id, "easypost", {}, name="Our EasyPost")
    connections.note_error(store.id, added.connection_id, "The key is wrong.", permanent=True)
    text = text_of(browser_in(store, Role.AGENT).get("/"))
    assert "EasyPost" not in text
    assert "worker" not in text
    assert "Getting started" not in text


def test_every_day_leads_to_its_orders(
    store: Store, worker: None, browser_as_owner: Client
) -> None:
    order = recent(store)
    yesterday = timezone.localtime(order.placed_at, timezone.get_fixed_timezone(60)).date()
    page = browser_as_owner.get("/")
    link = f"/orders/?first={yesterday}&last={yesterday}"
    assert link in links_of(page)
    assert order.number in text_of(browser_as_owner.get(link))
    csv = source_of(browser_as_owner.get("/orders-by-day.csv"))
    assert f"{yesterday},1" in csv
    assert csv.startswith("day,orders\r\n")


def test_figures_match_the_lists_they_lead_to(
    store: Store, worker: None, browser_as_owner: Client
) -> None:
    statuses = ["", "pending", "info_received", "picked_up", "in_transit", "out_for_delivery"]
    statuses += ["delivered", "delivered", "exception", "returned"]
    for status in statuses:
        recent(store, delivery_status=status)
    recent(store, delivery_status="", cancelled_at=clock.now())
    page = browser_as_owner.get("/")
    assert "2 of them have arrived" in text_of(page)
    expected = {"not_shipped": 1, "packed": 2, "travelling": 2, "out_for_delivery": 1}
    expected |= {"available_for_pickup": 0, "delivered": 2, "attention": 2}
    for name, number in expected.items():
        link = next(link for link in links_of(page) if f"delivery={name}&" in link)
        assert source_of(browser_as_owner.get(link)).count('class="row-link"') == number
        assert re.search(rf'delivery={name}&amp;[^>]*>.*?class="number">{number}<', source_of(page))


def test_stops_are_as_large_as_their_numbers() -> None:
    spots = numbers.route({"delivered": 100, "in_transit": 25}, date(2026, 11, 1))
    shares = {spot.word: spot.share for spot in spots}
    assert (shares["Delivered"], shares["Travelling"], shares["Packed"]) == (1.0, 0.5, 0.0)


def test_a_day_that_is_not_over_is_compared_with_as_much_of_one(store: Store) -> None:
    noon = at("2026-11-24 12:00")
    for days, hour in ((0, 9), (14, 9), (14, 18), (15, 18), (27, 1), (28, 23)):
        moment = noon.replace(hour=hour) - timedelta(days=days)
        make_order(store, placed_at=moment, number=f"#{days}-{hour}")
    with bound(store.id), clock.moved_to(noon):
        found = home.orders_by_day(store.id)
    assert (found.total, found.before) == (1, 3)


@pytest.mark.parametrize(
    ("now", "before", "says"),
    [
        (0, 0, "0 orders in 14 days"),
        (1, 3, "1 order in 14 days"),
        (30, 25, "30 orders in 14 days, 20 % more than in the 14 before"),
        (20, 25, "20 orders in 14 days, 20 % fewer than in the 14 before"),
        (25, 25, "25 orders in 14 days, as many as in the 14 before"),
    ],
)
def test_the_headline_answers(now: int, before: int, says: str) -> None:
    today = clock.now().date()
    assert numbers.orders_headline(Days([Day(today, now)], before)) == says


def test_getting_started_checks_itself(
    store: Store, owner: Member, worker: None, browser_as_owner: Client
) -> None:
    assert "Getting started: 0 of 6" in text_of(browser_as_owner.get("/"))
    connections.add(store.id, "api", {})
    connections.add(store.id, "easypost", {})
    recent(store)
    assert "Getting started: 3 of 6" in text_of(browser_as_owner.get("/"))
    browser_as_owner.post("/messages/test/")
    message = Message.objects.get()
    assert (message.recipient, message.order_id) == (owner.user.email, None)
    look = {"accent": "#123456", "background": "#ffffff"}
    browser_as_owner.post("/settings/brand/", look)
    browser_as_owner.post("/settings/members/invite/", {"email": "b@example.com", "role": "agent"})
    assert "Getting started" not in text_of(browser_as_owner.get("/"))


def test_a_hint_stays_hidden(browser_as_owner: Client) -> None:
    sentence = "Every order of this store"
    assert sentence in text_of(browser_as_owner.get("/orders/"))
    browser_as_owner.post("/hints/orders/dismiss/")
    assert sentence not in text_of(browser_as_owner.get("/orders/"))
    assert browser_as_owner.post("/hints/nowhere/dismiss/").status_code == 404
