"""Which column means what: our own names, Shopify's export, common WooCommerce exports."""

import re
from collections.abc import Mapping, Sequence

import msgspec
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from aftercart.connectors.shops.csv.reading import Unreadable

ORDERS, SHIPMENTS, TRACKING = "orders", "shipments", "tracking"
KINDS = (ORDERS, SHIPMENTS, TRACKING)


class Meaning(msgspec.Struct, frozen=True):
    """What a column can mean. `headers` are the normalised names that it goes by, ours first."""

    label: str
    headers: tuple[str, ...]


def _meaning(label: str, *headers: str) -> Meaning:
    return Meaning(label, headers)


def _address(prefix: str, label: str) -> dict[str, Meaning]:
    """The columns of one address: `billing_city`, Shopify's `Billing City`, `City (Billing)`."""
    parts = {
        "name": ("name",),
        "first_name": ("first_name",),
        "last_name": ("last_name",),
        "company": ("company",),
        "address1": ("address1", "address_1", "address_1_2", "street", "address", "line1"),
        "address2": ("address2", "address_2", "line2"),
        "city": ("city", "town"),
        "region": ("region", "province", "state", "state_code", "province_code"),
        "postcode": ("postcode", "zip", "postal_code", "zip_code"),
        "country": ("country_code", "country"),
        "phone": ("phone",),
    }
    return {
        f"{prefix}_{part}": Meaning(
            f"{label}: {part}",
            tuple(header for name in names for header in (f"{prefix}_{name}", f"{name}_{prefix}")),
        )
        for part, names in parts.items()
    }


_PARCEL = {
    "tracking_number": _meaning(
        gettext_noop("Tracking number"),
        "tracking_number", "tracking_code", "tracking", "tracking_no", "trackingnumber",
        "consignment_number", "awb",
    ),
    "carrier": _meaning(
        gettext_noop("Carrier"),
        "carrier", "carrier_name", "tracking_company", "tracking_provider", "courier",
        "shipping_carrier", "shipping_provider",
    ),
    "tracking_url": _meaning(
        gettext_noop("Tracking address"), "tracking_url", "tracking_link", "tracking_address"
    ),
}  # fmt: skip

_NUMBER = _meaning(
    gettext_noop("Order number"),
    "order_number", "order_name", "order_no", "order_id", "order", "order_reference", "number",
)  # fmt: skip

_SKU = ("item_sku", "sku", "lineitem_sku", "product_sku")
_QUANTITY = ("item_quantity", "quantity", "lineitem_quantity", "qty")

