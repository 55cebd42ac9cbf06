"""EasyPost, AfterShip and UPS tell of parcels, over the real programs and real sockets."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from aftercart.connectors.carriers.aftership.tests import samples as aftership_samples
from aftercart.connectors.carriers.easypost.tests import samples as easypost_samples
from aftercart.core import sql
from aftercart.core.models import Account, Store
from aftercart.delivery.shipments.facts import PlaceFact
from aftercart.demo.standins.base import Move, Script
from aftercart.demo.standins.ups import Subscription, Ups
from aftercart.intake.actions import connections
from tests.standins import carriers
from tests.support.live import LiveApp, wait_for

pytestmark = [pytest.mark.processes, pytest.mark.timeout(120)]


@pytest.fixture
def store(transactional_db: None) -> Store:
    account = Account.objects.create(name="Acme")
    return Store.objects.create(account=account, name="Acme Outdoor", slug="acme")


def parcel(store: Store, number: str) -> dict[str, Any]:
    rows = sql.fetch(
        "SELECT status, reason, carrier, (SELECT count(*) FROM shipments_trackingevent AS scan "
        "  WHERE scan.store_id = parcel.store_id AND scan.shipment_id = parcel.id) AS scans "
        "FROM shipments_shipment AS parcel WHERE store_id = %s AND tracking_number = %s",
        [store.pk, number],
    )
    return rows[0] if rows else {}


def entries(store: Store) -> int:
    rows = sql.fetch("SELECT count(*) AS n FROM intake_inboxentry WHERE store_id = %s", [store.pk])
    return int(rows[0]["n"])


def test_easypost(live_app: LiveApp, store: Store) -> None:
    added = connections.add(store.pk, "easypost", {})
    uri = f"{live_app.url}/in/{added.public_id}"
    account = carriers.EasyPost(uri, added.secrets["secret"])
    scans = [
        easypost_samples.detail("in_transit", datetime="2026-11-03T08:00:00Z"),
        easypost_samples.detail("delivered", datetime="2026-11-05T16:00:00Z"),
    ]
    tracker = easypost_samples.tracker(status="delivered", tracking_details=scans[::-1])
    assert account.event(tracker) == [200]
    assert account.event(tracker) == [200]
    wait_for(lambda: parcel(store, "EZ2000000002").get("scans"), 30, "the parcel")
    wait_for(lambda: entries(store) == 2, 30, "the second delivery")
    found = parcel(store, "EZ2000000002")
    assert (found["status"], found["carrier"], found["scans"]) == ("delivered", "usps", 2)

    stranger = carriers.EasyPost(uri, "guessed")
    assert set(stranger.event(tracker)) == {401}
    assert entries(store) == 2


def test_aftership(live_app: LiveApp, store: Store) -> None:
    added = connections.add(store.pk, "aftership", {"secret": "as-shown-by-aftership"})
    uri = f"{live_app.url}/in/{added.public_id}"
    organization = carriers.AfterShip(uri, "as-shown-by-aftership")
    checkpoints = [
        aftership_samples.checkpoint("Exception", "Exception_004"),
        aftership_samples.checkpoint(checkpoint_time="2026-11-02T08:25:00"),
    ]
    assert organization.event(aftership_samples.tracking(checkpoints=checkpoints)) == [200]
    wait_for(lambda: parcel(store, "9400100000000000000000").get("scans"), 30, "the parcel")
    found = parcel(store, "9400100000000000000000")
    assert (found["status"], found["reason"]) == ("exception", "customs_hold")
    assert found["scans"] == 2


def test_track_alert_of_ups(live_app: LiveApp, store: Store) -> None:
    entered = {"client_id": "ups-client", "client_secret": "ups-secret"}
    added = connections.add(store.pk, "ups", entered)
    number, now = "1Z999AA10123456784", datetime.now(UTC)
    place = PlaceFact(city="Atlanta", region="GA", country="US")
    moves = (
        Move(at=now - timedelta(hours=9), status="picked_up", place=place),
        Move(at=now - timedelta(hours=1), status="out_for_delivery", place=place),
    )
    ups = Ups({number: Script(number=number, moves=moves)})

    def subscribed(credential: str) -> Subscription:
        until = now + timedelta(days=14)
        return Subscription(f"{live_app.url}/in/{added.public_id}", credential, until, 0)

    ups.subscriptions[number] = subscribed("guessed")
    assert ups.news() == [401, 401]
    ups.subscriptions[number] = subscribed(added.secrets["credential"])
    assert ups.news() == [200, 200]
    wait_for(lambda: parcel(store, number).get("scans") == 2, 30, "both scans")
    found = parcel(store, number)
    assert (found["status"], found["carrier"]) == ("out_for_delivery", "ups")
    assert entries(store) == 2
