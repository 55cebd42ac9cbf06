"""DHL Express's replies gone wrong, and its events told badly."""

from hypothesis import HealthCheck, given, settings

from aftercart.connectors.carriers.dhl_express.parse import parse
from aftercart.connectors.carriers.dhl_express.tests import samples
from aftercart.connectors.tests.folding import check_folds, told_badly
from aftercart.connectors.tests.fuzzing import facts_or_error, mutated, torn

SLOW_IS_FINE = settings(
    max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)


@SLOW_IS_FINE
@given(mutated(samples.bodies))
def test_bodies_gone_wrong(case):
    facts_or_error(lambda: parse(case[1]))


@SLOW_IS_FINE
@given(torn(samples.bodies))
def test_bytes_gone_wrong(case):
    facts_or_error(lambda: parse(case[1]))


@given(told_badly(samples.events()))
def test_however_they_are_told_events_fold_to_one_state(tellings):
    check_folds(
        tellings,
        samples.events(),
        lambda events: parse(samples.encoded(samples.reply(events=events))),
    )