MEANINGS: Mapping[str, Mapping[str, Meaning]] = {
    ORDERS: {
        "number": _NUMBER,
        "placed_at": _meaning(
            gettext_noop("Placed"),
            "placed_at", "order_date", "created_at", "date_created", "ordered_at", "date",
        ),
        "updated_at": _meaning(gettext_noop("Changed"), "updated_at", "date_modified"),
        "email": _meaning(
            gettext_noop("E-mail"),
            "email", "customer_email", "billing_email", "email_billing", "contact_email",
        ),
        "phone": _meaning(gettext_noop("Phone"), "phone", "customer_phone"),
        "first_name": _meaning(gettext_noop("First name"), "first_name", "customer_first_name"),
        "last_name": _meaning(gettext_noop("Last name"), "last_name", "customer_last_name"),
        "customer_id": _meaning(gettext_noop("Customer"), "customer_id", "customer_user"),
        "accepts_marketing": _meaning(
            gettext_noop("Agrees to marketing"), "accepts_marketing", "marketing_consent"
        ),
        "locale": _meaning(gettext_noop("Language"), "locale", "language"),
        "currency": _meaning(gettext_noop("Currency"), "currency", "order_currency"),
        "total": _meaning(
            gettext_noop("Total"), "total", "order_total", "order_total_amount", "grand_total"
        ),
        "shipping_total": _meaning(
            gettext_noop("Shipping costs"),
            "shipping_total", "shipping", "order_shipping_amount", "shipping_amount",
        ),
        "tax_total": _meaning(
            gettext_noop("Tax"), "tax_total", "taxes", "order_total_tax_amount", "tax"
        ),
        "discount_total": _meaning(
            gettext_noop("Discounts"),
            "discount_total", "discount_amount", "cart_discount_amount", "discount",
        ),
        "refunded_total": _meaning(
            gettext_noop("Refunded"), "refunded_total", "refunded_amount", "order_refund_amount"
        ),
        "status": _meaning(
            gettext_noop("Payment"),
            "financial_status", "payment_status", "order_status", "status",
        ),
        "cancelled_at": _meaning(gettext_noop("Cancelled"), "cancelled_at", "canceled_at"),
        "sent_status": _meaning(gettext_noop("Sent"), "fulfillment_status", "shipping_status"),
        "sent_at": _meaning(
            gettext_noop("Sent on"), "fulfilled_at", "shipped_at", "date_completed", "date_shipped"
        ),
        "shipping_method": _meaning(
            gettext_noop("Shipping method"), "shipping_method", "shipping_method_title"
        ),
        **_address("shipping", gettext_noop("Shipping address")),
        **_address("billing", gettext_noop("Billing address")),
        "item_title": _meaning(
            gettext_noop("Item"),
            "item_title", "item_name", "lineitem_name", "product_name", "product", "item", "title",
        ),
        "item_variant": _meaning(
            gettext_noop("Variant"),
            "item_variant", "variant", "product_variation", "variant_title", "variation",
        ),
        "item_sku": _meaning(gettext_noop("SKU"), *_SKU),
        "item_quantity": _meaning(gettext_noop("Quantity"), *_QUANTITY),
        "item_price": _meaning(
            gettext_noop("Price"),
            "item_price", "lineitem_price", "item_cost", "price", "unit_price",
        ),
        "item_discount": _meaning(
            gettext_noop("Item discount"), "item_discount", "lineitem_discount"
        ),
        "item_ships": _meaning(
            gettext_noop("Is shipped"), "item_requires_shipping", "lineitem_requires_shipping"
        ),
        "item_sent": _meaning(gettext_noop("Item sent"), "lineitem_fulfillment_status"),
        "item_image": _meaning(gettext_noop("Picture"), "item_image_url", "image_url"),
        "item_product_id": _meaning(gettext_noop("Product"), "item_product_id", "product_id"),
        "note": _meaning(gettext_noop("Note"), "note", "notes", "customer_note"),
        "tags": _meaning(gettext_noop("Tags"), "tags"),
        **_PARCEL,
    },
    SHIPMENTS: {
        "number": _NUMBER,
        **_PARCEL,
        "sent_at": _meaning(
            gettext_noop("Sent on"),
            "shipped_at", "fulfilled_at", "sent_at", "ship_date", "date_shipped", "shipped_on",
            "date",
        ),
        "service": _meaning(gettext_noop("Service"), "service", "shipping_service"),
        "location": _meaning(gettext_noop("Sent from"), "location", "warehouse"),
        "item_sku": _meaning(gettext_noop("SKU"), *_SKU),
        "item_quantity": _meaning(gettext_noop("Quantity"), *_QUANTITY),
    },
    TRACKING: {
        "tracking_number": _PARCEL["tracking_number"],
        "carrier": _PARCEL["carrier"],
        "occurred_at": _meaning(
            gettext_noop("When"),
            "occurred_at", "event_time", "event_date", "scanned_at", "datetime", "timestamp",
            "date", "time",
        ),
        "status": _meaning(
            gettext_noop("Status"), "status", "event_status", "event", "tracking_status"
        ),
        "reason": _meaning(gettext_noop("Reason"), "reason", "status_detail"),
        "code": _meaning(gettext_noop("Carrier's code"), "code", "event_code", "status_code"),
        "text": _meaning(
            gettext_noop("Carrier's words"),
            "text", "message", "description", "event_description", "details",
        ),
        "city": _meaning(gettext_noop("Place"), "city", "location", "place"),
        "region": _meaning(gettext_noop("Region"), "region", "state", "province"),
        "postcode": _meaning(gettext_noop("Postcode"), "postcode", "zip", "postal_code"),
        "country": _meaning(gettext_noop("Country"), "country_code", "country"),
        "expected_date": _meaning(
            gettext_noop("Expected"), "expected_date", "estimated_delivery", "eta", "expected_on"
        ),
    },
}  # fmt: skip

NEEDED: Mapping[str, tuple[tuple[str, ...], ...]] = {
    ORDERS: (("number",), ("placed_at",), ("total", "item_price")),
    SHIPMENTS: (("number",), ("tracking_number", "tracking_url")),
    TRACKING: (("tracking_number",), ("occurred_at",), ("status", "code", "text")),
}
"""Of each group at least one column must be there."""

