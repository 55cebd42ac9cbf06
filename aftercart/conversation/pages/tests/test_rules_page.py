"""What the page says, as tables: the parcel's state beside the answer it must give."""

from datetime import date

import pytest
from msgspec.structs import replace

from aftercart.conversation.pages.facts import OrderSnapshot
from aftercart.conversation.pages.rules.page import look
from aftercart.conversation.pages.tests.made import NOW, at, item, order, parcel, scan

THURSDAY, TUESDAY = date(2026, 11, 26), date(2026, 11, 24)


def said(snapshot: OrderSnapshot, now=NOW) -> tuple[str, ...]:
    """The answer in short: kind, day with its relation, window, count of total, part."""
    answer = look(snapshot, now).answer
    words: list[str] = [answer.kind]
    days = [day for day in (answer.day, answer.last_day) if day]
    words += [f"{day.date} {day.relation}".strip() for day in days]
    if answer.window:
        words.append(f"{answer.window.begins}-{answer.window.ends}")
    if answer.total > 1:
        words.append(f"{answer.count} of {answer.total}")
    if answer.is_part:
        words.append("part")
    return tuple(words)


def lines(snapshot: OrderSnapshot, now=NOW) -> tuple[str, ...]:
    return tuple(
        ("sure " if line.sure else "unsure ") + line.kind for line in look(snapshot, now).lines
    )


