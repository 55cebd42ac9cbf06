"""Bodies gone wrong in every way, and what must hold for the facts in them all the same."""

import copy
import json
from collections.abc import Callable, Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import msgspec
from hypothesis import strategies as st

from aftercart.connectors.base import ParseError

Path = tuple[Any, ...]

JUNK = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.integers(min_value=2**62, max_value=2**80),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=20),
    st.sampled_from(
        [
            "",
            " ",
            "\x00",
            "a\x00b\x1b[31m",
            "x" * 100_000,
            "9" * 5000,
            "1e400",
            "NaN",
            "-Infinity",
            "-5",
            "0001-01-01T00:00:00+23:59",
            "9999-12-31T23:59:59-23:59",
            "2026-02-30T00:00:00Z",
            "2026-11-02T10:00:00",
            "20261102T100000Z",
            "<script>alert(1)</script>",
            "&#0;&lt;img src=x onerror=1&gt;",
            "javascript:alert(1)",
            "https://[::1",
            "\u202e\u2066\ufeff",
            "🎁" * 300,
        ]
    ),
    st.lists(st.integers(), max_size=3),
    st.dictionaries(st.text(max_size=5), st.integers(), max_size=3),
    st.recursive(st.none(), lambda inner: st.lists(inner, max_size=2), max_leaves=30),
)


def places(value: Any, path: Path = ()) -> Iterator[Path]:
    """Every place in JSON, outermost first."""
    if path:
        yield path
    if isinstance(value, dict):
        for name, inside in value.items():
            yield from places(inside, (*path, name))
    elif isinstance(value, list):
        for index, inside in enumerate(value):
            yield from places(inside, (*path, index))


@st.composite
def mutated(draw: Callable[..., Any], bodies: Callable[[], dict[str, Any]]) -> tuple[str, bytes]:
    """A topic with one of its bodies, of which some places were dropped, replaced or repeated."""
    topic, body = draw(st.sampled_from(sorted(bodies().items(), key=lambda pair: pair[0])))
    body = copy.deepcopy(body)
    for _change in range(draw(st.integers(1, 4))):
        all_places = list(places(body))
        if not all_places:
            break
        _change_at(body, draw(st.sampled_from(all_places)), draw)
    return topic, json.dumps(body).encode()


def _change_at(body: Any, path: Path, draw: Callable[..., Any]) -> None:
    holder = body
    for step in path[:-1]:
        holder = holder[step]
    way = draw(st.sampled_from(["drop", "replace", "replace", "repeat", "wrap"]))
    if way == "drop":
        del holder[path[-1]]
    elif way == "repeat":
        holder[path[-1]] = [holder[path[-1]]] * 3
    elif way == "wrap":
        holder[path[-1]] = {"value": holder[path[-1]]}
    else:
        holder[path[-1]] = draw(JUNK)


@st.composite
def torn(draw: Callable[..., Any], bodies: Callable[[], dict[str, Any]]) -> tuple[str, bytes]:
    """A topic with the bytes of one of its bodies, some of them cut out or overwritten."""
    topic, body = draw(st.sampled_from(sorted(bodies().items(), key=lambda pair: pair[0])))
    encoded = json.dumps(body).encode()
    start = draw(st.integers(0, len(encoded)))
    end = draw(st.integers(start, min(len(encoded), start + 40)))
    return topic, encoded[:start] + draw(st.binary(max_size=12)) + encoded[end:]


def facts_or_error(parse: Callable[[], list[Any]]) -> list[Any]:
    """The facts, all of which a database can hold, or none where the body was refused."""
    try:
        found = parse()
    except ParseError as error:
        refusal = error
    else:
        for fact in found:
            check_storable(fact)
        return found
    assert refusal.field
    assert refusal.problem
    assert len(str(refusal)) < 1000
    return []


def check_storable(value: Any) -> None:
    """A fact, or a part of one, that a database can hold as it is."""
    if isinstance(value, msgspec.Struct):
        for name in value.__struct_fields__:
            check_storable(getattr(value, name))
    elif isinstance(value, tuple):
        for inside in value:
            check_storable(inside)
    else:
        _check_plain(value)


def _check_plain(value: Any) -> None:
    """Of exactly the plain types: encoders and drivers refuse what only looks like them."""
    assert type(value) in {str, int, bool, Decimal, datetime, date, type(None)}, type(value)
    if isinstance(value, str):
        assert "\x00" not in value
        assert len(value) <= 10_000
        value.encode()
    elif isinstance(value, datetime):
        assert value.tzinfo is not None
        assert 1970 <= value.year <= 2200
    elif isinstance(value, Decimal):
        assert value.is_finite()
        assert abs(value) < Decimal(10) ** 15
    elif isinstance(value, int):
        assert abs(value) < 2**31
