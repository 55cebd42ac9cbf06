"""However requests are made and workers die: no window of any limit is ever exceeded."""

from bisect import bisect_right
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from aftercart.connectors.base import Limit
from aftercart.intake.following.rules import quota
from aftercart.intake.following.rules.quota import Uses, Word

NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)
NOTHING = Word()


def second(number: float) -> datetime:
    return NOW + timedelta(seconds=number)


def exceeded(times: list[datetime], limits: tuple[Limit, ...]) -> list[Limit]:
    """The limits that were exceeded in any window that ends with a request."""
    times = sorted(times)
    return [
        limit
        for limit in limits
        for position, at in enumerate(times)
        if position + 1 - bisect_right(times, at - timedelta(seconds=limit.seconds))
        > limit.requests
    ]


limits_strategy = st.lists(
    st.builds(Limit, st.integers(2, 9), st.integers(1, 3600)), min_size=1, max_size=3
).map(tuple)
# How long until it is asked next, when each request arrives as a share of the time that they take,
# how long that is, and whether the worker dies.
askings = st.lists(
    st.tuples(
        st.floats(0, 30),
        st.lists(st.floats(0, 1), min_size=1, max_size=2),
        st.floats(0, 20),
        st.integers(0, 9),
    ),
    max_size=60,
)


@given(limits_strategy, askings)
def test_no_limit_is_exceeded_however_late_requests_arrive(limits, asked):
    uses: Uses = {}
    now, arrived = NOW, []
    for pause, made, lasts, fate in asked:
        now = max(now + timedelta(seconds=pause), quota.free_at(uses, limits, 2, now, NOTHING))
        until = now + timedelta(seconds=60)
        reserved = quota.noted(uses, limits, 2, until, now)
        end = until if fate == 0 else now + timedelta(seconds=lasts)
        arrived += [now + share * (end - now) for share in made]
        if fate == 0:  # the worker died: what it had reserved stays
            uses, now = reserved, until
            continue
        now = end
        uses = quota.noted(uses, limits, len(made), now, now)
    assert exceeded(arrived, limits) == []


@given(limits_strategy, st.integers(0, 40))
def test_a_source_that_may_be_asked_is_asked_at_once_and_again_after_the_window(limits, count):
    uses = quota.noted({}, limits, count, NOW, NOW)
    is_free = all(count + 1 <= limit.requests for limit in limits)
    assert (quota.free_at(uses, limits, 1, NOW, NOTHING) == NOW) is is_free
    longest = max(limit.seconds for limit in limits)
    # A fiftieth of the window is what exactness costs.
    later = second(longest * (1 + 2 / quota.PIECES) + 0.01)
    assert quota.free_at(uses, limits, 1, later, NOTHING) == later


def test_how_long_many_requests_take_is_what_the_tightest_limit_allows():
    limits = (Limit(10, 1), Limit(500, 86_400))
    assert quota.takes(limits, 1000) == timedelta(days=2)
    assert quota.takes(limits[:1], 1000) == timedelta(seconds=100)
    assert quota.takes((), 1000) == timedelta(0)


def test_what_is_left_is_the_least_of_all_limits_and_of_the_sources_word():
    limits = (Limit(10, 60), Limit(100, 3600))
    uses = quota.noted({}, limits, 4, NOW, NOW)
    assert quota.left(uses, limits, NOW, NOTHING) == 6
    assert quota.left(uses, limits, second(62), NOTHING) == 10
    word = Word(remaining=3, resets_at=second(30))
    assert quota.left(uses, limits, NOW, word) == 3
    assert quota.left(uses, limits, second(30), word) == 6
    assert quota.left({}, (), NOW, NOTHING) is None
    assert quota.left({}, (), NOW, word) == 3


def test_a_source_that_says_that_nothing_is_left_is_not_asked_until_it_begins_anew():
    word = Word(remaining=1, resets_at=second(90))
    assert quota.free_at({}, (), 1, NOW, word) == NOW
    assert quota.free_at({}, (), 2, NOW, word) == second(90)
    assert word.less(5).remaining == 0
    assert word.at(second(90)) == NOTHING


def test_a_limit_that_is_new_begins_with_what_was_counted():
    hourly = (Limit(10, 3600),)
    uses = quota.noted({}, hourly, 9, NOW, NOW)
    fewer = (Limit(9, 3600),)
    assert quota.left(uses, fewer, NOW, NOTHING) == 0
    assert quota.free_at(uses, fewer, 1, NOW, NOTHING) > second(3599)
    changed = quota.noted(uses, fewer, 0, NOW, NOW)
    assert quota.left(changed, fewer, NOW, NOTHING) == 0


def test_what_is_over_is_forgotten_so_that_a_year_of_asking_takes_no_room():
    limit = (Limit(100_000, 86_400),)
    uses: Uses = {}
    for hour in range(24 * 7):
        uses = quota.noted(uses, limit, 50, second(hour * 3600), second(hour * 3600))
    assert len(uses[quota.key_of(limit[0])]) <= quota.PIECES + 1


def test_what_a_merchant_arranged_replaces_what_anyone_is_granted():
    assert quota.limits_of((Limit(60, 3600),), []) == (Limit(60, 3600),)
    assert quota.limits_of((Limit(60, 3600),), [[600, 3600]]) == (Limit(600, 3600),)
    assert quota.is_possible((Limit(2, 1),), 2)
    assert quota.reserve_of((Limit(3, 1), Limit(9, 60)), 2) == 3
    assert quota.reserve_of((Limit(2, 1), Limit(9, 60)), 2) == 2
    assert quota.reserve_of((), 2) == 3
    assert not quota.is_possible((Limit(2, 1), Limit(1, 60)), 2)
