"""The parts that mails are put together from: lists of things, parcels, sums, the footer."""

from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from aftercart.conversation.messages.rendering.focus import Focus, count_of
from aftercart.conversation.messages.rendering.letter import Button, Card, Item, Progress, Row
from aftercart.conversation.messages.rendering.links import web_address
from aftercart.conversation.pages.facts import SnapshotItem, SnapshotParcel
from aftercart.conversation.pages.rules.arrival import Arrival
from aftercart.delivery.shipments import words

MOST_ITEMS = 20
LONGEST_TITLE = 120
LONGEST_PARAGRAPH = 600


def clipped(text: str, longest: int = LONGEST_TITLE) -> str:
    """One line of a text from outside, shortened with an ellipsis."""
    clean = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return clean if len(clean) <= longest else clean[: longest - 1].rstrip() + "…"


def order_name(focus: Focus) -> str:
    """How the order is called in a sentence: "order #1001"."""
    return _("order %(number)s") % {"number": clipped(focus.order.number, 40)}


def eyebrow(focus: Focus) -> str:
    """The small line above the headline."""
    if focus.for_gift:
        return clipped(focus.order.brand.store_name)
    return _("Order %(number)s") % {"number": clipped(focus.order.number, 40)}


def track_button(focus: Focus, label: str = "") -> Button | None:
    """The way to the order's page."""
    url = web_address(focus.order.page_url)
    return Button(label=label or _("Track your order"), url=url) if url else None


def items(
    focus: Focus, listed: Sequence[SnapshotItem], *, with_prices: bool = False
) -> tuple[Item, ...]:
    """The first items of a list, and how many more there are: Gmail cuts mails over 102 KB."""
    shown = tuple(_item(focus, item, with_prices=with_prices) for item in listed[:MOST_ITEMS])
    if more := count_of(listed[MOST_ITEMS:]):
        text = ngettext("and %(count)s more", "and %(count)s more", more) % {"count": more}
        shown += (Item(title=text, detail="", quantity=""),)
    return shown


def _item(focus: Focus, item: SnapshotItem, *, with_prices: bool) -> Item:
    quantity = focus.formats.number(item.quantity)
    price = item.price * item.quantity
    return Item(
        title=clipped(item.title) or _("Item"),
        detail=clipped(item.variant_title),
        quantity=f"{quantity} ×" if item.quantity != 1 else "",
        price=focus.formats.money(price, focus.order.currency) if with_prices else "",
        image_url=web_address(item.image_url),
        url=web_address(item.product_url),
    )


def parcel_cards(focus: Focus, *, with_status: bool = False) -> tuple[Card, ...]:
    """The parcels that the mail is about."""
    return tuple(_parcel_card(focus, parcel, with_status=with_status) for parcel in focus.parcels)


def _parcel_card(focus: Focus, parcel: SnapshotParcel, *, with_status: bool) -> Card:
    return Card(
        title=parcel_title(focus, parcel),
        status=words.headline(parcel.status, parcel.reason) if with_status else "",
        note=_carrier_note(parcel),
        tracking=clipped(parcel.tracking_number, 60),
        tracking_url=web_address(parcel.tracking_url),
        items=items(focus, parcel.items),
    )


def parcel_title(focus: Focus, parcel: SnapshotParcel) -> str:
    """ "Parcel 2 of 3", or what is in it where there is only one."""
    if len(focus.live) > 1:
        return _("Parcel %(number)s of %(total)s") % {
            "number": focus.number_of(parcel),
            "total": len(focus.live),
        }
    return _("In this parcel")


def _carrier_note(parcel: SnapshotParcel) -> str:
    return clipped(parcel.carrier_name, 60)


def rest_cards(focus: Focus) -> tuple[Card, ...]:
    """What the mail is not about: other parcels with where they are, and what is still to come."""
    cards = tuple(
        Card(
            title=parcel_title(focus, parcel),
            status=words.headline(parcel.status, parcel.reason),
            items=items(focus, parcel.items),
            is_quiet=True,
        )
        for parcel in focus.others
    )
    if focus.order.unshipped:
        cards += (
            Card(
                title=_("Still to come"),
                note=_("We write to you again when this is on its way."),
                items=items(focus, focus.order.unshipped),
                is_quiet=True,
            ),
        )
    return cards


def progress(reached: int, *, pickup: bool = False) -> Progress:
    """The four stations, and how many are reached."""
    third = _("Ready to collect") if pickup else _("Out for delivery")
    fourth = _("Collected") if pickup else _("Delivered")
    return Progress(labels=(_("Ordered"), _("Sent"), third, fourth), reached=reached)


def sums(focus: Focus) -> tuple[Row, ...]:
    """What the order costs, as the shop counted it."""
    order, money = focus.order, focus.formats.money
    rows = [
        (_("Subtotal"), order.subtotal),
        (_("Discount"), -order.discount_total),
        (_("Shipping"), order.shipping_total),
        (_("Tax"), order.tax_total),
    ]
    shown = [
        Row(label=label, value=money(amount, order.currency)) for label, amount in rows if amount
    ]
    total = Row(label=_("Total"), value=money(order.total, order.currency), strong=True)
    return (*shown, total) if order.subtotal else (total,)


def destination(focus: Focus) -> str:
    """Where it goes, as far as the snapshot says."""
    order = focus.order
    parts = (order.shipping_city, order.shipping_region, order.shipping_country)
    return clipped(", ".join(dict.fromkeys(part for part in parts if part)))


def arriving(focus: Focus, arrival: Arrival) -> str:
    """The answer, as a headline: "Arriving Thursday, 26 November"."""
    formats = focus.formats
    if arrival.first == arrival.last:
        return _("Arriving %(day)s") % {"day": formats.day(arrival.last)}
    if arrival.first <= formats.today:
        return _("Arriving by %(day)s") % {"day": formats.day(arrival.last)}
    return _("Arriving between %(first)s and %(last)s") % {
        "first": formats.day(arrival.first),
        "last": formats.day(arrival.last),
    }


def hours(focus: Focus, arrival: Arrival | None) -> str:
    """The carrier's hours within the day: "between 10:00 and 14:00"; nothing if it named none."""
    if arrival is None or arrival.window is None:
        return ""
    window, clock = arrival.window, focus.formats.clock
    if window.begins is None:
        return _("by %(time)s") % {"time": clock(window.ends)}
    return _("between %(begins)s and %(ends)s") % {
        "begins": clock(window.begins),
        "ends": clock(window.ends),
    }


def help_line(focus: Focus) -> str:
    """How to reach a person."""
    brand = focus.order.brand
    if brand.reply_to or brand.contact_email:
        return _("Questions? Reply to this mail and a person at %(store)s reads it.") % {
            "store": clipped(brand.store_name)
        }
    if web_address(brand.contact_url):
        return _("Questions? You reach us at %(address)s") % {"address": brand.contact_url}
    return ""


def footer(focus: Focus) -> tuple[str, ...]:
    """Why this came, and from whom: short and true."""
    brand = focus.order.brand
    store = clipped(brand.store_name)
    if focus.for_gift:
        why = _("You get this mail because somebody had %(store)s send something to you.")
    else:
        why = _("You get this mail because you ordered at %(store)s. It is about that order only.")
    legal = clipped(brand.footer, LONGEST_PARAGRAPH)
    return (why % {"store": store}, *([legal] if legal else []))
