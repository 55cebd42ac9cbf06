"""The shopper's page as bytes: right, small, private, and never another's."""

import asyncio
import gzip
import os
from datetime import timedelta
from decimal import Decimal

import httpx
import psycopg
import pytest

from aftercart.commerce.orders.facts import LineItemFact, OrderFact
from aftercart.core import clock, links, sql
from aftercart.core.facts import Incoming
from aftercart.core.models import Store
from aftercart.edge.pages import accepts_gzip
from aftercart.edge.tests.conftest import RunningEdge, StartEdge
from aftercart.intake.acceptance import accept
from tests.support.apart import run_apart
from tests.support.shops import Sender, open_store

pytestmark = pytest.mark.processes


def place(store: Store, number: str = "#1001", **changes: object) -> str:
    """Take an order in; returns its page's path."""
    now = clock.now()
    values = {
        "external_id": number,
        "number": number,
        "placed_at": now - timedelta(days=1),
        "updated_at": now,
        "currency": "EUR",
        "total": Decimal(48),
        "lines": (LineItemFact(external_id="1", title="Stoneware mug", quantity=2),),
        **changes,
    }
    accept([Incoming(store.pk, "test", OrderFact(**values))])  # type: ignore[arg-type]
    rows = sql.fetch(
        "SELECT token FROM orders_order WHERE store_id = %s AND number = %s", [store.pk, number]
    )
    return f"/t/{rows[0]['token']}"


def get(edge: RunningEdge, path: str, **headers: str) -> httpx.Response:
    return httpx.get(edge.url + path, headers={n.replace("_", "-"): v for n, v in headers.items()})


def raw(edge: RunningEdge, path: str, encoding: str) -> tuple[httpx.Response, bytes]:
    with httpx.stream("GET", edge.url + path, headers={"accept-encoding": encoding}) as answer:
        return answer, b"".join(answer.iter_raw())


def test_the_page_is_made_when_it_is_first_asked_for_and_then_sent_as_it_is(
    edge: RunningEdge, sender: Sender
):
    path = place(sender.store)
    first = get(edge, path)
    assert first.status_code == 200
    assert "#1001" in first.text
    assert get(edge, path).content == first.content
    assert edge.edge.metrics.renders == {"rendered": 1}


def test_it_is_private_unindexed_and_runs_nothing(edge: RunningEdge, sender: Sender):
    headers = get(edge, place(sender.store)).headers
    assert headers["content-type"] == "text/html; charset=utf-8"
    assert headers["cache-control"] == "private, no-cache"
    assert headers["x-robots-tag"] == "noindex, nofollow"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["x-content-type-options"] == "nosniff"
    assert "default-src 'none'" in headers["content-security-policy"]
    assert "script-src" not in headers["content-security-policy"]
    assert f"frame-ancestors 'self' {edge.url}" in headers["content-security-policy"]
    assert headers["vary"] == "accept-encoding"


def test_who_has_it_already_is_told_so(edge: RunningEdge, sender: Sender):
    path = place(sender.store)
    tag = get(edge, path).headers["etag"]
    again = get(edge, path, if_none_match=f'"other", {tag}')
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["etag"] == tag
    assert get(edge, path, if_none_match='"other"').status_code == 200


def test_it_is_packed_for_those_who_can_unpack_it(edge: RunningEdge, sender: Sender):
    path = place(sender.store)
    packed, body = raw(edge, path, "gzip, deflate, br")
    plain, text = raw(edge, path, "identity")
    assert packed.headers["content-encoding"] == "gzip"
    assert "content-encoding" not in plain.headers
    assert gzip.decompress(body) == text
    assert len(body) < len(text)


def test_head_has_the_same_headers_and_no_body(edge: RunningEdge, sender: Sender):
    path = place(sender.store)
    got = get(edge, path)
    head = httpx.head(edge.url + path)
    assert head.content == b""
    assert head.headers["content-length"] == got.headers["content-length"]
    assert httpx.post(edge.url + path).status_code == 405


def test_news_is_on_the_very_next_answer(edge: RunningEdge, sender: Sender):
    path = place(sender.store)
    before = get(edge, path)
    place(sender.store, updated_at=clock.now(), cancelled_at=clock.now())
    after = get(edge, path)
    assert after.headers["etag"] != before.headers["etag"]
    assert "cancel" in after.text.lower()


