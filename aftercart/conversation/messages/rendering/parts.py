"""The parts that mails are put together from: lists of things, parcels, sums, the footer."""

from collections.abc import Sequence
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from aftercart.conversation.messages.rendering.focus import Focus, count_of
from aftercart.conversation.messages.rendering.letter import (
    LONGEST_URL,
    Button,
    Card,
    Item,
    Progress,
    Row,
)
from aftercart.conversation.pages.facts import OrderSnapshot, SnapshotItem, SnapshotParcel
from aftercart.conversation.pages.rules.arrival import Arrival
from aftercart.core.text import web_address
from aftercart.delivery.shipments import words

UNDER_WAY = frozenset({"pending", "info_received", "picked_up", "in_transit"})
LONGEST_TITLE = 120
LONGEST_PARAGRAPH = 600


def clipped(text: str, longest: int = LONGEST_TITLE) -> str:
    """One line of a text from outside, shortened with an ellipsis."""
    clean = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return clean if len(clean) <= longest else clean[: longest - 1].rstrip() + "…"


def joined(*sentences: str) -> str:
    """The sentences that there are, as one text."""
    return " ".join(sentence for sentence in sentences if sentence)


def order_name(focus: Focus) -> str:
    """How the order is called in a sentence: "order #1001"."""
    return _("order %(number)s") % {"number": clipped(focus.order.number, 40)}


def eyebrow(focus: Focus) -> str:
    """The small line above the headline. A gift is known by its giver, not by a number."""
    if focus.for_gift:
        giver = giver_of(focus)
        return _("A gift from %(name)s") % {"name": giver} if giver else _("A gift for you")
    return _("Order %(number)s") % {"number": clipped(focus.order.number, 40)}


def giver_of(focus: Focus) -> str:
    """Who gives the gift."""
    return clipped(focus.order.first_name or focus.order.customer_name, 60)


def track_button(focus: Focus, label: str = "") -> Button | None:
    """The way to the order's page."""
    url = web_address(focus.order.page_url, LONGEST_URL)
    track = _("Track your parcel") if focus.for_gift else _("Track your order")
    return Button(label=label or track, url=url) if url else None


def items(
    focus: Focus, listed: Sequence[SnapshotItem], *, with_prices: bool = False
) -> tuple[Item, ...]:
    """The first items of a list, and how many more there are."""
    most = focus.limits.items
    shown = tuple(_item(focus, item, with_prices=with_prices) for item in listed[:most])
    if more := count_of(listed[most:]):
        text = ngettext("and %(count)s more", "and %(count)s more", more) % {"count": more}
        shown += (Item(title=text, detail="", quantity=""),)
    return shown


def _item(focus: Focus, item: SnapshotItem, *, with_prices: bool) -> Item:
    quantity = focus.formats.number(item.quantity)
    price = item.price * item.quantity
    with_prices = with_prices and not focus.paid_otherwise
    return Item(
        title=clipped(item.title) or _("Item"),
        detail=clipped(item.variant_title),
        quantity=f"{quantity} ×" if item.quantity != 1 else "",
        price=focus.formats.money(price, focus.order.currency) if with_prices else "",
        image_url=web_address(item.image_url, LONGEST_URL),
        url=web_address(item.product_url, LONGEST_URL),
    )


def contents(focus: Focus) -> str:
    """What is inside, for the line beside the subject; empty where nobody knows."""
    titles = [item.title for parcel in focus.parcels for item in parcel.items]
    first = clipped(titles[0], 60) if titles else ""
    more = len(set(titles)) - 1
    if not first:
        return ""
    if more <= 0:
        return _("Inside: %(item)s") % {"item": first}
    return ngettext(
        "Inside: %(item)s and %(count)s more", "Inside: %(item)s and %(count)s more", more
    ) % {"item": first, "count": more}


def carrier_writes(parcel: SnapshotParcel, text: str) -> str:
    """The carrier's own words, as such; nothing where it wrote none."""
    said = {
        "carrier": clipped(parcel.carrier_name, 60) or _("The carrier"),
        "text": clipped(text, LONGEST_PARAGRAPH),
    }
    return _("%(carrier)s writes: “%(text)s”") % said if text else ""


def parcel_cards(focus: Focus) -> tuple[Card, ...]:
    """The parcels that the mail is about. What several hold together, where the shop did not say
    which holds what, is listed once after them."""
    cards = _few(focus, tuple(_parcel_card(focus, parcel) for parcel in focus.parcels))
    together = {p.items for p in focus.parcels if p.items_shared_by > 1}
    return cards + tuple(
        Card(title=_("In these parcels together"), items=items(focus, listed))
        for listed in together
    )


