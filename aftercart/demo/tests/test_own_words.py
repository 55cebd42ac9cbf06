"""What the demo's carriers say of its parcels is what the story says, once."""

from datetime import UTC, datetime

import pytest
from django.conf import settings

from aftercart.delivery.shipments.facts import ShipmentStatus, TrackingFact
from aftercart.demo import offices
from aftercart.demo.own_words import in_own_words
from aftercart.demo.script import Moment, story
from aftercart.demo.scripts import scripts, under_way

NOW = datetime(2026, 11, 22, 20, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def written() -> list[Moment]:
    return story(NOW)


def statuses(fact: TrackingFact) -> list[ShipmentStatus]:
    return [scan.status for scan in fact.scans]


def test_carriers_say_what_happened_in_their_own_words(written: list[Moment]):
    asked, retold = in_own_words(written, NOW)
    count, theirs, carriers = 0, 0, set()
    for before, after in zip(written, retold, strict=True):
        if not isinstance(before.fact, TrackingFact) or before.at > NOW:
            assert after == before
            continue
        assert isinstance(after.fact, TrackingFact)
        if before.fact.number in asked and before.fact.scans:
            count += 1
            assert statuses(after.fact) == statuses(before.fact)
            ours = {scan.text for scan in before.fact.scans}
            theirs += sum(scan.text not in ours for scan in after.fact.scans)
            carriers.add(after.fact.carrier)
        else:
            assert after == before
    assert count > 400
    assert theirs > 0.9 * count
    assert carriers == set(offices.STAND_INS)
    assert "127.0.0.1" in settings.ALLOWED_PRIVATE_HOSTS, "as before: the tests' own setting"


def test_this_process_may_ask_its_own_machine_only_meanwhile(written, settings):
    settings.ALLOWED_PRIVATE_HOSTS = frozenset()
    in_own_words(written[-400:], NOW)
    assert frozenset() == settings.ALLOWED_PRIVATE_HOSTS
    assert not offices.can_be_asked()


def test_a_carrier_knows_what_was_told_live_at_the_moment_it_was_told(written: list[Moment]):
    later = [moment for moment in written if moment.at > NOW]
    told = 40
    told_at = [datetime(2026, 11, 23, 9, n, tzinfo=UTC) for n in range(told - 10)]
    known = {one.number: one for one in scripts(written, NOW, told_at, told)}
    assert set(known) == under_way(written, NOW)
    moves = {
        (moment.fact.number, moment.fact.scans[-1].status): at
        for moment, at in zip(later[10:told], told_at, strict=True)
        if isinstance(moment.fact, TrackingFact)
    }
    assert len(moves) > 5
    for (number, status), at in moves.items():
        assert (at, status) in [(move.at, move.status) for move in known[number].moves]
    assert all(move.at <= NOW or move.at in told_at for one in known.values() for move in one.moves)
