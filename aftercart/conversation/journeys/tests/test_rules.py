"""The engine on plain data: every definition, any order of events, no database."""

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from aftercart.conversation.journeys.builtin import BUILT_IN
from aftercart.conversation.journeys.rules import (
    Definition,
    EnrollmentState,
    ExitIf,
    Facts,
    Filter,
    Send,
    Thing,
    Trigger,
    Wait,
    advance,
    begin,
    is_old_news,
    is_wanted,
)
from aftercart.conversation.messages.facts import Condition

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)


def thing(name: str = "shipment:1", learned_at: datetime = NOW) -> Thing:
    return Thing(name=name, occurred_at=learned_at, learned_at=learned_at)


def definition(*steps, **changes) -> Definition:
    trigger = Trigger(events=("shipment.delivered",), about="shipment")
    return Definition(trigger=trigger, steps=steps, **changes)


def state(step: int = 0, *names: str) -> EnrollmentState:
    return EnrollmentState(
        step=step, things=tuple(thing(name) for name in names or ("shipment:1",))
    )


def delivered(*names: str) -> Facts:
    return Facts(about={name: {"parcel.status": ("delivered",)} for name in names})


ARRIVED = ExitIf(
    condition=Condition(fact="parcel.status", among=("delivered",), reason="It has arrived")
)


def test_a_wait_ends_in_time_and_goes_on_after_it():
    flow = definition(Wait(minutes=10), Send(template="delivered"))
    move = advance(flow, state(), NOW, Facts())
    assert move.due_at == NOW + timedelta(minutes=10)
    assert move.effects == ()
    assert move.next_state is not None
    move = advance(flow, move.next_state, NOW + timedelta(minutes=10), Facts())
    assert [say.template for say in move.effects] == ["delivered"]
    assert (move.next_state, move.due_at) == (None, None)


def test_a_wait_of_nothing_is_none():
    move = advance(definition(Wait(), Send(template="a")), state(), NOW, Facts())
    assert [say.template for say in move.effects] == ["a"]


def test_several_sends_have_keys_of_their_own():
    flow = definition(Send(template="a"), Wait(minutes=60), Send(template="b"))
    first = advance(flow, state(), NOW, Facts())
    assert first.next_state is not None
    second = advance(flow, first.next_state, NOW + timedelta(hours=1), Facts())
    assert [first.effects[0].step, second.effects[0].step] == [0, 2]


def test_an_exit_leaves_out_what_it_holds_for_and_keeps_the_rest():
    flow = definition(ARRIVED, Send(template="shipped"))
    move = advance(flow, state(0, "shipment:1", "shipment:2"), NOW, delivered("shipment:1"))
    assert [one.name for one in move.effects[0].things] == ["shipment:2"]
    assert move.left_out == {"shipment:1": "It has arrived"}


def test_an_exit_that_holds_for_everything_ends_the_journey():
    flow = definition(ARRIVED, Send(template="shipped"))
    move = advance(flow, state(), NOW, delivered("shipment:1"))
    assert move.effects == ()
    assert move.next_state is None


def test_an_unknown_fact_ends_nothing():
    move = advance(definition(ARRIVED, Send(template="shipped")), state(), NOW, Facts())
    assert len(move.effects) == 1


def test_a_message_carries_the_conditions_that_came_before_it():
    flow = definition(ARRIVED, Send(template="shipped"))
    (say,) = advance(flow, state(), NOW, Facts()).effects
    assert say.unless == (ARRIVED.condition,)


@pytest.mark.parametrize(
    ("zone", "now", "expected"),
    [
        ("Europe/Berlin", "2026-11-23T07:00+00:00", "2026-11-23T08:00+00:00"),
        ("Europe/Berlin", "2026-11-23T08:30+00:00", "2026-11-24T08:00+00:00"),
        ("America/New_York", "2026-11-23T07:00+00:00", "2026-11-23T14:00+00:00"),
        ("Nowhere/AtAll", "2026-11-23T07:00+00:00", "2026-11-23T09:00+00:00"),
        # The night on which the clocks go forward: 02:30 does not exist and 01:00 comes first.
        ("Europe/Berlin", "2026-03-28T23:00+00:00", "2026-03-29T07:00+00:00"),
    ],
)
def test_a_wait_until_a_time_of_day_is_meant_where_the_order_goes(zone, now, expected):
    flow = definition(Wait(until="09:00"), Send(template="a"))
    move = advance(flow, state(), datetime.fromisoformat(now), Facts(time_zone=zone))
    assert move.due_at == datetime.fromisoformat(expected)


def test_a_time_of_day_that_the_clocks_skip_comes_after_the_gap():
    flow = definition(Wait(until="02:30"), Send(template="a"))
    now = datetime(2026, 3, 28, 23, tzinfo=UTC)
    move = advance(flow, state(), now, Facts(time_zone="Europe/Berlin"))
    assert move.due_at == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)


def test_begin_takes_the_first_wait_at_once():
    assert begin(definition(Wait(minutes=5), ARRIVED), NOW) == (1, NOW + timedelta(minutes=5))
    assert begin(definition(Wait(until="09:00")), NOW) == (0, NOW)
    assert begin(definition(Send(template="a")), NOW) == (0, NOW)