def test_a_word_that_stops_being_true_is_replaced_in_time(edge: RunningEdge, sender: Sender):
    path = place(sender.store)
    get(edge, path)
    sql.run("UPDATE pages_trackingpage SET fresh_until = %s", [clock.now() - timedelta(seconds=1)])
    assert get(edge, path).status_code == 200
    assert edge.edge.metrics.renders == {"rendered": 2}


def test_a_page_that_another_process_made_is_fetched_not_made_again(
    edge: RunningEdge, sender: Sender, start_edge: StartEdge
):
    path = place(sender.store)
    made = get(edge, path)
    second = start_edge()
    assert get(second, path).content == made.content
    assert second.edge.metrics.renders == {}


def test_what_another_process_made_anew_takes_the_place_of_what_is_kept(
    edge: RunningEdge, sender: Sender, start_edge: StartEdge
):
    path = place(sender.store)
    old = get(edge, path)
    place(sender.store, updated_at=clock.now(), cancelled_at=clock.now())
    new = get(start_edge(), path)
    assert new.content != old.content
    assert get(edge, path).content == new.content
    assert edge.edge.metrics.renders == {"rendered": 1}


def test_many_who_come_at_once_have_it_made_once(edge: RunningEdge, sender: Sender):
    path = place(sender.store)

    async def all_at_once() -> list[int]:
        async with httpx.AsyncClient() as client:
            asked = [client.get(edge.url + path, timeout=20) for _ in range(30)]
            return [answer.status_code for answer in await asyncio.gather(*asked)]

    assert run_apart(all_at_once()) == [200] * 30
    assert edge.edge.metrics.renders == {"rendered": 1}


STRANGE = ("", "x", "1" + "a" * 26, "0" + "a" * 26, "z" * 38, "a" * 500, "1%00" + "a" * 25)
STRANGER = ("ä" * 27, "1" + "A" * 26, "1'--" + "a" * 23, "a/b")


@pytest.mark.parametrize("token", STRANGE + STRANGER)
def test_a_stranger_with_a_guess_gets_a_page_that_helps(edge: RunningEdge, token: str):
    answer = get(edge, f"/t/{token}")
    assert answer.status_code == 404
    assert "/track/" in answer.text
    assert answer.headers["x-robots-tag"] == "noindex, nofollow"


def test_a_token_opens_nothing_under_another_stores_name(edge: RunningEdge, sender: Sender):
    other = open_store("other")
    token = place(sender.store).removeprefix("/t/")
    get(edge, f"/t/{token}")
    forged = links.new_token(other.store.pk)[:-26] + token[-26:]
    assert forged != token
    assert get(edge, f"/t/{forged}").status_code == 404


def test_two_orders_never_share_bytes_even_with_one_etag(edge: RunningEdge, sender: Sender):
    paths = [place(sender.store, number) for number in ("#1001", "#1002")]
    for path in paths:
        get(edge, path)
    sql.run("UPDATE pages_trackingpage SET etag = 'same'")
    assert [f"#100{n}" in get(edge, path).text for n, path in enumerate(paths, 1)] == [True, True]


def test_a_page_that_cannot_be_made_says_so_and_comes_back(edge: RunningEdge, sender: Sender):
    path = place(sender.store)
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as owner:
        owner.execute("REVOKE SELECT ON orders_lineitem FROM aftercart_face")
        try:
            broken = get(edge, path)
        finally:
            owner.execute("GRANT SELECT ON orders_lineitem TO aftercart_face")
    assert broken.status_code == 503
    assert broken.headers["retry-after"]
    assert "minute" in broken.text
    assert edge.edge.metrics.renders == {"failed": 1}
    assert get(edge, path).status_code == 200


@pytest.mark.parametrize(
    ("header", "accepted"),
    [
        (b"", False),
        (b"gzip", True),
        (b"br, gzip;q=0.5", True),
        (b"gzip;q=0", False),
        (b"gzip; q=0.0, br", False),
        (b"*", True),
        (b"identity", False),
        (b"x-gzipped", False),
    ],
)
def test_accepting_gzip(header: bytes, accepted: bool):
    assert accepts_gzip(header) is accepted
