"""Bodies that no shop should send."""

import contextlib
import copy
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aftercart.connectors.base import ParseError
from aftercart.connectors.shops.woocommerce.parse import RECEIVED_HEADER, parse
from aftercart.connectors.shops.woocommerce.tests.bodies import (
    ENTRY,
    ORDER,
    order,
    with_tracking,
)
from aftercart.connectors.shops.woocommerce.tests.reading import (
    read_order,
)


@pytest.mark.parametrize("text", ["a\u0000b", "a\u202eb", "x" * 5000, "\ud83d\ude00", "   "])
def test_hostile_text_fits_the_database(text):
    line = {**ORDER["line_items"][0], "name": text, "parent_name": text, "sku": text}
    body = order(
        number=text,
        customer_note=text,
        line_items=[line],
        billing={**ORDER["billing"], "city": text},
    )
    fact = read_order(body)
    assert len(fact.number) <= 60
    assert "\0" not in repr(fact)
    assert all(len(line.title) <= 500 and line.title for line in fact.lines)


JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8)
    | st.sampled_from(["2026-11-01T12:00:00", "9.50", "-3", "EUR", "completed", "1e999", "NaN"]),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(
        st.sampled_from([*ORDER, *ORDER["line_items"][0], *ENTRY, "value"]), inner, max_size=4
    ),
    max_leaves=12,
)  # fmt: skip
PLACES = [
    (),
    *((name,) for name in ORDER),
    *(("line_items", 0, name) for name in ORDER["line_items"][0]),
    *(("billing", name) for name in ORDER["billing"]),
    ("meta_data", 0),
    ("meta_data", 0, "value"),
    ("meta_data", 0, "value", 0),
    *(("meta_data", 0, "value", 0, name) for name in [*ENTRY, "products_list"]),
    ("refunds", 0),
    ("refunds", 0, "line_items"),
]
TOPICS = [
    "order.created",
    "order.deleted",
    "product.updated",
    "product.deleted",
    "customer.updated",
]


@settings(max_examples=400, deadline=None)
@given(st.data())
def test_nothing_but_a_parse_error_ever_comes_out(data):
    body: Any = with_tracking([copy.deepcopy(ENTRY)], refunds=[{"id": 1, "total": "-2"}])
    for place in data.draw(st.lists(st.sampled_from(PLACES), min_size=1, max_size=4)):
        body = _put(body, place, data.draw(JUNK))
    raw = json.dumps(body).encode()
    cut = data.draw(st.none() | st.integers(0, len(raw)))
    topic, headers = data.draw(st.sampled_from(TOPICS)), {RECEIVED_HEADER: "2026-11-03T00:00Z"}
    with contextlib.suppress(ParseError):
        parse(topic, headers, raw[:cut])


def _put(body: Any, place: tuple[Any, ...], value: Any) -> Any:
    if not place:
        return value
    inner = body
    for step in place[:-1]:
        try:
            inner = inner[step]
        except (LookupError, TypeError):
            return body
    with contextlib.suppress(LookupError, TypeError):
        inner[place[-1]] = value
    return body


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes(raw):
    with pytest.raises(ParseError):
        parse("order.updated", {}, raw)
