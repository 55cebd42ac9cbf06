"""What becomes of the asking after a parcel when something happens to it."""

from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest

from aftercart.intake.following.rules.deciding import Kept, Parcel, carrier_of, decide
from aftercart.intake.following.rules.plan import SOON, Situation, Stop

NOW = datetime(2026, 3, 9, 12, tzinfo=UTC)
SITUATION = Situation(status="pending", sent_at=NOW - timedelta(hours=1))


def parcel(carrier: str = "ups", **changes: Any) -> Parcel:
    return msgspec.structs.replace(Parcel(carrier=carrier, situation=SITUATION), **changes)


def next_of(given: Parcel, kept: Kept | None, *, has_source: bool = True):
    decision = decide(given, kept, has_source=has_source, behind=timedelta(0), now=NOW)
    return decision and decision.next


@pytest.mark.parametrize(
    ("stopped", "carrier", "goes_on"),
    [
        ("refused", "ups", False),
        ("refused", "dhl", True),
        ("unreadable", "ups", False),
        ("unreadable", "dhl", True),
        ("by_hand", "ups", False),
        ("by_hand", "dhl", False),
        ("no_source", "ups", True),
        ("silent", "ups", True),
    ],
)
def test_what_was_stopped_goes_on_with_another_carrier_unless_a_person_stopped_it(
    stopped: Stop, carrier: str, goes_on: bool
):
    found = next_of(parcel(carrier), Kept(carrier="ups", stopped=stopped))
    assert found is not None
    assert (found.stop, found.after) == (("", SOON) if goes_on else (stopped, None))


@pytest.mark.parametrize(
    ("changes", "stop"),
    [
        ({"has_number": False}, "no_number"),
        ({"is_current": False}, "recycled"),
        ({"has_order": False}, "no_order"),
    ],
)
def test_a_parcel_that_cannot_be_found_is_stopped_and_never_begun(
    changes: dict[str, Any], stop: Stop
):
    kept = next_of(parcel(**changes), Kept(carrier="ups"))
    assert kept is not None
    assert (kept.stop, kept.after) == (stop, None)
    assert next_of(parcel(**changes), None) is None


def test_one_that_nobody_can_be_asked_after_is_kept_with_that_reason():
    found = next_of(parcel(), None, has_source=False)
    assert found is not None
    assert (found.stop, found.after) == ("no_source", None)


@pytest.mark.parametrize(
    ("said_to_be", "is_scanned", "asked", "tried"),
    [
        ("ups", False, "usps", ("ups",)),
        ("ups", True, "ups", ("ups",)),
        ("dhl", False, "dhl", ()),
    ],
    ids=["on trial", "scanned meanwhile", "known to be another's"],
)
def test_a_trial_ends_when_the_parcel_is_scanned_or_of_one_that_was_not_asked(
    said_to_be: str, is_scanned: bool, asked: str, tried: tuple[str, ...]
):
    situation = msgspec.structs.replace(SITUATION, last_scan_at=NOW if is_scanned else None)
    on_trial = Kept(carrier="usps", tried=("ups",))
    assert carrier_of(parcel(said_to_be, situation=situation), on_trial) == (asked, tried)


def test_nobody_was_tried_where_nobody_failed():
    assert carrier_of(parcel("dhl"), Kept(carrier="ups")) == ("dhl", ())
    assert carrier_of(parcel("dhl"), None) == ("dhl", ())
