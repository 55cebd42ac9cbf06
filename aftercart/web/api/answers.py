"""From the snapshot that every surface shows to what the API gives."""

from aftercart.conversation.pages.facts import OrderSnapshot, SnapshotItem, SnapshotParcel
from aftercart.web.api import schemas


def order_out(external_id: str, snapshot: OrderSnapshot) -> schemas.OrderOut:
    """One order as the API shows it."""
    return schemas.OrderOut(
        external_id=external_id,
        number=snapshot.number,
        placed_at=snapshot.placed_at,
        cancelled_at=snapshot.cancelled_at,
        currency=snapshot.currency,
        total=f"{snapshot.total.normalize():f}",
        refunded_total=f"{snapshot.refunded_total.normalize():f}",
        financial_status=snapshot.financial_status,
        delivery_status=snapshot.delivery_status,
        tracking_page_url=snapshot.page_url,
        parcels=[_parcel(parcel) for parcel in snapshot.parcels],
        unshipped=[_item(item) for item in snapshot.unshipped],
    )


def _item(item: SnapshotItem) -> schemas.ItemOut:
    return schemas.ItemOut(
        title=item.title, quantity=item.quantity, variant_title=item.variant_title, sku=item.sku
    )


def _parcel(parcel: SnapshotParcel) -> schemas.ParcelOut:
    return schemas.ParcelOut(
        tracking_number=parcel.tracking_number,
        carrier=parcel.carrier,
        carrier_name=parcel.carrier_name,
        tracking_url=parcel.tracking_url,
        status=parcel.status,
        reason=parcel.reason,
        status_at=parcel.status_at,
        expected_date=parcel.expected_date,
        delivered_at=parcel.delivered_at,
        items=[_item(item) for item in parcel.items],
        scans=[
            schemas.ScanOut(
                occurred_at=scan.occurred_at,
                status=scan.status,
                reason=scan.reason,
                text=scan.text,
                place=scan.place,
            )
            for scan in parcel.scans
        ],
    )
