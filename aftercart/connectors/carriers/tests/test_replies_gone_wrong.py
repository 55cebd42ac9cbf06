"""Replies of FedEx, DHL and DHL Express gone wrong, and their scans told badly."""

import json
from collections.abc import Callable
from typing import Any, NamedTuple

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aftercart.connectors.carriers.dhl.tests import samples as dhl
from aftercart.connectors.carriers.dhl_express.tests import samples as dhl_express
from aftercart.connectors.carriers.fedex.tests import samples as fedex
from aftercart.connectors.registry import connector
from aftercart.connectors.tests.folding import check_folds, told_badly
from aftercart.connectors.tests.fuzzing import facts_or_error, mutated, torn

SLOW_IS_FINE = settings(
    max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)


class Source(NamedTuple):
    """One system's replies by name, its sample's scans, and a reply with other scans."""

    system: str
    bodies: Callable[[], dict[str, Any]]
    scans: list[Any]
    reply: Callable[[list[Any]], Any]

    def parse(self, body: bytes) -> list[Any]:
        return connector(self.system).parse("", {}, body)

    def read(self, scans: Any) -> list[Any]:
        return self.parse(json.dumps(self.reply(scans)).encode())


SOURCES = [
    Source("dhl", dhl.bodies, dhl.events(), lambda told: dhl.reply(events=told, status=None)),
    Source(
        "dhl_express",
        dhl_express.bodies,
        dhl_express.events(),
        lambda told: dhl_express.reply(events=told),
    ),
    Source("fedex", fedex.bodies, fedex.scans(), lambda told: fedex.reply(scanEvents=told)),
]
each = pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.system)


@each
@SLOW_IS_FINE
@given(data=st.data())
def test_bodies_gone_wrong(source, data):
    _topic, body = data.draw(mutated(source.bodies))
    facts_or_error(lambda: source.parse(body))


@each
@SLOW_IS_FINE
@given(data=st.data())
def test_bytes_gone_wrong(source, data):
    _topic, body = data.draw(torn(source.bodies))
    facts_or_error(lambda: source.parse(body))


@each
@given(data=st.data())
def test_however_they_are_told_scans_fold_to_one_state(source, data):
    check_folds(data.draw(told_badly(source.scans)), source.scans, source.read)
