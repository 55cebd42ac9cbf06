"""Reads of parcels, of carriers, and of what carriers' codes mean."""

from aftercart.delivery.shipments.queries.carriers import (
    CarrierFigures,
    CarrierParcel,
    CodeView,
    carrier_figures,
    carrier_totals,
    code,
    codes,
    parcels_of_carrier,
    parcels_with_code,
)
from aftercart.delivery.shipments.queries.followed import Followed, followed, under_way
from aftercart.delivery.shipments.queries.parcels import (
    ParcelView,
    ScanView,
    disagreements,
    orders_by_number,
    orders_in_parcels,
    parcel_by_number,
    parcels_of_orders,
    references,
    scans,
)
from aftercart.delivery.shipments.queries.precedents import Precedents, precedents

__all__ = [
    "CarrierFigures",
    "CarrierParcel",
    "CodeView",
    "Followed",
    "ParcelView",
    "Precedents",
    "ScanView",
    "carrier_figures",
    "carrier_totals",
    "code",
    "codes",
    "disagreements",
    "followed",
    "orders_by_number",
    "orders_in_parcels",
    "parcel_by_number",
    "parcels_of_carrier",
    "parcels_of_orders",
    "parcels_with_code",
    "precedents",
    "references",
    "scans",
    "under_way",
]
