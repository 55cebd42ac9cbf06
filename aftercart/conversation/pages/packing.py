"""Which items travel in which parcel, and what is in none yet. Pure."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

import msgspec

from aftercart.commerce.catalog.queries import ProductView
from aftercart.commerce.orders.queries import FulfillmentView, LineView
from aftercart.conversation.pages.facts import SnapshotItem
from aftercart.delivery.shipments.queries import ParcelView

Quantities = Mapping[int, int]


class Held(msgspec.Struct, frozen=True, kw_only=True):
    """One parcel with what it holds; `shared_by` parcels hold the same together."""

    parcel: ParcelView
    fulfillment_ids: tuple[int, ...]
    items: tuple[SnapshotItem, ...]
    shared_by: int
    shipped_at: datetime


class Packed(msgspec.Struct, frozen=True, kw_only=True):
    """An order, sorted into parcels."""

    items: tuple[SnapshotItem, ...]
    parcels: tuple[Held, ...]
    unshipped: tuple[SnapshotItem, ...]
    items_known: bool


class Packer:
    """Sorts the lines of one order into its parcels.

    Args:
        lines: the order's line items.
        products: what the catalogue knows, by the shop's id of the product.
        fulfillments: all of the order's, cancelled ones too.
        parcels: all of the order's, with the fulfillments that travel in each.
        base_url: where pictures that we serve ourselves (`/static/…`) are found.
    """

    def __init__(
        self,
        lines: Sequence[LineView],
        products: Mapping[str, ProductView],
        fulfillments: Sequence[FulfillmentView],
        parcels: Sequence[ParcelView],
        base_url: str,
    ) -> None:
        self.base_url = base_url
        self.lines = lines
        self.products = products
        self.sent = {sent.id: sent for sent in fulfillments if sent.is_active}
        self.parcels = [parcel for parcel in parcels if not parcel.is_return]
        self.carriers_of = Counter(key for parcel in self.parcels for key in parcel.fulfillment_ids)

    def packed(self) -> Packed:
        """The order with its parcels in the order in which they were sent."""
        held = [held for held in self._parcels() if _is_shown(held)]
        return Packed(
            items=self._items({line.id: line.current_quantity for line in self.lines}),
            parcels=tuple(sorted(held, key=lambda one: one.shipped_at)),
            unshipped=self._unshipped(),
            items_known=bool(self.lines),
        )

    def _parcels(self) -> Iterable[Held]:
        for parcel in self.parcels:
            sendings = [self.sent[key] for key in parcel.fulfillment_ids if key in self.sent]
            if sendings:
                yield self._held(parcel, sendings)

    def _held(self, parcel: ParcelView, sendings: Sequence[FulfillmentView]) -> Held:
        return Held(
            parcel=parcel,
            fulfillment_ids=tuple(sent.id for sent in sendings),
            items=self._items(_sum(sendings)),
            shared_by=max(self.carriers_of[sent.id] for sent in sendings),
            shipped_at=min(sent.fulfilled_at for sent in sendings),
        )

    def _unshipped(self) -> tuple[SnapshotItem, ...]:
        """What is in no fulfillment; nothing where one does not say what it carries."""
        if any(not sent.items for sent in self.sent.values()):
            return ()
        sent = _sum(self.sent.values())
        return self._items(
            {
                line.id: line.current_quantity - sent.get(line.id, 0)
                for line in self.lines
                if line.requires_shipping
            }
        )

    def _items(self, quantities: Quantities) -> tuple[SnapshotItem, ...]:
        return tuple(
            self._item(line, quantities[line.id])
            for line in self.lines
            if quantities.get(line.id, 0) > 0
        )

    def _item(self, line: LineView, quantity: int) -> SnapshotItem:
        product = self.products.get(line.product_external_id)
        return SnapshotItem(
            title=line.title,
            quantity=quantity,
            variant_title=line.variant_title,
            image_url=self._absolute(line.image_url or (product.image_url if product else "")),
            product_url=product.url if product else "",
            sku=line.sku,
            price=line.price,
            requires_shipping=line.requires_shipping,
        )

    def _absolute(self, url: str) -> str:
        is_ours = url.startswith("/") and not url.startswith("//")
        return self.base_url + url if is_ours else url


def _sum(sendings: Iterable[FulfillmentView]) -> Quantities:
    total: Counter[int] = Counter()
    for sent in sendings:
        total.update(dict(sent.items))
    return total


def _is_shown(held: Held) -> bool:
    """A fulfillment of nothing but downloads is no parcel."""
    is_digital = bool(held.items) and not any(item.requires_shipping for item in held.items)
    return bool(held.parcel.tracking_number) or not is_digital
