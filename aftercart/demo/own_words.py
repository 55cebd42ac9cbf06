"""The history of parcels under way as their carriers tell it, read from the stand-ins' answers.

So a parcel that is asked after later, in the live demo, says the same once more, not twice.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime

import msgspec
from django.conf import settings

from aftercart.connectors.base import Asked
from aftercart.connectors.registry import connector
from aftercart.delivery.shipments.facts import ScanFact, TrackingFact
from aftercart.demo import offices
from aftercart.demo.script import Moment
from aftercart.demo.scripts import scripts
from aftercart.demo.standins.base import StandIn
from aftercart.intake.actions import inbox


def in_own_words(moments: Sequence[Moment], now: datetime) -> tuple[set[str], list[Moment]]:
    """The numbers of the parcels whose carriers were asked, and the story with what they say."""
    known = _speakable(moments)
    told = [script for script in scripts(moments, now) if script.number in known]
    found = offices.stand_ins(told, limits=())
    said: dict[str, list[ScanFact]] = {}
    with _our_own_machine(), offices.serving(found):
        for carrier, stand_in in found.items():
            said.update(_said(carrier, stand_in))
    numbers = {number for stand_in in found.values() for number in stand_in.scripts}
    return numbers, [_retold(moment, said) if moment.at <= now else moment for moment in moments]


def _speakable(moments: Sequence[Moment]) -> set[str]:
    """The numbers of the parcels whose carriers have words for all that happens to them."""
    last = {one.fact.number: one.fact for one in moments if isinstance(one.fact, TrackingFact)}
    return {
        number
        for number, fact in last.items()
        if all(offices.can_say(fact.carrier, scan) for scan in fact.scans)
    }


@contextmanager
def _our_own_machine() -> Iterator[None]:
    """Let this process, which asks nobody else, ask its own stand-ins."""
    before = settings.ALLOWED_PRIVATE_HOSTS
    settings.ALLOWED_PRIVATE_HOSTS = before | {offices.HOST}
    try:
        yield
    finally:
        settings.ALLOWED_PRIVATE_HOSTS = before


def _said(carrier: str, stand_in: StandIn) -> Iterator[tuple[str, list[ScanFact]]]:
    tracker = connector(carrier).tracker
    assert tracker is not None
    given = {**offices.entered(carrier, stand_in), "server": stand_in.url}
    parcels = [Asked(number=one.number, carrier=carrier) for one in stand_in.scripts.values()]
    for start in range(0, len(parcels), tracker.batch):
        answer = tracker.ask(given, given, parcels[start : start + tracker.batch], "")
        for heard in answer.heard:
            if heard.body is not None:
                (fact,) = connector(carrier).parse(inbox.ASKED, {}, heard.body)
                yield heard.number, sorted(fact.scans, key=lambda scan: scan.occurred_at)


def _retold(moment: Moment, said: dict[str, list[ScanFact]]) -> Moment:
    """What was known at that moment. Carriers that leave the seconds out are early, never late."""
    fact = moment.fact
    if not isinstance(fact, TrackingFact) or fact.number not in said:
        return moment
    latest = fact.scans[-1].occurred_at
    scans = tuple(scan for scan in said[fact.number] if scan.occurred_at <= latest)
    return Moment(moment.at, msgspec.structs.replace(fact, scans=scans or fact.scans))
