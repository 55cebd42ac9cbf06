"""What is told of a parcel beside its scans."""

from datetime import datetime
from typing import Any

import msgspec

from aftercart.core.text import clip, web_address
from aftercart.delivery.shipments.actions.parcels import Row
from aftercart.delivery.shipments.carriers import CARRIERS, recognise_name
from aftercart.delivery.shipments.facts import PlaceFact, TrackingFact
from aftercart.delivery.shipments.numbers.recognition import FAMILIES

NO_PLACE = PlaceFact()
NAMED, BY_NUMBER, TRACKED, CORRECTED = "named", "number", "tracked", "corrected"
"""How a parcel's carrier is known: the store named it, the number says it, a source that tracks the
parcel does, or a merchant corrected it."""

LARGEST_WEIGHT = 2**31 - 1


def learn(parcel: Row, fact: TrackingFact, now: datetime) -> None:
    """Take over what a source says beside the scans, unless something newer is known.

    The estimate counts as a whole and by its own time. Of the rest, what is empty is filled in
    whatever its age, and what is there is replaced by what was told later.
    """
    told_at = fact.updated_at or now
    _learn_carrier(parcel, fact)
    _learn_estimate(parcel, fact, told_at)
    is_newer = parcel["details_at"] is None or told_at >= parcel["details_at"]
    for name, value in _details(fact).items():
        if value not in ("", None) and (is_newer or parcel[name] in ("", None)):
            parcel[name] = value
    parcel["is_return"] = parcel["is_return"] or fact.is_return
    if fact.updated_at and is_newer:
        parcel["details_at"] = fact.updated_at


def _details(fact: TrackingFact) -> dict[str, Any]:
    weight = fact.weight_grams
    return {
        "signed_by": clip(fact.signed_by, 120),
        "service": clip(fact.service, 120),
        "weight_grams": weight if weight and 0 < weight <= LARGEST_WEIGHT else None,
        "origin": _place(fact.origin),
        "destination": _place(fact.destination),
        "shipped_on": fact.shipped_on,
        "delivered_to": clip(fact.delivered_to, 120),
        "proof_url": web_address(fact.proof_url, 1000),
        "piece_id": clip(fact.piece_id, 120),
        "handed_over_to": recognise_name(fact.handed_over_to) or clip(fact.handed_over_to, 40),
        "handed_over_number": clip(fact.handed_over_number, 100),
    }


def _place(place: PlaceFact) -> dict[str, str] | None:
    if place == NO_PLACE:
        return None
    return {name: clip(part, 120) for name, part in msgspec.to_builtins(place).items()}


ESTIMATE = {
    "expected_from": "timestamptz",
    "expected_until": "timestamptz",
    "expected_date": "date",
}


def estimate_of(fact: TrackingFact) -> Row | None:
    """When the source expects the parcel to arrive; None where it does not say."""
    latest = fact.expected_until or fact.expected_from
    day = fact.expected_date or (latest.date() if latest else None)
    if day is None:
        return None
    return {
        "expected_from": fact.expected_from,
        "expected_until": fact.expected_until,
        "expected_date": day,
    }


def _learn_estimate(parcel: Row, fact: TrackingFact, told_at: datetime) -> None:
    estimate = estimate_of(fact)
    if estimate is None or (parcel["estimate_at"] and told_at < parcel["estimate_at"]):
        return
    parcel.update(estimate)
    parcel["first_expected_date"] = parcel["first_expected_date"] or parcel["expected_date"]
    parcel["estimate_at"] = told_at


def inherit_estimate(parcel: Row, earlier: Row) -> None:
    """Take over what was expected of the parcel while it was known otherwise, if that is newer."""
    told_at, known_at = earlier["estimate_at"], parcel["estimate_at"]
    if told_at is None or (known_at and known_at > told_at):
        return
    parcel.update({name: earlier[name] for name in (*ESTIMATE, "estimate_at")})
    first = parcel["first_expected_date"] or earlier["first_expected_date"]
    parcel["first_expected_date"] = first


def _learn_carrier(parcel: Row, fact: TrackingFact) -> None:
    """A carrier that we know replaces one that we do not, and the tracker's word the merchant's;
    only what a merchant corrected stands."""
    given = clip(fact.carrier, 120)
    slug = recognise_name(given)
    is_narrower = parcel["carrier"] in FAMILIES.get(slug, ())
    if slug and not is_narrower and parcel["carrier_from"] != CORRECTED:
        call(parcel, slug, TRACKED)
    elif given and not parcel["carrier"]:
        parcel["carrier_name"] = given
    if not parcel["tracking_url"] and not parcel["carrier"]:
        parcel["tracking_url"] = web_address(fact.public_url, 1000)


def enter(parcel: Row, *, carrier: str, url: str) -> None:
    """Take over what the merchant entered: their address first, their carrier second."""
    slug = recognise_name(carrier)
    if slug and not parcel["carrier"]:
        call(parcel, slug, NAMED)
    elif carrier and not parcel["carrier_name"]:
        parcel["carrier_name"] = clip(carrier, 120)
    parcel["tracking_url"] = web_address(url, 1000) or parcel["tracking_url"]


def call(parcel: Row, slug: str, known_from: str) -> None:
    """Say whose parcel it is, and how that is known."""
    parcel["carrier"], parcel["carrier_from"] = slug, known_from
    parcel["carrier_name"] = CARRIERS[slug].name