SHOPIFY_MARKS = {"name", "lineitem_name", "lineitem_quantity", "financial_status"}
WOO_MARKS = (
    {"order_number", "order_status", "first_name_billing"},
    {"order_id", "billing_first_name", "order_total"},
)


class Layout(msgspec.Struct, frozen=True):
    """How a file's columns are understood.

    Attributes:
        kind: `orders`, `shipments` or `tracking`.
        format: whose columns these are: `aftercart`, `shopify` or `woocommerce`.
        columns: the place of each meaning that the file has.
    """

    kind: str
    format: str
    header: tuple[str, ...]
    columns: dict[str, int]

    def header_of(self, meaning: str) -> str:
        """The header of a meaning as it stands in the file, else our own name for it."""
        place = self.columns.get(meaning)
        return MEANINGS[self.kind][meaning].headers[0] if place is None else self.header[place]


def normalised(header: str) -> str:
    """The header in one spelling: `Order #` is `order_number`."""
    spelt = header.strip().lower().replace("#", " number ")
    return re.sub(r"[^a-z0-9]+", "_", spelt).strip("_")


def recognised(header: Sequence[str], kind: str = "") -> Layout:
    """How the columns are understood.

    Args:
        kind: what the file is said to hold; empty to tell by the columns.

    Raises:
        Unreadable: the columns fit nothing that can be imported, or a needed one is missing.
    """
    names = [normalised(one) for one in header]
    if kind:
        return _layout(header, names, kind)
    fitting = [one for one in KINDS if not _missing(_columns(names, one), one)]
    if not fitting:
        raise Unreadable(_unknown(names))
    return _layout(header, names, _likeliest(names, fitting))


def _likeliest(names: Sequence[str], fitting: Sequence[str]) -> str:
    """Of the kinds that would do: scans before orders before parcels.

    A list of scans may name the order beside, and one of orders the tracking number.
    """
    if TRACKING in fitting and "total" not in _columns(names, ORDERS):
        return TRACKING
    return ORDERS if ORDERS in fitting else SHIPMENTS


def _layout(header: Sequence[str], names: Sequence[str], kind: str) -> Layout:
    columns = _columns(names, kind)
    missing = _missing(columns, kind)
    if missing:
        wanted = " / ".join(MEANINGS[kind][meaning].headers[0] for meaning in missing)
        raise Unreadable(_("A column is missing: %(column)s.") % {"column": wanted})
    return Layout(kind, _format(names), tuple(one.strip() for one in header), columns)


def _format(names: Sequence[str]) -> str:
    if set(names) >= SHOPIFY_MARKS:
        return "shopify"
    return "woocommerce" if any(set(names) >= marks for marks in WOO_MARKS) else "aftercart"


def _columns(names: Sequence[str], kind: str) -> dict[str, int]:
    """The place of each meaning; a column means one thing only, the first that claims it."""
    places: dict[str, int] = {}
    for place, name in enumerate(names):
        places.setdefault(name, place)
    columns: dict[str, int] = {}
    if kind == ORDERS and set(names) >= SHOPIFY_MARKS:
        columns["number"] = places["name"]
    for meaning, known in MEANINGS[kind].items():
        found = next((name for name in known.headers if name in places), None)
        if found and meaning not in columns and places[found] not in columns.values():
            columns[meaning] = places[found]
    return columns


def _missing(columns: Mapping[str, int], kind: str) -> tuple[str, ...]:
    """The first group of which no column is there."""
    for group in NEEDED[kind]:
        if not any(meaning in columns for meaning in group):
            return group
    return ()


def _nearness(names: Sequence[str], kind: str) -> tuple[float, int]:
    """How near the columns come to a kind: by what it needs, then by what it knows."""
    columns = _columns(names, kind)
    met = [any(meaning in columns for meaning in group) for group in NEEDED[kind]]
    return sum(met) / len(met), len(columns)


def _unknown(names: Sequence[str]) -> str:
    nearest = max(KINDS, key=lambda kind: _nearness(names, kind))
    if len(_columns(names, nearest)) < 2:
        return _("None of the columns is known. Compare them with the sample files.")
    wanted = " / ".join(
        MEANINGS[nearest][meaning].headers[0]
        for meaning in _missing(_columns(names, nearest), nearest)
    )
    return _("A column is missing: %(column)s.") % {"column": wanted}
