"""Which source asks after which parcels."""

from datetime import UTC, datetime

from aftercart.intake.following.rules import routing
from aftercart.intake.following.rules.routing import Source

UPS = Source(connection_id=9, carriers=frozenset({"ups"}))
OLD, NEW = Source(connection_id=1), Source(connection_id=2)


def ids(sources) -> list[int]:
    return [one.connection_id for one in sources]


def replaced(source: Source, **changes) -> Source:
    return Source(**{**{n: getattr(source, n) for n in source.__struct_fields__}, **changes})


def test_the_carrier_itself_comes_first_then_aggregators_as_they_were_connected():
    assert ids(routing.ordered([NEW, OLD, UPS], "ups")) == [9, 1, 2]
    assert ids(routing.ordered([NEW, OLD, UPS], "dhl")) == [1, 2]
    assert ids(routing.ordered([UPS], "")) == []
    assert ids(routing.ordered([UPS, NEW], "")) == [2]


def test_an_aggregator_that_knows_some_carriers_is_one_all_the_same():
    some = Source(connection_id=1, carriers=frozenset({"ups", "dhl"}), is_aggregator=True)
    assert ids(routing.ordered([some, UPS], "ups")) == [9, 1]
    assert ids(routing.ordered([some, UPS], "dhl")) == [1]
    assert ids(routing.ordered([some, UPS], "gls")) == []


def test_a_merchants_order_decides_for_one_carrier_or_for_all():
    new = replaced(NEW, order={"*": 0})
    old = replaced(OLD, order={"*": 1})
    assert ids(routing.ordered([old, new, UPS], "dhl")) == [2, 1]
    assert ids(routing.ordered([old, new, UPS], "ups")) == [9, 2, 1]
    wanted = replaced(NEW, order={"ups": 0})
    assert ids(routing.ordered([OLD, wanted, UPS], "ups")) == [2, 9, 1]
    assert ids(routing.ordered([OLD, wanted, UPS], "dhl")) == [1, 2]


def test_a_source_takes_what_it_is_the_first_for_of_those_that_can_be_used():
    everything = ["", "dhl", "ups"]
    assert routing.taken([UPS, OLD, NEW], 9, everything) == ["ups"]
    assert routing.taken([UPS, OLD, NEW], 1, everything) == ["", "dhl"]
    assert routing.taken([UPS, OLD, NEW], 2, everything) == []
    down = replaced(UPS, is_available=False)
    assert routing.taken([down, OLD, NEW], 1, everything) == everything
    gone = replaced(OLD, is_available=False)
    assert routing.taken([down, gone, NEW], 2, everything) == everything


def test_one_that_is_tried_again_asks_after_its_own():
    down = replaced(UPS, is_available=False)
    assert routing.taken([down, OLD], 9, ["ups", "dhl"]) == ["ups"]


def test_a_source_is_believed_to_push_while_it_posts():
    until = datetime(2026, 3, 9, tzinfo=UTC)
    posting = replaced(OLD, posts=True)
    assert routing.believed([OLD], "ups", until) is None
    assert routing.believed([posting], "ups", until) == until
    assert routing.believed([UPS, posting], "ups", until) is None
    assert routing.believed([replaced(UPS, is_available=False), posting], "ups", until) == until
    assert routing.believed([replaced(UPS, posts=True)], "dhl", until) is None


def test_one_that_is_broken_is_still_somebody_to_ask_once_it_is_mended():
    down = replaced(UPS, is_available=False)
    assert routing.has_source([down], "ups")
    assert not routing.has_source([down], "dhl")


def test_what_settings_hold_is_read_and_nonsense_in_them_is_not():
    settings = {"following": {"order": {"ups": 1, "dhl": "x"}, "limits": [[60, 3600], [1], "x"]}}
    assert routing.order_in(settings) == {"ups": 1}
    assert routing.limits_in(settings) == [[60, 3600]]
    odd: dict
    for odd in ({}, {"following": 7}, {"following": {"order": [], "limits": {}}}):
        assert routing.order_in(odd) == {}
        assert routing.limits_in(odd) == []
    assert routing.limits_in({"following": {"limits": [[0, 60], [60, -1]]}}) == []
