"""Orders in every state, each beside words that its page must say."""

from datetime import date
from decimal import Decimal

from msgspec.structs import replace

from aftercart.conversation.pages.facts import SnapshotRefund
from aftercart.conversation.pages.tests.made import at, item, order, parcel, scan

TRANSIT = parcel(
    "in_transit",
    scan("2026-11-25 05:12", place="Berlin"),
    scan("2026-11-24 02:10", utc_offset_minutes=480, place="Shenzhen, CN"),
    scan("2026-11-23 20:00", zone_known=False, utc_offset_minutes=None, place="Shenzhen, CN"),
    expected_from=at("2026-11-26 09:00"),
    expected_until=at("2026-11-26 13:00"),
)

HELD = parcel(
    "exception",
    scan("2026-11-25 06:00", "exception", reason="held_for_payment"),
    reason="held_for_payment",
)
ARRIVED = parcel("delivered", scan("2026-11-24 13:05", "delivered"))

SAYS = [
    (order(TRANSIT), "Arriving tomorrow"),
    (order(TRANSIT), "Thursday, 26 November, between 10:00 and 14:00"),
    (order(TRANSIT), "Checked 12 minutes ago, last scan 4 hours ago in Berlin."),
    (order(TRANSIT), "The day and the hours come from DHL and can still change."),
    (order(TRANSIT), "10:10 Shenzhen, CN local time"),
    (order(TRANSIT), "20:00 On its way Shenzhen, CN zone not given"),
    (order(TRANSIT), "Times are local to Berlin unless it says otherwise."),
    (order(TRANSIT, time_zone_known=False), "We do not know the time zone of the destination."),
    (order(replace(TRANSIT, carrier_name="")), "come from the carrier and can still change."),
    (order(TRANSIT, unshipped=(item(quantity=2),)), "part of your order"),
    (order(TRANSIT, unshipped=(item(quantity=2),)), "2 items are still to be sent."),
    (order(TRANSIT, replace(TRANSIT, shipment_id=2)), "In 2 parcels."),
    (order(TRANSIT, shipping_city="Potsdam"), "Potsdam, Germany"),
    (
        order(parcel("in_transit", scan("2026-11-16 05:12"))),
        "On its way, not scanned since Monday, 16 November",
    ),
    (
        order(parcel("in_transit", scan("2026-11-16 05:12"))),
        "Checked 12 minutes ago, last scan 9 days ago in Leipzig, DE. That is longer than usual.",
    ),
    (
        order(parcel("pending", shipped_at=at("2026-11-18 15:00"))),
        "Waiting for the carrier since Wednesday, 18 November",
    ),
    (
        order(
            parcel(
                "in_transit",
                scan("2026-11-24 05:12"),
                expected_from=at("2026-11-27 08:00"),
                expected_until=at("2026-11-30 19:00"),
            )
        ),
        "The days come from DHL and can still change.",
    ),
    (
        order(
            parcel(
                "available_for_pickup",
                scan("2026-11-24 08:00", "available_for_pickup", text="Packstation 112"),
            )
        ),
        "DHL writes: “Packstation 112” It has been there since yesterday.",
    ),
    (order(ARRIVED, TRANSIT), "Arriving tomorrow : 1 of 2 parcels"),
    (order(ARRIVED, TRANSIT), "1 of 2 parcels has arrived."),
    (order(ARRIVED, ARRIVED, TRANSIT), "2 of 3 parcels have arrived."),
    (order(TRANSIT, HELD), "Parcel 2: Please pay the charge on the carrier's page."),
    (order(HELD, HELD, TRANSIT), "Parcels 1 and 2: Please pay the charge"),
    (
        order(TRANSIT, cancelled_at=at("2026-11-24 10:00")),
        "If it reaches you all the same, write to us before you send it back.",
    ),
    (
        order(
            ARRIVED,
            refunds=(
                SnapshotRefund(
                    amount=Decimal("12.50"), currency="EUR", refunded_at=at("2026-11-24 10:00")
                ),
            ),
        ),
        "12,50 € was refunded yesterday.",
    ),
    (order(), "We are packing your order"),
    (order(unshipped=()), "Your order is confirmed"),
    (order(items=(), unshipped=()), "There is nothing left on this order"),
    (order(parcel("pending", tracking_number="")), "It travels without a tracking number"),
    (order(parcel("info_received")), "DHL knows of the parcel and has not scanned it yet."),
    (order(parcel("unknown", reason="")), "Waiting for news from the carrier"),
    (
        order(parcel("in_transit", scan("2026-11-23 05:12"), expected_date=date(2026, 11, 24))),
        "It was expected yesterday.",
    ),
    (
        order(parcel("in_transit", scan("2026-11-25 05:12"), reason="weather")),
        "The weather is slowing the carrier down.",
    ),
    (
        order(
            parcel(
                "delivered",
                scan("2026-11-24 13:05", "delivered"),
                reason="delivered_to_neighbour",
            )
        ),
        "Left with a neighbour at 14:05.",
    ),
    (
        order(replace(ARRIVED, reason="delivered_to_neighbour", signed_by="Weber")),
        "Left with a neighbour (Weber) at 14:05.",
    ),
    (
        order(replace(ARRIVED, reason="delivered_to_neighbour", signed_by="Weber")),
        "If it is not there, please contact us.",
    ),
    (order(replace(ARRIVED, reason="delivered_to_neighbour")), "Please ask your neighbours;"),
    (order(ARRIVED), "Delivered at 14:05."),
    (order(ARRIVED, shipping_country="CA"), "Delivered at 2:05 p.m. Ordered"),
    (
        order(
            parcel("delivered", scan("2026-11-24 13:05", "delivered", text="Delivered, front door"))
        ),
        "Delivered at 14:05. DHL writes: “Delivered, front door”",
    ),
    (
        order(parcel("attempt_failed", scan("2026-11-24 13:05", "attempt_failed", text="Dog"))),
        "could not hand it over. DHL writes: “Dog”",
    ),
    (
        order(parcel("in_transit", scan("2026-11-25 05:12"), expected_date=date(2026, 11, 23))),
        "It was expected on Monday, 23 November.",
    ),
    (
        order(ARRIVED, replace(ARRIVED, shipment_id=2)),
        "Both parcels have arrived.",
    ),
    (order(TRANSIT, shipping_region="Brandenburg"), "Berlin, Brandenburg, Germany"),
    (order(TRANSIT, shipping_region="Berlin"), "Going to Berlin, Germany"),
    (
        order(parcel("delivered", scan("2026-11-24 13:05", "delivered"), signed_by="M. Weber")),
        "Signed for by M. Weber at 14:05.",
    ),
    (
        order(parcel("delivered", scan("2026-11-24 13:05", "delivered"))),
        "If you cannot find it, ask the people you live with",
    ),
    (
        order(replace(TRANSIT, items_shared_by=2), replace(TRANSIT, shipment_id=2)),
        "These items travel in 2 parcels together",
    ),
    (
        order(TRANSIT, replace(TRANSIT, shipment_id=2, items=())),
        "We do not know which items are in this parcel.",
    ),
]