ONE_PARCEL = [
    ("packing", {}, ("packing",), ()),
    (
        "label only",
        {"status": "info_received"},
        ("not_scanned",),
        ("sure not_scanned",),
    ),
    (
        "label with a day",
        {"status": "info_received", "expected_date": THURSDAY},
        ("arriving", "2026-11-26 tomorrow"),
        ("sure not_scanned", "unsure estimate"),
    ),
    (
        "sent without a number",
        {"status": "pending", "tracking_number": ""},
        ("untracked", "2026-11-22"),
        ("unsure untracked",),
    ),
    ("no day named", {"scans": ["2026-11-24 08:14"]}, ("no_day",), ("unsure no_day",)),
    (
        "a day",
        {"scans": ["2026-11-24 08:14"], "expected_date": THURSDAY},
        ("arriving", "2026-11-26 tomorrow"),
        ("unsure estimate",),
    ),
    (
        "a far day",
        {"scans": ["2026-11-24 08:14"], "expected_date": date(2026, 12, 3)},
        ("arriving", "2026-12-03"),
        ("unsure estimate",),
    ),
    (
        "today, with its hours",
        {
            "scans": ["2026-11-24 08:14"],
            "expected_from": at("2026-11-25 10:00"),
            "expected_until": at("2026-11-25 13:00"),
        },
        ("arriving", "2026-11-25 today", "11:00:00-14:00:00"),
        ("unsure estimate",),
    ),
    (
        "today, the hours are over",
        {
            "scans": ["2026-11-24 08:14"],
            "expected_from": at("2026-11-25 06:00"),
            "expected_until": at("2026-11-25 09:00"),
        },
        ("arriving", "2026-11-25 today"),
        ("sure window_passed", "unsure estimate"),
    ),
    (
        "only until when",
        {"scans": ["2026-11-24 08:14"], "expected_until": at("2026-11-26 19:00")},
        ("arriving", "2026-11-26 tomorrow", "None-20:00:00"),
        ("unsure estimate",),
    ),
    (
        "only from when",
        {"scans": ["2026-11-24 08:14"], "expected_from": at("2026-11-26 09:00")},
        ("arriving", "2026-11-26 tomorrow"),
        ("unsure estimate",),
    ),
    (
        "until the end of a day is that day",
        {"scans": ["2026-11-24 08:14"], "expected_until": at("2026-11-26 22:59")},
        ("arriving", "2026-11-26 tomorrow"),
        ("unsure estimate",),
    ),
    (
        "until midnight is the day before",
        {
            "scans": ["2026-11-24 08:14"],
            "expected_from": at("2026-11-25 23:00"),
            "expected_until": at("2026-11-26 23:00"),
        },
        ("arriving", "2026-11-26 tomorrow"),
        ("unsure estimate",),
    ),
    (
        "days that lie ahead",
        {
            "scans": ["2026-11-24 08:14"],
            "expected_from": at("2026-11-26 09:00"),
            "expected_until": at("2026-11-28 19:00"),
        },
        ("arriving_between", "2026-11-26 tomorrow", "2026-11-28"),
        ("unsure estimate",),
    ),
    (
        "days that have begun",
        {
            "scans": ["2026-11-24 08:14"],
            "expected_from": at("2026-11-24 09:00"),
            "expected_until": at("2026-11-28 19:00"),
        },
        ("arriving_by", "2026-11-28"),
        ("unsure estimate",),
    ),
    (
        "a day that is over is not shown as coming",
        {"scans": ["2026-11-23 08:14"], "expected_date": TUESDAY},
        ("late", "2026-11-24 yesterday"),
        ("sure was_expected", "unsure no_new_day"),
    ),
    (
        "label, and the day is over",
        {"status": "pending", "expected_date": TUESDAY},
        ("never_scanned", "2026-11-22"),
        ("sure no_news", "sure was_expected"),
    ),
    (
        "out for delivery",
        {"status": "out_for_delivery", "scans": ["2026-11-25 06:02"]},
        ("out_today",),
        (),
    ),
    (
        "out for delivery, with hours",
        {
            "status": "out_for_delivery",
            "scans": ["2026-11-25 06:02"],
            "expected_from": at("2026-11-25 11:00"),
            "expected_until": at("2026-11-25 13:00"),
        },
        ("out_today", "12:00:00-14:00:00"),
        ("unsure estimate",),
    ),
    (
        "out for delivery since yesterday",
        {"status": "out_for_delivery", "scans": ["2026-11-24 06:02"], "expected_date": TUESDAY},
        ("out_since", "2026-11-24 yesterday"),
        ("unsure no_report",),
    ),
    (
        "loaded last night for today",
        {
            "status": "out_for_delivery",
            "scans": ["2026-11-24 22:40"],
            "expected_date": date(2026, 11, 25),
        },
        ("arriving", "2026-11-25 today"),
        ("unsure estimate",),
    ),
    (
        "to be collected",
        {"status": "available_for_pickup", "scans": ["2026-11-25 06:02"]},
        ("collect",),
        ("sure status",),
    ),
    (
        "attempt, tried again tomorrow",
        {
            "status": "attempt_failed",
            "scans": ["2026-11-25 06:02"],
            "expected_date": THURSDAY,
        },
        ("attempted",),
        ("sure status", "unsure carrier_named"),
    ),
    (
        "attempt on the day that was named, which is not over",
        {
            "status": "attempt_failed",
            "scans": ["2026-11-25 06:02"],
            "expected_date": date(2026, 11, 25),
        },
        ("attempted",),
        ("sure status",),
    ),
    (
        "attempt on the day that was named",
        {"status": "attempt_failed", "scans": ["2026-11-24 06:02"], "expected_date": TUESDAY},
        ("attempted",),
        ("sure status",),
    ),
    (
        "exception",
        {"status": "exception", "reason": "weather", "scans": ["2026-11-25 06:02"]},
        ("problem",),
        ("sure status",),
    ),
    (
        "going back",
        {"status": "returning", "scans": ["2026-11-25 06:02"], "expected_date": THURSDAY},
        ("returning",),
        ("sure status",),
    ),
    (
        "came back",
        {"status": "returned", "scans": ["2026-11-25 06:02"]},
        ("returned",),
        ("sure status",),
    ),
    ("label cancelled", {"status": "cancelled"}, ("parcel_cancelled",), ("sure status",)),
    ("unknown", {"status": "unknown"}, ("unknown",), ("sure status",)),
    (
        "delivered",
        {"status": "delivered", "scans": ["2026-11-24 13:05"]},
        ("delivered", "2026-11-24 yesterday"),
        ("sure how_delivered",),
    ),
    (
        "delivered after midnight here",
        {"status": "delivered", "scans": ["2026-11-24 23:05"]},
        ("delivered", "2026-11-25 today"),
        ("sure how_delivered",),
    ),
    (
        "collected",
        {
            "status": "delivered",
            "reason": "collected_by_customer",
            "scans": ["2026-11-24 13:05"],
        },
        ("collected", "2026-11-24 yesterday"),
        ("sure how_delivered",),
    ),
]


