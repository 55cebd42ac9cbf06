"""What of an order a mail is about: its parcels, what else travels, and what is still to come."""

from collections.abc import Sequence

import msgspec

from aftercart.conversation.messages.rendering.formats import Formats
from aftercart.conversation.messages.rendering.letter import RenderContext
from aftercart.conversation.messages.rules import parcels_of
from aftercart.conversation.pages.facts import OrderSnapshot, SnapshotItem, SnapshotParcel
from aftercart.conversation.pages.rules.arrival import Arrival, arrival_of


class Limits(msgspec.Struct, frozen=True):
    """How much a mail lists: items in each list, and lists."""

    items: int
    cards: int


# Gmail cuts mails off; one that comes out too large is written again with the next.
LIMITS = (Limits(20, 12), Limits(8, 8), Limits(3, 6), Limits(1, 4))


class Focus:
    """The order as one mail sees it. `parcels` are those that the mail is about, each once."""

    def __init__(
        self, order: OrderSnapshot, context: RenderContext, limits: Limits = LIMITS[0]
    ) -> None:
        self.order = order
        self.context = context
        self.limits = limits
        self.formats = Formats(order)
        self.live = tuple(p for p in order.parcels if p.status != "cancelled")
        wanted = {p.shipment_id for thing in context.things for p in parcels_of(order, thing)}
        self.parcels = tuple(p for p in self.live if p.shipment_id in wanted) or self.live
        self.others = tuple(p for p in self.live if p not in self.parcels)

    @property
    def for_gift(self) -> bool:
        """Whether the reader is not the one who paid, and sees no prices."""
        return self.context.audience == "gift_recipient"

    @property
    def paid_otherwise(self) -> bool:
        """Whether the shopper paid in another currency than the shop keeps its prices in."""
        order = self.order
        is_other = order.shown_currency and order.shown_currency != order.currency
        return bool(is_other and order.shown_total is not None)

    @property
    def is_part(self) -> bool:
        """Whether there is more to the order than the parcels the mail is about."""
        return bool(self.others or self.order.unshipped)

    def arrival(self, parcels: Sequence[SnapshotParcel] = ()) -> Arrival | None:
        """When the parcels arrive, if all of them are expected in the same, future, days."""
        found = [arrival_of(parcel, self.formats.zone) for parcel in parcels or self.parcels]
        first = found[0] if found else None
        if first is None or any(other != first for other in found):
            return None
        return first if first.last >= self.formats.today else None

    def first_arrival(self) -> Arrival | None:
        """The first of several arrivals that differ."""
        found = [self.arrival([parcel]) for parcel in self.parcels]
        coming = [arrival for arrival in found if arrival]
        if self.arrival() or len(self.parcels) < 2 or not coming:
            return None
        return min(coming, key=lambda arrival: (arrival.last, arrival.first))

    def carrier(self) -> str:
        """The carrier's name, if all of the parcels go with the same."""
        names = {parcel.carrier_name for parcel in self.parcels}
        return names.pop() if len(names) == 1 else ""

    def number_of(self, parcel: SnapshotParcel) -> int:
        """Which parcel of the order it is, counted from 1."""
        return self.live.index(parcel) + 1


def count_of(items: Sequence[SnapshotItem]) -> int:
    """How many pieces."""
    return sum(max(item.quantity, 0) for item in items)
