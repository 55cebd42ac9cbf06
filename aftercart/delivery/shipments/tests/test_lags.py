"""How late scans are, from counts by steps."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aftercart.delivery.shipments import lags


@pytest.mark.parametrize(
    ("minutes", "step"),
    [(-5, 0), (0, 0), (1, 0), (1.5, 1), (60, 6), (61, 7), (2880, 12), (9999, 13)],
)
def test_a_lag_counts_in_its_step(minutes, step):
    assert lags.step(timedelta(minutes=minutes)) == step


def test_nothing_counted_has_no_percentile():
    assert lags.percentile(lags.added([]), 0.5) is None


@given(st.lists(st.integers(0, 2880), min_size=1, max_size=60), st.sampled_from([0.5, 0.95]))
def test_a_percentile_lies_in_the_step_of_the_true_one(minutes, share):
    counts = [0] * lags.STEPS
    for one in minutes:
        counts[lags.step(timedelta(minutes=one))] += 1
    true = sorted(minutes)[-(-int(share * len(minutes) * 100) // 100) - 1]
    found = lags.percentile(counts, share)
    assert found is not None
    steps = sorted({lags.step(timedelta(minutes=one)) for one in minutes})
    assert lags.step(found) in steps
    assert abs(steps.index(lags.step(found)) - steps.index(lags.step(timedelta(minutes=true)))) <= 1
