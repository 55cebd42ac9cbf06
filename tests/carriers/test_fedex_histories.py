"""Whole histories of delivered parcels fold to their delivery, however they are told."""

import gzip
import json
import random
from datetime import datetime
from typing import Any

from aftercart.connectors.carriers.fedex.parse import parse
from aftercart.connectors.tests.folding import state_of
from tests.carriers.old_formats.fedex import histories
from tests.support.real_data import real_data


def dumped() -> list[Any]:
    path = real_data("fedex_histories", "histories.json.gz")
    found: list[Any] = json.loads(gzip.decompress(path.read_bytes()))
    return found


def test_every_parcel_was_delivered_when_fedex_says_so():
    told = dict(histories(dumped()))
    for history in dumped():
        (details,) = history["trackDetails"]
        times = {one["type"]: one["dateOrTimestamp"] for one in details["datesOrTimes"]}
        state = state_of(parse(told[details["trackingNumber"]]))
        assert state.status == "delivered"
        assert state.delivered_at == datetime.fromisoformat(times["ACTUAL_DELIVERY"])


def test_doubled_and_shuffled_histories_end_the_same():
    chance = random.Random(1)
    for _number, body in histories(dumped()):
        whole = json.loads(body)
        (result,) = whole["output"]["completeTrackResults"][0]["trackResults"]
        before = state_of(parse(body))
        result["scanEvents"] = chance.sample(
            result["scanEvents"] * 2, len(result["scanEvents"]) * 2
        )
        assert state_of(parse(json.dumps(whole).encode())) == before
