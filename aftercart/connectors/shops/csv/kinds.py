"""What files can hold, and how each is understood."""

from collections.abc import Callable, Mapping, Sequence

import msgspec
from django.utils.translation import gettext_noop as _

from aftercart.connectors.shops.csv import orders, shipments, tracking
from aftercart.connectors.shops.csv.columns import ORDERS, SHIPMENTS, TRACKING, Layout
from aftercart.connectors.shops.csv.reading import Record
from aftercart.connectors.shops.csv.understanding import Understood, check_width
from aftercart.connectors.shops.csv.values import Manner

Understand = Callable[[Sequence[Record], Layout, Manner], Understood]


class Kind(msgspec.Struct, frozen=True):
    """One kind of file.

    Attributes:
        show: its facts as a row of the columns `shown`, for a person to check.
        amounts: the meanings that tell how decimals are written.
        mixes: whether rows of one group may stand apart.
    """

    understand: Understand
    show: Callable[..., tuple[str, ...]]
    shown: tuple[str, ...]
    amounts: tuple[str, ...] = ()
    mixes: bool = False


KINDS: Mapping[str, Kind] = {
    ORDERS: Kind(
        orders.order,
        orders.show,
        orders.SHOWN,
        ("total", "item_price", "shipping_total", "tax_total", "discount_total", "item_discount"),
    ),
    SHIPMENTS: Kind(shipments.sending, shipments.show, shipments.SHOWN),
    TRACKING: Kind(tracking.parcel, tracking.show, tracking.SHOWN, mixes=True),
}

LABELS: Mapping[str, str] = {
    "number": _("Order"),
    "placed_at": _("Placed"),
    "customer": _("Customer"),
    "items": _("Items"),
    "total": _("Total"),
    "status": _("Status"),
    "ship_to": _("Ship to"),
    "tracking": _("Tracking"),
    "sent_at": _("Sent on"),
    "scans": _("Scans"),
    "text": _("Carrier's words"),
    "place": _("Place"),
}
"""How the columns for a person are called."""


def understood(group: Sequence[Record], layout: Layout, manner: Manner) -> Understood:
    """What a group of rows says.

    Raises:
        CellError: a row cannot be read; then none of the group can be taken.
    """
    for record in group:
        check_width(record, layout)
    return KINDS[layout.kind].understand(group, layout, manner)
