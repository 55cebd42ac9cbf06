"""Mail by mail: the answer first, the same facts as on the order's page, nothing that misleads."""

from datetime import date
from decimal import Decimal

import msgspec
import pytest

from aftercart.conversation.messages.rendering import TEMPLATES, RenderContext, render
from aftercart.conversation.messages.rendering.examples import example
from aftercart.conversation.messages.rendering.letter import RenderedMail
from aftercart.conversation.pages.facts import OrderSnapshot, SnapshotParcel, SnapshotRefund
from aftercart.conversation.pages.tests.made import BRAND, at, item, order, parcel, scan

replace = msgspec.structs.replace

MOVING = parcel("in_transit", scan("2026-11-24 21:40"), expected_date=date(2026, 11, 26))
LATER = replace(MOVING, shipment_id=2, expected_date=date(2026, 11, 28))
LABEL = parcel("info_received", last_scan_at=None)
ARRIVED = parcel("delivered", scan("2026-11-24 13:05", "delivered"), shipment_id=3)


def mail(
    template: str, snapshot: OrderSnapshot, *about: SnapshotParcel, gift: bool = False
) -> RenderedMail:
    context = RenderContext(
        things=tuple(f"shipment:{held.shipment_id}" for held in about),
        audience="gift_recipient" if gift else "buyer",
    )
    made = render(template, snapshot, context)
    text = " ".join(made.text.replace("\u00a0", " ").split())
    return replace(made, subject=made.subject.replace("\u00a0", " "), text=text)


@pytest.mark.parametrize("template", TEMPLATES)
def test_one_button_and_the_answer_before_it(template: str):
    snapshot, context = example(template, BRAND, 1)
    made = render(template, snapshot, context)
    lines = [line for line in made.text.splitlines() if line]
    labels = [place for place, line in enumerate(lines) if line in BUTTONS]
    assert len(labels) == 1
    assert lines[labels[0] + 1] == snapshot.page_url
    assert labels[0] > 2, "store, order, and the headline come before"


BUTTONS = {"Track your order:", "See your order:", "Track your parcel:"}


# Sent


def test_a_label_is_not_called_on_its_way():
    """The page says "packed and waiting for the carrier", and so does the mail."""
    one = mail("shipped", order(LABEL), LABEL)
    assert one.subject == "Packed and waiting for the carrier: order #1001"
    assert "The first scan can take a day to show." in one.text
    other = replace(LABEL, shipment_id=2)
    two = mail("shipped", order(LABEL, other), LABEL, other)
    assert two.subject.startswith("2 parcels are packed and waiting for the carrier")
    part = mail("shipped", order(LABEL, unshipped=(item("Soap"),)), LABEL)
    assert part.subject.startswith("Part of your order is packed")
    for made in (one, two, part):
        assert "on its way" not in made.text.split("Still to come")[0]
        assert "on their way" not in made.text
    moving = mail("shipped", order(MOVING), MOVING)
    assert moving.subject == "Arriving Thursday, 26 November: order #1001 is on its way"


def test_a_label_with_a_day_leads_with_the_day():
    label = replace(LABEL, expected_date=date(2026, 11, 26))
    assert mail("shipped", order(label), label).subject == (
        "Arriving Thursday, 26 November: order #1001"
    )


@pytest.mark.parametrize("held", [LABEL, MOVING])
def test_the_day_of_a_part_is_not_called_the_orders(held: SnapshotParcel):
    part = replace(held, expected_date=date(2026, 11, 26))
    for whole in (order(part, LATER), order(part, unshipped=(item("Soap"),))):
        made = mail("shipped", whole, part)
        assert made.subject == "Arriving Thursday, 26 November: part of order #1001"


@pytest.mark.parametrize("template", ["shipped", "in_transit"])
def test_of_parcels_that_come_on_different_days_each_has_its_own(template: str):
    made = mail(template, order(LATER, MOVING), LATER, MOVING)
    assert "The first is expected on Thursday, 26 November." in made.text
    assert "Parcel 1 of 2: Arriving Saturday, 28 November" in made.text
    assert "Parcel 2 of 2: Arriving Thursday, 26 November" in made.text
    together = mail(template, order(MOVING, replace(MOVING, shipment_id=2)), MOVING)
    assert "The first" not in together.text


def test_the_other_parcels_say_when_they_come():
    made = mail("delivered", order(ARRIVED, MOVING), ARRIVED)
    assert "Parcel 2 of 2: Arriving Thursday, 26 November" in made.text
    late = replace(MOVING, expected_date=date(2026, 11, 20))
    assert "Parcel 2 of 2: On its way" in mail("delivered", order(ARRIVED, late), ARRIVED).text


# At the door


def test_several_parcels_at_the_door_are_several():
    out = parcel("out_for_delivery", scan("2026-11-25 06:02", "out_for_delivery"))
    other = replace(out, shipment_id=2)
    assert "DHL is out to deliver it:" in mail("out_for_delivery", order(out), out).text
    both = mail("out_for_delivery", order(out, other), out, other)
    assert both.subject == "Arriving today: order #1001"
    assert "DHL is out to deliver them:" in both.text
    third = replace(LATER, shipment_id=3)
    part = mail("out_for_delivery", order(out, LATER, third), out)
    assert part.subject == "Arriving today, 1 of 3 parcels: order #1001"


def test_the_hours_are_said_once_wherever_there_is_room():
    out = parcel(
        "out_for_delivery",
        scan("2026-11-25 06:02", "out_for_delivery"),
        expected_from=at("2026-11-25 11:00"),
        expected_until=at("2026-11-25 13:00"),
    )
    whole = mail("out_for_delivery", order(out), out)
    part = mail("out_for_delivery", order(out, LATER), out)
    for made in (whole, part):
        assert made.text.count("between 12:00 and 14:00") == 1
    assert "between 12:00 and 14:00" in whole.subject


