"""The one clock: it stands where it was moved to, or runs as fast as it was told."""

import threading
import time
from contextvars import copy_context
from datetime import UTC, datetime, timedelta

import pytest

from aftercart.core import clock

MOMENT = datetime(2026, 3, 2, 9, tzinfo=UTC)


def test_a_running_clock_begins_at_its_moment_and_runs_as_fast_as_told():
    with clock.running(MOMENT, speed=36_000) as now:
        first = clock.now()
        time.sleep(0.05)
        second = now()
    assert MOMENT <= first < second
    assert second - first >= timedelta(minutes=29)
    assert abs(clock.now() - datetime.now(UTC)) < timedelta(minutes=1)


def test_what_the_machine_takes_lasts_longer_by_a_clock_that_runs_fast():
    minute = timedelta(minutes=1)
    assert clock.lasting(minute) == minute
    with clock.running(MOMENT, speed=60):
        assert clock.lasting(minute) == timedelta(hours=1)
        with clock.moved_to(MOMENT):
            assert clock.lasting(minute) == minute


def test_the_innermost_of_several_counts():
    day = timedelta(days=1)
    with clock.moved_to(MOMENT):
        with clock.running(MOMENT + day, speed=1):
            assert MOMENT + day <= clock.now() < MOMENT + 2 * day
            with clock.moved_to(MOMENT - day):
                assert clock.now() == MOMENT - day
        assert clock.now() == MOMENT


def test_only_a_clock_that_stands_is_moved_on():
    with clock.moved_to(MOMENT):
        clock.move_by(timedelta(hours=1))
        assert clock.now() == MOMENT + timedelta(hours=1)
    with clock.running(MOMENT, speed=1), pytest.raises(RuntimeError):
        clock.move_by(timedelta(hours=1))


def test_a_thread_has_the_clock_whose_context_it_was_given():
    told: list[datetime] = []

    def tell() -> None:
        told.append(clock.now())

    with clock.running(MOMENT, speed=1):
        given = threading.Thread(target=copy_context().run, args=(tell,))
        bare = threading.Thread(target=tell)
        for thread in (given, bare):
            thread.start()
            thread.join()
    assert told[0] - MOMENT < timedelta(minutes=1)
    assert told[1].year != 2026 or told[1] - MOMENT > timedelta(days=30)


@pytest.mark.parametrize("begin", [clock.moved_to, lambda moment: clock.running(moment, 1)])
def test_a_moment_without_a_zone_is_refused(begin):
    with pytest.raises(ValueError, match="aware"), begin(MOMENT.replace(tzinfo=None)):
        pass
