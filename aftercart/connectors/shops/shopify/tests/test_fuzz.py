"""Whatever is posted: facts that can be stored, or an error that names its place."""

import pytest
from hypothesis import HealthCheck, given, settings

from aftercart.connectors.shops.shopify.parse import parse
from aftercart.connectors.shops.shopify.tests import samples
from aftercart.connectors.tests.fuzzing import facts_or_error, mutated, torn

HEADERS = {
    "x-shopify-triggered-at": "2026-11-05T09:00:00Z",
    "x-shopify-shop-domain": "acme.myshopify.com",
}
SLOW_IS_FINE = settings(
    max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)


@SLOW_IS_FINE
@given(mutated(samples.bodies))
def test_bodies_gone_wrong(case: tuple[str, bytes]) -> None:
    topic, body = case
    facts_or_error(lambda: parse(topic, HEADERS, body))


@SLOW_IS_FINE
@given(torn(samples.bodies))
def test_bytes_gone_wrong(case: tuple[str, bytes]) -> None:
    topic, body = case
    facts_or_error(lambda: parse(topic, HEADERS, body))


@pytest.mark.parametrize("topic", sorted(samples.bodies()))
def test_what_is_right_can_be_stored(topic: str) -> None:
    body = samples.encoded(samples.bodies()[topic])
    facts_or_error(lambda: parse(topic, HEADERS, body))
