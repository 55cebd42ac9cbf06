"""When a source that fails is left in peace, and when it is tried again."""

from datetime import UTC, datetime, timedelta

from aftercart.intake.following.rules import breaker
from aftercart.intake.following.rules.breaker import Breaker

NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)


def after(failures: int) -> Breaker:
    state = Breaker()
    for _ in range(failures):
        state = breaker.failed(state, NOW)
    return state


def waits(state: Breaker) -> timedelta:
    assert state.trial_at is not None
    return state.trial_at - NOW


def test_one_failure_or_two_are_only_a_short_wait():
    assert [after(n).state for n in range(4)] == ["closed", "closed", "closed", "open"]
    assert [waits(after(n)) for n in (1, 2)] == [timedelta(seconds=5), timedelta(seconds=10)]


def test_an_open_one_is_tried_ever_less_often_and_half_an_hour_apart_at_most():
    gaps = [waits(after(n)).total_seconds() for n in (3, 4, 5, 8, 9, 40, 5000)]
    assert gaps == [30, 60, 120, 960, 1800, 1800, 1800]


def test_since_when_it_is_open_stays_through_its_trials():
    opened = after(3)
    later = breaker.failed(breaker.begun(opened), NOW + timedelta(hours=1))
    assert (later.state, later.opened_at) == ("open", NOW)


def test_what_the_source_asks_for_is_honoured():
    assert waits(breaker.failed(Breaker(), NOW, 300)) == timedelta(seconds=300)
    assert waits(breaker.failed(after(4), NOW, 1)) == timedelta(seconds=120)


def test_while_it_is_tried_it_is_half_open():
    assert breaker.begun(Breaker()).state == "closed"
    assert breaker.begun(after(3)).state == "half_open"
