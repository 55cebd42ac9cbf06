"""Orders in any state at all, for tests of what must hold for every one of them."""

from datetime import date
from decimal import Decimal
from typing import get_args

from hypothesis import strategies as st

from aftercart.conversation.pages.facts import SnapshotRefund
from aftercart.conversation.pages.tests.made import at, item, order, parcel, scan
from aftercart.delivery.shipments.facts import ShipmentStatus

moments = st.datetimes(
    min_value=at("2026-11-15 00:00").replace(tzinfo=None),
    max_value=at("2026-11-28 00:00").replace(tzinfo=None),
).map(lambda moment: at(str(moment)[:16]))
# Those in which a date, or its absence, is the answer are drawn more often.
UNDER_WAY = ("pending", "info_received", "picked_up", "in_transit", "out_for_delivery")
statuses = st.sampled_from([*get_args(ShipmentStatus), *UNDER_WAY, *UNDER_WAY])
rarely = st.tuples(st.integers(0, 4), moments).map(
    lambda drawn: drawn[1] if drawn[0] == 4 else None
)
scans_of_any_kind = st.lists(
    st.builds(
        lambda when, status, known, offset: scan(
            str(when)[:16], status, zone_known=known, utc_offset_minutes=offset
        ),
        moments,
        statuses,
        st.booleans(),
        st.sampled_from([None, 0, 60, -300, 480]),
    ),
    max_size=3,
).map(lambda scans: sorted(scans, key=lambda one: one.occurred_at, reverse=True))
parcels_of_any_kind = st.builds(
    lambda status, scans, begins, ends, day, checked, number, shipped: parcel(
        status,
        *scans,
        expected_from=begins,
        expected_until=ends,
        expected_date=day,
        checked_at=checked,
        tracking_number=number,
        shipped_at=shipped,
    ),
    statuses,
    scans_of_any_kind,
    rarely,
    rarely,
    st.none() | st.dates(date(2026, 11, 22), date(2026, 11, 29)),
    st.none() | moments,
    st.sampled_from(["", "1Z999AA10123456784"]),
    st.none() | moments,
)
orders_of_any_kind = st.builds(
    lambda parcels, zone, cancelled, rest, placed, paid, is_gift: order(
        *parcels,
        time_zone=zone,
        cancelled_at=cancelled,
        placed_at=placed,
        unshipped=(item(),) * rest,
        financial_status=paid,
        is_gift=is_gift,
        refunds=(SnapshotRefund(amount=Decimal(1), currency="EUR", refunded_at=placed),),
    ),
    st.lists(parcels_of_any_kind, max_size=3),
    st.sampled_from(["Europe/Berlin", "America/New_York", "Pacific/Auckland", "Asia/Beirut", ""]),
    rarely,
    st.integers(0, 1),
    moments | st.just(at("2026-05-29 12:00")),
    st.sampled_from(["paid", "pending", "refunded", "voided"]),
    st.booleans(),
)
