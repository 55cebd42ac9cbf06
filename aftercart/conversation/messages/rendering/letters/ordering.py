"""The mails about the order itself: confirmed, cancelled, refunded, and the link to its page."""

from collections.abc import Iterable
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext as _

from aftercart.conversation.messages.rendering import markup
from aftercart.conversation.messages.rendering.focus import Focus
from aftercart.conversation.messages.rendering.letter import Card, Letter, Row
from aftercart.conversation.messages.rendering.parts import (
    clipped,
    destination,
    eyebrow,
    footer,
    help_lines,
    items,
    order_name,
    progress,
    sums,
    track_button,
)

# What shops write into their reason for cancelling, where it can be told to the shopper.
CANCEL_REASONS = {
    "customer": "asked",
    "customer_request": "asked",
    "inventory": "sold_out",
    "out_of_stock": "sold_out",
    "declined": "declined",
}


def confirmation(focus: Focus) -> Letter:
    """The order is in; what was bought, where it goes, what it costs."""
    order = focus.order
    name = clipped(order.first_name, 60)
    thanks = _("Thank you, %(name)s.") % {"name": name} if name else _("Thank you.")
    return Letter(
        subject=_("Confirmed: %(order)s") % {"order": order_name(focus)},
        preheader=_("We write to you again when it is on its way."),
        eyebrow=focus.formats.day_of(order.placed_at),
        headline=_("Order %(number)s is confirmed") % {"number": clipped(order.number, 40)},
        lead=(
            _("%(thanks)s We are getting it ready, and write to you again when it is on its way.")
            % {"thanks": thanks},
        ),
        progress=progress(1),
        button=track_button(focus, _("See your order")),
        cards=(_bought(focus),),
        rows=sums(focus),
        closing=help_lines(focus),
        footer=footer(focus),
        markup=(markup.order(focus),),
    )


def _bought(focus: Focus) -> Card:
    order = focus.order
    going = destination(focus)
    note = _("Going to %(place)s") % {"place": going} if going else ""
    if note and order.shipping_method:
        note = f"{note} · {clipped(order.shipping_method, 80)}"
    return Card(title=_("Your order"), note=note, items=items(focus, order.items, with_prices=True))


def cancelled(focus: Focus) -> Letter:
    """The order is cancelled: why, and what happens to the money."""
    order = focus.order
    return Letter(
        subject=_("Cancelled: %(order)s") % {"order": order_name(focus)},
        preheader=_money_back(focus),
        eyebrow=focus.formats.day_of(order.cancelled_at or order.taken_at),
        headline=_("Order %(number)s is cancelled") % {"number": clipped(order.number, 40)},
        lead=tuple(
            text for text in (_why_cancelled(order.cancel_reason), _money_back(focus)) if text
        ),
        button=track_button(focus, _("See your order")),
        cards=(Card(title=_("What was ordered"), items=items(focus, order.items), is_quiet=True),),
        closing=help_lines(focus),
        footer=footer(focus),
        markup=(markup.order(focus),),
    )


def _why_cancelled(reason: str) -> str:
    return {
        "asked": _("It was cancelled as you asked."),
        "sold_out": _("We are sorry: something you ordered is no longer available."),
        "declined": _("The payment did not go through."),
    }.get(CANCEL_REASONS.get(reason.strip().lower(), ""), _("Nothing of it will be sent."))


def _money_back(focus: Focus) -> str:
    """Only what is known: a refund that was made, or a payment that never was taken."""
    order = focus.order
    amount = _amounts(focus, ((r.amount, r.currency) for r in order.refunds))
    if amount:
        return _(
            "We have sent %(amount)s back to where you paid from. "
            "Banks take up to ten days to show it."
        ) % {"amount": amount}
    if order.financial_status == "voided":
        return _("You were not charged.")
    if order.financial_status == "refunded":
        return _("Your payment was refunded. Banks take up to ten days to show it.")
    return ""


def refunded(focus: Focus) -> Letter:
    """Money was sent back: how much of how much."""
    order = focus.order
    amount = _amounts(focus, _refunds_told(focus)) or _amounts(
        focus, ((r.amount, r.currency) for r in order.refunds)
    )
    return Letter(
        subject=_("%(amount)s refunded for %(order)s")
        % {"amount": amount, "order": order_name(focus)},
        preheader=_("It goes back to where you paid from."),
        eyebrow=eyebrow(focus),
        headline=_("%(amount)s is on its way back to you") % {"amount": amount},
        lead=(_("It goes back to where you paid from. Banks take up to ten days to show it."),),
        button=track_button(focus, _("See your order")),
        rows=_refund_sums(focus, amount),
        closing=help_lines(focus),
        footer=footer(focus),
        markup=(markup.order(focus),),
    )


def _refund_sums(focus: Focus, amount: str) -> tuple[Row, ...]:
    """In the shopper's own money, so that the figures can be compared."""
    order, money = focus.order, focus.formats.money
    total = money(order.total, order.currency)
    if focus.paid_otherwise and order.shown_total is not None:
        total = money(order.shown_total, order.shown_currency)
    in_all = _amounts(focus, ((r.amount, r.currency) for r in order.refunds))
    rows = (
        Row(label=_("Order total"), value=total),
        Row(label=_("Refunded now"), value=amount, strong=True),
    )
    if in_all in {amount, ""}:
        return rows
    return (*rows, Row(label=_("Refunded in all"), value=in_all))


def _refunds_told(focus: Focus) -> list[tuple[Decimal, str]]:
    told = (_refund(news, focus.order.currency) for news in focus.context.news.values())
    return [refund for refund in told if refund is not None]


def _refund(news: dict[str, Any], currency: str) -> tuple[Decimal, str] | None:
    try:
        amount = Decimal(str(news["amount"]))
    except (KeyError, InvalidOperation):
        return None
    return (amount, str(news.get("currency") or currency)) if amount.is_finite() else None


def _amounts(focus: Focus, refunds: Iterable[tuple[Decimal, str]]) -> str:
    """The sum in each currency; amounts of different currencies are never added up."""
    totals: dict[str, Decimal] = {}
    for amount, currency in refunds:
        totals[currency] = totals.get(currency, Decimal(0)) + amount
    texts = [focus.formats.money(amount, currency) for currency, amount in totals.items() if amount]
    return " + ".join(texts)


def tracking_link(focus: Focus) -> Letter:
    """What the lookup page sends: the link, to the address on file."""
    order = focus.order
    return Letter(
        subject=_("Your link to %(order)s") % {"order": order_name(focus)},
        preheader=_("You, or somebody, asked for it a moment ago."),
        eyebrow=eyebrow(focus),
        headline=_("Here is your order's page"),
        lead=(
            _(
                "Somebody asked for the link to %(order)s on our page, most likely you. Whoever "
                "has the link can see where the order is, so keep it to yourself."
            )
            % {"order": order_name(focus)},
        ),
        button=track_button(focus),
        closing=(_("If it was not you, there is nothing to do: nobody but you got this link."),),
        footer=(
            _("You get this mail because somebody entered your order on a page of %(store)s.")
            % {"store": clipped(order.brand.store_name)},
            *footer(focus)[1:],
        ),
    )