@pytest.mark.parametrize(
    ("changes", "answer", "sentences"),
    [row[1:] for row in ONE_PARCEL],
    ids=[row[0] for row in ONE_PARCEL],
)
def test_one_parcel(changes, answer, sentences):
    if not changes:
        snapshot = order()
    else:
        given = dict(changes)
        status = given.pop("status", "in_transit")
        scans = [scan(when, status) for when in given.pop("scans", ())]
        snapshot = order(parcel(status, *scans, **given))
    assert said(snapshot) == answer
    assert lines(snapshot) == sentences


MOVING = parcel("in_transit", scan("2026-11-24 08:14"), expected_date=THURSDAY)
LATER = replace(MOVING, shipment_id=2, expected_date=date(2026, 11, 28))
UNDATED = replace(MOVING, shipment_id=3, expected_date=None)
ARRIVED = parcel("delivered", scan("2026-11-23 08:14", "delivered"))
ARRIVED_LATER = parcel("delivered", scan("2026-11-24 08:14", "delivered"), shipment_id=4)
OUT = parcel("out_for_delivery", scan("2026-11-25 06:02", "out_for_delivery"))
WAITING = parcel("available_for_pickup", scan("2026-11-25 06:02", "available_for_pickup"))
HELD = parcel("exception", scan("2026-11-25 06:02", "exception"), reason="customs_hold")
LABEL_GONE = parcel("cancelled", shipment_id=9)

MANY_PARCELS = [
    ("all together", [MOVING, MOVING], ("arriving", "2026-11-26 tomorrow", "2 of 2")),
    (
        "the first of several",
        [LATER, MOVING, UNDATED],
        ("arriving", "2026-11-26 tomorrow", "1 of 3"),
    ),
    ("nobody named a day", [UNDATED, UNDATED], ("no_day", "2 of 2")),
    ("one is out", [MOVING, OUT], ("out_today", "1 of 2")),
    ("one asks something", [OUT, WAITING, MOVING], ("collect", "1 of 3")),
    ("one in trouble, one coming", [HELD, MOVING], ("arriving", "2026-11-26 tomorrow", "1 of 2")),
    ("one in trouble, one undated", [HELD, UNDATED], ("problem", "1 of 2")),
    (
        "part has arrived",
        [ARRIVED, MOVING, LATER],
        ("arriving", "2026-11-26 tomorrow", "1 of 3"),
    ),
    ("part has arrived, the rest waits", [ARRIVED, WAITING], ("collect", "1 of 2")),
    ("all have arrived", [ARRIVED, ARRIVED_LATER], ("delivered", "2026-11-24 yesterday", "2 of 2")),
    ("a cancelled label does not count", [LABEL_GONE, MOVING], ("arriving", "2026-11-26 tomorrow")),
]


@pytest.mark.parametrize(
    ("parcels", "answer"), [row[1:] for row in MANY_PARCELS], ids=[row[0] for row in MANY_PARCELS]
)
def test_many_parcels(parcels, answer):
    assert said(order(*parcels)) == answer


def test_what_is_true_of_all_parcels_is_said_of_the_order():
    assert lines(order(MOVING, MOVING)) == ("sure parcels", "unsure estimate")
    assert lines(order(MOVING, replace(MOVING, carrier_name="GLS"))) == ("sure parcels",)
    assert lines(order(MOVING, LATER)) == ()
    assert lines(order(ARRIVED, MOVING)) == ("sure arrived",)


def test_what_is_in_no_parcel_yet_makes_every_answer_a_part():
    rest = (item("Wool socks", quantity=2),)
    assert said(order(MOVING, unshipped=rest)) == ("arriving", "2026-11-26 tomorrow", "part")
    assert said(order(ARRIVED, unshipped=rest)) == ("part_arrived", "part")
    assert said(order(ARRIVED, ARRIVED_LATER, unshipped=rest)) == ("part_arrived", "part")
    assert said(order(MOVING, MOVING, unshipped=rest))[-2:] == ("2 of 2", "part")
    assert look(order(ARRIVED, unshipped=rest), NOW).lines[-1].count == 2
    assert lines(order(MOVING, unshipped=rest)) == ("sure unshipped", "unsure estimate")


def test_orders_without_a_parcel():
    assert said(order(unshipped=())) == ("nothing_to_send",)
    assert said(order(items=(), unshipped=())) == ("nothing_left",)
    assert said(order(items=(), unshipped=(), items_known=False)) == ("confirmed",)