def test_a_trigger_filters_by_the_events_data():
    trigger = Trigger(
        events=("shipment.exception",),
        about="shipment",
        filters=(Filter(name="reason", among=("lost", "damaged")),),
    )
    assert is_wanted(trigger, "shipment.exception", {"reason": "lost"})
    assert not is_wanted(trigger, "shipment.exception", {"reason": "weather"})
    assert not is_wanted(trigger, "shipment.exception", {})
    assert not is_wanted(trigger, "shipment.delivered", {"reason": "lost"})


def test_news_is_old_after_a_day():
    trigger = Trigger(events=("a",), about="order")
    assert not is_old_news(trigger, NOW - timedelta(hours=24), NOW)
    assert is_old_news(trigger, NOW - timedelta(hours=24, seconds=1), NOW)
    assert not is_old_news(trigger, NOW + timedelta(hours=1), NOW)


@pytest.mark.parametrize("key", BUILT_IN)
def test_every_built_in_survives_being_stored(key):
    stored = msgspec.json.decode(msgspec.json.encode(msgspec.to_builtins(BUILT_IN[key])))
    assert msgspec.convert(stored, Definition) == BUILT_IN[key]
    first = BUILT_IN[key].steps[0]
    assert isinstance(first, Wait)
    assert BUILT_IN[key].gather_minutes == first.minutes


# One shipment's life. Each milestone is news once, however often and in whatever order it is told.
MILESTONES = ("in_transit", "out_for_delivery", "attempt_failed", "delivered")
RANK = {status: rank for rank, status in enumerate(MILESTONES)}


class World:
    """The rooms around the engine, as small as can be: enrollments by subject, facts by fold."""

    def __init__(self) -> None:
        self.now = NOW
        self.known: dict[str, set[str]] = {}
        self.enrolled: dict[tuple[str, str], tuple[int, datetime, Thing]] = {}
        self.done: set[tuple[str, str]] = set()
        self.sent: list[tuple[str, tuple[str, ...]]] = []

    def learn(self, shipment: str, milestone: str) -> None:
        """An event arrives; one that was here before changes nothing."""
        if milestone in self.known.setdefault(shipment, set()):
            return
        self.known[shipment].add(milestone)
        subject = (milestone, shipment)
        if subject not in self.enrolled and subject not in self.done:
            step, due_at = begin(BUILT_IN[milestone], self.now)
            self.enrolled[subject] = (step, due_at, thing(shipment, self.now))

    def status(self, shipment: str) -> str:
        return max(self.known[shipment], key=RANK.__getitem__)

    def pass_time(self, minutes: float) -> None:
        """Let time go by, and do what comes due meanwhile, in its order."""
        until = self.now + timedelta(minutes=minutes)
        while due := [(at, key) for key, (_, at, _) in self.enrolled.items() if at <= until]:
            self.now, (journey, _) = min(due)
            self._move_on(journey)
        self.now = until

    def _move_on(self, journey: str) -> None:
        flow = BUILT_IN[journey]
        soon = self.now + timedelta(minutes=flow.gather_minutes)
        members = [k for k, (_, at, _) in self.enrolled.items() if k[0] == journey and at <= soon]
        things = tuple(self.enrolled[key][2] for key in sorted(members))
        facts = Facts(
            about={
                one.name: {
                    "order.state": ("open",),
                    "parcel.status": (self.status(one.name),),
                }
                for one in things
            }
        )
        move = advance(flow, EnrollmentState(step=1, things=things), self.now, facts)
        assert move.next_state is None
        for say in move.effects:
            self.sent.append((say.template, tuple(sorted(one.name for one in say.things))))
        for key in members:
            del self.enrolled[key]
            self.done.add(key)


EVENTS = st.lists(
    st.tuples(
        st.sampled_from(["shipment:1", "shipment:2", "shipment:3"]), st.sampled_from(MILESTONES)
    ),
    min_size=1,
    max_size=12,
    unique=True,
)


@given(events=EVENTS, data=st.data())
def test_any_order_and_doubling_of_events_ends_in_the_same_messages(events, data):
    shuffled = data.draw(st.permutations(events + data.draw(st.lists(st.sampled_from(events)))))
    assert _told(events) == _told(shuffled)


def _told(events: Sequence[tuple[str, str]]) -> Counter[tuple[str, tuple[str, ...]]]:
    world = World()
    for shipment, milestone in events:
        world.learn(shipment, milestone)
    world.pass_time(24 * 60)
    return Counter(world.sent)


@given(
    events=EVENTS,
    gaps=st.lists(st.integers(min_value=0, max_value=60), min_size=24, max_size=24),
    again=st.lists(st.integers(min_value=0, max_value=11), max_size=12),
)
def test_whenever_events_come_each_thing_is_told_once_and_nothing_outdated(events, gaps, again):
    world = World()
    arrivals = [*events, *(events[place % len(events)] for place in again)]
    for (shipment, milestone), gap in zip(arrivals, gaps, strict=False):
        world.learn(shipment, milestone)
        before = len(world.sent)
        world.pass_time(gap)
        for template, names in world.sent[before:]:
            assert all(RANK[world.status(name)] >= RANK[template] for name in names)
    world.pass_time(24 * 60)
    told = Counter((template, name) for template, names in world.sent for name in names)
    assert max(told.values(), default=0) <= 1
    for shipment, milestones in world.known.items():
        if "delivered" in milestones:
            assert told["delivered", shipment] == 1