def test_a_part_that_has_arrived_does_not_look_like_the_end():
    assert "Out for delivery" not in mail("delivered", order(ARRIVED, MOVING), ARRIVED).html
    assert "Out for delivery" in mail("delivered", order(ARRIVED), ARRIVED).html


def test_who_has_it_is_said_and_not_looked_for():
    neighbour = replace(ARRIVED, reason="delivered_to_neighbour")
    unnamed = mail("delivered", order(neighbour), neighbour)
    assert "Please ask your neighbours" in unnamed.text
    named = replace(neighbour, signed_by="Weber")
    made = mail("delivered", order(named), named)
    assert "with a neighbour, Weber." in made.text
    assert "ask your neighbours" not in made.text
    signed = replace(ARRIVED, signed_by="Anna Weber")
    assert "Signed for by Anna Weber." in mail("delivered", order(signed), signed).text


def test_the_carriers_own_words_are_quoted_where_they_say_more():
    left = scan("2026-11-24 13:05", "delivered", text="Left in the letter box")
    at_door = replace(ARRIVED, scans=(left,))
    assert "DHL writes: “Left in the letter box”" in mail("delivered", order(at_door), at_door).text
    bare = replace(ARRIVED, scans=(replace(left, text="DELIVERED"),))
    assert "writes" not in mail("delivered", order(bare), bare).text


# In trouble


def test_to_collect_says_where_in_which_town():
    waits = scan("2026-11-24 16:00", "available_for_pickup", place="Berlin", text="Packstation 112")
    held = parcel("available_for_pickup", waits)
    made = mail("available_for_pickup", order(held), held)
    assert made.subject == "Ready to collect: order #1001"
    assert "It waits for you in Berlin. DHL writes: “Packstation 112”" in made.text


@pytest.mark.parametrize("template", ["attempt_failed", "exception"])
def test_a_new_day_is_told_with_the_bad_news_and_an_old_one_is_not(template: str):
    failed = scan("2026-11-25 08:00", template)
    held = parcel(template, failed, expected_date=date(2026, 11, 26))
    assert "DHL expects it on Thursday, 26 November." in mail(template, order(held), held).text
    for old in (date(2026, 11, 24), date(2026, 11, 25)):
        held = replace(held, expected_date=old)
        assert "expects" not in mail(template, order(held), held).text, "it failed on that day"


def test_two_problems_are_two():
    lost, damaged = (
        parcel(
            "exception", scan("2026-11-25 08:00", "exception"), reason=reason, shipment_id=number
        )
        for number, reason in ((1, "lost"), (2, "damaged"))
    )
    made = mail("exception", order(lost, damaged), lost, damaged)
    assert "Parcel 1 of 2: Lost by the carrier" in made.text
    assert "Parcel 2 of 2: Damaged on the way" in made.text
    same = replace(damaged, reason="lost")
    assert "Parcel 2 of 2: " not in mail("exception", order(lost, same), lost, same).text


# Money


def refund(amount: str, currency: str = "EUR") -> SnapshotRefund:
    return SnapshotRefund(
        amount=Decimal(amount), currency=currency, refunded_at=at("2026-11-25 09:00")
    )


def refunded(snapshot: OrderSnapshot, amount: str, currency: str) -> str:
    news = {"refund:1": {"amount": amount, "currency": currency}}
    made = render("refunded", snapshot, RenderContext(things=("refund:1",), news=news))
    return " ".join(made.text.replace("\u00a0", " ").split())


def test_a_refund_is_told_in_the_money_that_was_paid():
    """Else the mail compares euros with dollars, and calls one refund two."""
    paid_otherwise = order(
        ARRIVED,
        shown_currency="USD",
        shown_total=Decimal("107.80"),
        refunded_total=Decimal("18.18"),
        refunds=(refund("20.00", "USD"),),
    )
    text = refunded(paid_otherwise, "20.00", "USD")
    assert "Order total: 107,80 US$" in text
    assert "Refunded now: 20,00 US$" in text
    assert "Refunded in all" not in text
    assert "€" not in text


def test_a_second_refund_is_summed_up_with_the_first():
    text = refunded(order(ARRIVED, refunds=(refund("12.50"), refund("7.50"))), "7.50", "EUR")
    assert "Refunded now: 7,50 €" in text
    assert "Refunded in all: 20,00 €" in text


def test_a_cancelled_order_that_was_paid_back_says_so_without_a_sum():
    snapshot = order(cancelled_at=at("2026-11-24 10:00"), financial_status="refunded")
    assert "Your payment was refunded." in mail("cancelled", snapshot).text


def test_a_currency_without_its_total_is_no_currency():
    half = order(shown_currency="USD", shown_total=None)
    text = mail("order_confirmation", half).text
    assert "98,00 €" in text
    assert "US$" not in text


# Gifts


@pytest.mark.parametrize("template", ["shipped", "in_transit", "delivered"])
def test_a_gifts_subject_says_what_happened_and_whose_it_is(template: str):
    state = {"shipped": LABEL, "in_transit": MOVING, "delivered": ARRIVED}[template]
    made = mail(template, order(state, is_gift=True), state, gift=True)
    happened = {
        "shipped": "A parcel is packed for you",
        "in_transit": "Arriving Thursday, 26 November",
        "delivered": "Delivered",
    }
    assert made.subject == f"{happened[template]}: a gift from Anna"
    assert "your order" not in made.text.lower()
