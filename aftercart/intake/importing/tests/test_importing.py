"""Files through preview and import into the rooms."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from msgspec.structs import replace

from aftercart.commerce.orders import actions as order_actions
from aftercart.commerce.orders import queries as orders
from aftercart.commerce.orders.facts import LineItemFact, OrderFact
from aftercart.core import clock, sql
from aftercart.core.facts import Incoming
from aftercart.core.tenancy import bound
from aftercart.intake import importing
from aftercart.intake.importing import uploads
from aftercart.intake.importing.tests.runs import (
    EXPORT,
    HEADER,
    found,
    many_orders,
    numbers,
    order_of,
    outcome,
    preview,
    rows_of,
    run,
    sample,
    seen_in,
)
from aftercart.intake.models import ImportPiece, ImportRun


def test_the_preview_says_what_it_understood_and_touches_nothing(store):
    made = preview(store, sample("orders.csv"))
    seen = seen_in(made)
    assert made.state == "preview"
    assert (made.kind, made.total, made.failed) == ("orders", 4, 0)
    assert (seen.kind, seen.format, seen.rows, seen.things) == ("orders", "aftercart", 4, 3)
    assert (seen.encoding, seen.delimiter) == ("utf-8", ",")
    assert (seen.time_zone, seen.zone_assumed) == ("Europe/Berlin", True)
    assert any("Europe/Berlin" in note for note in seen.notes)
    assert seen.columns[0] == importing.ColumnUse(header="order_number", meaning="Order number")
    assert len(seen.shown_columns) == len(seen.shown_rows[0])
    assert seen.shown_rows[0][0] == "1001"
    assert numbers(store) == []
    assert sql.fetch("SELECT id FROM core_event WHERE order_id IS NOT NULL") == []


def test_a_zone_that_is_said_is_not_assumed(store):
    seen = seen_in(preview(store, sample("orders.csv"), time_zone="Asia/Tokyo"))
    assert (seen.time_zone, seen.zone_assumed, seen.notes) == ("Asia/Tokyo", False, ())


def test_orders_are_imported(store):
    done = run(store, sample("orders.csv"))
    assert (done.state, done.total, done.done, done.failed) == ("done", 4, 4, 0)
    assert outcome(done) == (3, 0, 0, 0)
    assert numbers(store) == ["1001", "1002", "1003"]
    order = order_of(store, "1001")
    assert (order.source, order.total, order.email) == ("csv", Decimal("64.90"), "mara@example.com")
    assert order.placed_at == datetime(2026, 11, 2, 8, 15, tzinfo=UTC)
    assert [line.sku for line in orders.lines(store.pk, [order.id])[order.id]] == [
        "MUG-BL", "TOWEL-1",
    ]  # fmt: skip
    assert not ImportPiece.objects.filter(run=done).exists()


def test_the_same_file_again_changes_nothing_and_a_changed_one_updates(store):
    content = sample("orders.csv").decode()
    run(store, content)
    assert outcome(run(store, content)) == (0, 0, 3, 0)
    assert outcome(run(store, content.replace("29.00,0,", "31.00,0,"))) == (0, 1, 2, 0)
    assert order_of(store, "1002").total == Decimal(31)
    assert numbers(store) == ["1001", "1002", "1003"]


def test_an_import_is_quiet(store):
    for name in ("orders.csv", "shipments.csv", "tracking.csv"):
        run(store, sample(name))
    events = sql.fetch("SELECT type, quiet FROM core_event WHERE order_id IS NOT NULL")
    assert {"order.placed", "fulfillment.created", "shipment.delivered"} <= {
        event["type"] for event in events
    }
    assert all(event["quiet"] for event in events)
    assert sql.fetch("SELECT id FROM journeys_enrollment") == []
    assert sql.fetch("SELECT id FROM messages_message") == []


def test_shipments_find_their_orders_and_items(store):
    run(store, sample("orders.csv"))
    done = run(store, sample("shipments.csv"))
    assert (done.kind, done.state, outcome(done)) == ("shipments", "done", (3, 0, 0, 0))
    order = order_of(store, "1001")
    first, second = orders.fulfillments(store.pk, [order.id])[order.id]
    lines = {line.id: line.sku for line in orders.lines(store.pk, [order.id])[order.id]}
    assert [lines[line] for line, _ in first.items] == ["MUG-BL"]
    assert [lines[line] for line, _ in second.items] == ["TOWEL-1"]
    assert first.parcels[0]["number"] == "00340434292135100186"
    assert first.fulfilled_at == datetime(2026, 11, 3, 15, tzinfo=UTC)
    assert order_of(store, "1001").fulfillment_status == "fulfilled"
    assert outcome(run(store, sample("shipments.csv"))) == (0, 0, 3, 0)


def test_scans_end_on_the_parcels(store):
    run(store, sample("orders.csv"))
    run(store, sample("shipments.csv"))
    done = run(store, sample("tracking.csv"))
    assert (done.kind, done.state, done.total) == ("tracking", "done", 5)
    assert outcome(done) == (0, 2, 0, 0)
    assert seen_in(done).things == 5
    assert order_of(store, "1002").delivery_status == "exception"
    assert outcome(run(store, sample("tracking.csv"))) == (0, 0, 2, 0)


def test_scans_in_the_order_of_time_are_one_parcel_each(store):
    rows = "".join(
        f"{number},2026-11-04T{hour:02}:00Z,in_transit,Stop {hour}\n"
        for hour in range(10)
        for number in ("AAA111", "BBB222")
    )
    done = run(store, f"tracking_number,occurred_at,status,text\n{rows}")
    assert outcome(done) == (2, 0, 0, 0)
    [count] = sql.fetch("SELECT count(*) AS scans FROM shipments_trackingevent")
    assert count["scans"] == 20


def test_shipments_for_orders_that_a_shop_told_of(store):
    shop = "shopify:acme.myshopify.com"
    fact = OrderFact(
        external_id="555", number="#1001", currency="EUR", total=Decimal(60),
        placed_at=datetime(2026, 11, 2, tzinfo=UTC), updated_at=datetime(2026, 11, 2, tzinfo=UTC),
        lines=(
            LineItemFact(external_id="9", title="Mug", sku="mug-bl", quantity=2),
            LineItemFact(external_id="10", title="Towel", sku="TOWEL-1", quantity=1),
        ),
    )  # fmt: skip
    order_actions.record([Incoming(store.pk, shop, fact, quiet=True)])
    done = run(store, sample("shipments.csv"))
    assert outcome(done) == (2, 0, 0, 1)
    order = order_of(store, "1001")
    assert (order.source, order.fulfillment_status) == (shop, "fulfilled")
    [_header, failed] = rows_of(store, done)
    assert failed[0] == "1002"
    assert "no order with this number" in failed[-1]


def test_a_shop_that_knows_nothing_of_a_parcel_does_not_end_it(store):
    at = datetime(2026, 11, 2, tzinfo=UTC)
    fact = OrderFact(
        external_id="555", number="#1001", currency="EUR", total=Decimal(60), placed_at=at,
        updated_at=at, fulfillments=(),
        lines=(LineItemFact(external_id="9", title="Mug", sku="A", quantity=2),),
    )  # fmt: skip
    order_actions.record([Incoming(store.pk, "shopify:acme", fact)])
    run(store, "order_number,tracking_number,carrier\n1001,1Z999AA10123456784,UPS\n")
    later = clock.now() + timedelta(hours=1)
    told_again = replace(fact, updated_at=later, note="Changed")
    order_actions.record([Incoming(store.pk, "shopify:acme", told_again)])
    order = order_of(store, "1001")
    [sent] = orders.fulfillments(store.pk, [order.id])[order.id]
    assert (sent.status, order.fulfillment_status) == ("success", "fulfilled")


def test_large_files_are_checked_in_part_and_imported_whole(store, monkeypatch):
    monkeypatch.setattr(uploads, "CHECKED_ROWS", 300)
    content = many_orders(400) + "401,never,9,,Mug,M,1,9\n"
    made = preview(store, content)
    seen = seen_in(made)
    assert (seen.rows, seen.things, seen.wrong_rows) == (401, 401, 0)
    assert any("first 300 rows" in note for note in seen.notes)
    assert outcome(run(store, content)) == (400, 0, 0, 1)


def test_an_order_that_a_shop_told_of_is_left_as_it_is(store):
    fact = OrderFact(
        external_id="555", number="#1001", currency="USD", total=Decimal(60),
        placed_at=datetime(2026, 11, 2, tzinfo=UTC), updated_at=datetime(2026, 11, 2, tzinfo=UTC),
    )  # fmt: skip
    order_actions.record([Incoming(store.pk, "shopify:acme", fact, quiet=True)])
    assert outcome(run(store, sample("orders.csv"))) == (2, 0, 1, 0)
    assert order_of(store, "1001").currency == "USD"


def test_a_number_with_and_without_its_sign_is_one_order(store):
    run(store, HEADER + "#7,2026-01-01,9,,Mug,M,1,9\n")
    assert outcome(run(store, HEADER + "7,2026-01-01,10,,Mug,M,1,10\n")) == (0, 1, 0, 0)
    assert len(numbers(store)) == 1


def test_a_nameless_fulfillment_gives_way_to_the_parcel(store):
    run(
        store,
        "order_number,placed_at,total,fulfillment_status,item_title\n7,2026-01-01,9,shipped,Mug\n",
    )
    order = order_of(store, "7")
    assert order.fulfillment_status == "fulfilled"
    run(store, "order_number,tracking_number,carrier\n7,1Z999AA10123456784,UPS\n")
    sent = orders.fulfillments(store.pk, [order.id])[order.id]
    assert [(one.external_id, one.status) for one in sent if one.is_active] == [
        ("csv:7:1Z999AA10123456784", "success")
    ]
    assert order_of(store, "7").fulfillment_status == "fulfilled"


def test_rows_that_are_wrong_are_named_and_the_rest_goes_on(store):
    content = (
        HEADER
        + "1,2026-01-01,9,,Mug,M,1,9\n"
        + "2,never,9,,Mug,M,1,9\n"
        + "3,2026-01-01,9,,Mug,M,many,9\n"
        + "3,2026-01-01,9,,Pen,P,1,9\n"
        + "4,2026-01-01,9,,Mug,M,1,9\n"
        + "1,2026-01-01,9,,Pen,P,1,9\n"
    )
    made = preview(store, content)
    seen = seen_in(made)
    assert (made.total, made.failed, seen.wrong_rows, seen.things) == (6, 4, 4, 2)
    assert [(one.line, one.column) for one in seen.problems] == [
        (3, "placed_at"), (4, "item_quantity"), (5, ""), (7, "order_number"),
    ]  # fmt: skip
    assert "Line 4" in seen.problems[2].problem
    assert "Sort the file" in seen.problems[3].problem
    assert [row[0] for row in rows_of(store, made)] == ["order_number", "2", "3", "3", "1"]
    with bound(store.pk):
        importing.start(store.pk, made.pk)
    importing.import_file(store.pk, made.pk)
    done = found(store, made)
    assert (done.state, done.done, done.failed) == ("done", 6, 4)
    assert outcome(done) == (2, 0, 0, 4)
    assert numbers(store) == ["1", "4"]
    rows = rows_of(store, done)
    assert rows[0][-1] == "Error"
    assert rows[1][-1].startswith("placed_at: This is no date.")
    assert len(rows) == 5


def test_failed_rows_mended_can_be_imported_again(store):
    done = run(store, HEADER + "2,never,9,,Mug,M,1,9\n")
    text = "".join(importing.failed_rows(store.pk, done.pk)).replace("never", "2026-01-02")
    assert outcome(run(store, text)) == (1, 0, 0, 0)


def test_failed_rows_are_harmless_in_a_spreadsheet(store):
    done = run(store, HEADER + '2,never,9,,"=HYPERLINK(""http://x"")",+1,1,9\n')
    [_header, row] = rows_of(store, done)
    assert row[4] == '\'=HYPERLINK("http://x")'
    assert row[5] == "'+1"


@pytest.mark.skipif(not EXPORT.exists(), reason="the real export is not on this machine")
def test_a_real_export_of_shopify_is_imported(store):
    done = run(store, EXPORT.read_bytes())
    assert (done.state, done.total, done.failed) == ("done", 121, 0)
    assert outcome(done) == (51, 0, 0, 0)
    order = order_of(store, "1050")
    assert (order.currency, order.total, order.financial_status) == ("INR", Decimal(11594), "paid")
    assert len(orders.lines(store.pk, [order.id])[order.id]) == 4
    assert outcome(run(store, EXPORT.read_bytes())) == (0, 0, 51, 0)


@pytest.mark.parametrize(
    ("content", "options", "part"),
    [
        (b"", {}, "empty"),
        (b"PK\x03\x04", {}, "xlsx"),
        (b"order_number,placed_at,total\n", {}, "no rows"),
        (b"foo,bar\n1,2\n", {}, "None of the columns"),
        (b"a,b\n1,2\n", {"kind": "people"}, "Choose orders"),
        (b"a,b\n1,2\n", {"date_format": "x"}, "date formats"),
        (b"a,b\n1,2\n", {"time_zone": "Mars/Base"}, "time zone"),
        (b"a,b\n1,2\n", {"time_zone": "../etc/passwd"}, "time zone"),
        (b'order_number,placed_at,total\n1,"' + b"x" * 200_000, {}, "quote"),
    ],
)
def test_files_that_are_refused_leave_nothing(store, content, options, part):
    with pytest.raises(importing.FileRefused, match=part):
        preview(store, content, **options)
    assert not ImportRun.objects.exists()
    assert not ImportPiece.objects.exists()


def test_a_file_that_is_too_large_is_refused_politely(store, tmp_path):
    path = tmp_path / "huge.csv"
    with path.open("wb") as file:
        file.truncate(200 * 1024 * 1024)
    with path.open("rb") as file, pytest.raises(importing.FileRefused, match="100 MB"):
        importing.preview(store.pk, "huge.csv", file)