def _few(focus: Focus, cards: tuple[Card, ...]) -> tuple[Card, ...]:
    """The first cards, and how many more there are."""
    most = focus.limits.cards
    if len(cards) <= most:
        return cards
    more = len(cards) - most
    text = ngettext("And %(count)s more parcel", "And %(count)s more parcels", more)
    return (*cards[:most], Card(title=text % {"count": more}, is_quiet=True))


def _parcel_card(focus: Focus, parcel: SnapshotParcel) -> Card:
    return Card(
        title=parcel_title(focus, parcel),
        status=_own_news(focus, parcel),
        note=clipped(parcel.carrier_name, 60),
        tracking=clipped(parcel.tracking_number, 60),
        tracking_url=web_address(parcel.tracking_url, LONGEST_URL),
        items=items(focus, parcel.items) if parcel.items_shared_by == 1 else (),
    )


def _own_news(focus: Focus, parcel: SnapshotParcel) -> str:
    """What is true of one of several parcels and not of all that the mail is about."""
    if len({(held.status, held.reason) for held in focus.parcels}) > 1:
        return _own_arrival(focus, parcel) or words.headline(parcel.status, parcel.reason)
    return "" if focus.arrival() else _own_arrival(focus, parcel)


def _own_arrival(focus: Focus, parcel: SnapshotParcel) -> str:
    """When one of several parcels arrives, where they do not all arrive in the same days."""
    arrival = focus.arrival([parcel]) if parcel.status in UNDER_WAY else None
    return arriving(focus, arrival) if arrival and len(focus.live) > 1 else ""


def parcel_title(focus: Focus, parcel: SnapshotParcel) -> str:
    """ "Parcel 2 of 3", or what is in it where there is only one."""
    if len(focus.live) > 1:
        return _("Parcel %(number)s of %(total)s") % {
            "number": focus.number_of(parcel),
            "total": len(focus.live),
        }
    return _("In this parcel")


def rest_cards(focus: Focus) -> tuple[Card, ...]:
    """What the mail is not about: other parcels with where they are, and what is still to come."""
    cards = tuple(
        Card(
            title=parcel_title(focus, parcel),
            status=_own_arrival(focus, parcel) or words.headline(parcel.status, parcel.reason),
            items=items(focus, parcel.items) if parcel.items_shared_by == 1 else (),
            is_quiet=True,
        )
        for parcel in focus.others
    )
    cards = _few(focus, cards)
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
    """What the order costs. The steps to the total are shown where they add up to it, since shops
    count discounts and taxes into their subtotals or beside them, and only the total is certain."""
    order, money = focus.order, focus.formats.money
    if focus.paid_otherwise:
        value = money(order.shown_total or order.total, order.shown_currency)
        return (Row(label=_("Total"), value=value, strong=True),)
    total = Row(label=_("Total"), value=money(order.total, order.currency), strong=True)
    steps = _steps(order)
    if steps is None:
        return (total,)
    subtotal, tax_on_top = steps
    amounts = [
        (_("Subtotal"), subtotal),
        (_("Discount"), -order.discount_total),
        (_("Shipping"), order.shipping_total),
        (_("Tax"), order.tax_total if tax_on_top else Decimal(0)),
    ]
    rows = [
        Row(label=name, value=money(amount, order.currency)) for name, amount in amounts if amount
    ]
    if order.tax_total and not tax_on_top:
        included = Row(label=_("Tax included"), value=money(order.tax_total, order.currency))
        return (*rows, total, included)
    return (*rows, total)


def _steps(order: OrderSnapshot) -> tuple[Decimal, bool] | None:
    """The subtotal before discounts, and whether tax comes on top of it; None if nothing fits."""
    for before_discount in (order.subtotal, order.subtotal + order.discount_total):
        net = before_discount - order.discount_total + order.shipping_total
        if net == order.total:
            return before_discount, False
        if net + order.tax_total == order.total:
            return before_discount, True
    return None


def destination(focus: Focus) -> str:
    """Where it goes, as far as the snapshot says."""
    order = focus.order
    country = focus.formats.country(order.shipping_country)
    parts = (order.shipping_city, order.shipping_region, country)
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


def day_in(focus: Focus, arrival: Arrival | None) -> str:
    """The day in such a headline, where it names one: the answer itself."""
    return focus.formats.day(arrival.last) if arrival and arrival.first == arrival.last else ""


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


def help_lines(focus: Focus) -> tuple[str, ...]:
    """How to reach a person, where there is a way."""
    line = _help_line(focus)
    return (line,) if line else ()


def _help_line(focus: Focus) -> str:
    brand = focus.order.brand
    if brand.reply_to or brand.contact_email:
        return _("Questions? Reply to this mail and a person at %(store)s reads it.") % {
            "store": clipped(brand.store_name)
        }
    if web_address(brand.contact_url, LONGEST_URL):
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
