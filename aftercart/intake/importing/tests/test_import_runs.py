"""An import as a run: started once, in pieces, cancelled, failing, forgotten."""

from datetime import timedelta

import pytest

from aftercart.commerce.orders import queries as orders
from aftercart.core import clock, sql
from aftercart.core.tenancy import bound
from aftercart.intake import importing
from aftercart.intake.importing.tests.runs import (
    HEADER,
    as_owner,
    found,
    many_orders,
    numbers,
    order_of,
    outcome,
    preview,
    rows_of,
    run,
    sample,
)
from aftercart.intake.importing.work import advance
from aftercart.intake.models import Connection, ImportPiece, ImportRun


def test_a_run_is_started_once(store):
    made = preview(store, sample("orders.csv"))
    with bound(store.pk):
        importing.start(store.pk, made.pk)
        with pytest.raises(importing.NotNow):
            importing.start(store.pk, made.pk)
    [job] = sql.fetch("SELECT payload FROM pgqueuer WHERE entrypoint = 'import_file'")
    assert bytes(job["payload"]).decode() == f'{{"store_id":{store.pk},"run_id":{made.pk}}}'


def test_a_cancelled_run_imports_nothing_more(store):
    made = preview(store, many_orders(700))
    with bound(store.pk):
        importing.start(store.pk, made.pk)
    assert advance(store.pk, made.pk)
    with bound(store.pk):
        importing.cancel(store.pk, made.pk)
        with pytest.raises(importing.NotNow):
            importing.cancel(store.pk, made.pk)
    importing.import_file(store.pk, made.pk)
    ended = found(store, made)
    assert (ended.state, ended.done, len(numbers(store))) == ("cancelled", 300, 300)
    assert not ImportPiece.objects.filter(run=made).exists()


def test_pieces_keep_the_rows_of_an_order_together(store):
    rows = "".join(
        f"{n},2026-01-01,9,,Item {i},S{i},1,9\n" for n in range(1, 8) for i in range(100)
    )
    made = preview(store, HEADER + rows)
    assert ImportPiece.objects.filter(run=made).count() == 3
    with bound(store.pk):
        importing.start(store.pk, made.pk)
    importing.import_file(store.pk, made.pk)
    order = order_of(store, "3")
    assert len(orders.lines(store.pk, [order.id])[order.id]) == 100


def test_a_row_that_the_database_refuses_is_found_and_the_rest_goes_on(store):
    as_owner("ALTER TABLE orders_order ADD CONSTRAINT no_seven CHECK (number <> '7')")
    done = run(store, many_orders(20))
    assert (done.state, outcome(done)) == ("done", (19, 0, 0, 1))
    assert "7" not in numbers(store)
    [_header, failed] = rows_of(store, done)
    assert failed[0] == "7"
    assert "could not be stored" in failed[-1]


def test_a_row_that_is_no_longer_understood_is_told_like_any_other(store):
    made = preview(store, many_orders(3))
    piece = ImportPiece.objects.get(run=made)
    piece.content = bytes(piece.content).replace(b'"2","2026-01-01"', b'"2","someday"')
    piece.save()
    with bound(store.pk):
        importing.start(store.pk, made.pk)
    importing.import_file(store.pk, made.pk)
    assert numbers(store) == ["1", "3"]
    assert found(store, made).failed == 1


def test_an_error_of_ours_stops_the_run_and_it_can_go_on(store):
    made = preview(store, many_orders(700))
    with bound(store.pk):
        importing.start(store.pk, made.pk)
    second = ImportPiece.objects.get(run=made, number=1)
    whole, second.content = bytes(second.content), b"broken"
    second.save()
    importing.import_file(store.pk, made.pk)
    stopped = found(store, made)
    assert (stopped.state, stopped.done) == ("failed", 300)
    assert "Start it again" in stopped.error
    second.content = whole
    second.save()
    with bound(store.pk):
        assert importing.start(store.pk, made.pk).state == "waiting"
    importing.import_file(store.pk, made.pk)
    done = found(store, made)
    assert (done.state, done.done, outcome(done)) == ("done", 700, (700, 0, 0, 0))


def test_another_stores_run_is_not_there(store, other_store):
    made = preview(store, sample("orders.csv"))
    assert importing.find(other_store.pk, made.pk) is None
    assert importing.newest(other_store.pk) == []
    assert [one.pk for one in importing.newest(store.pk)] == [made.pk]
    with bound(other_store.pk):
        for act in (importing.start, importing.cancel, importing.failed_rows):
            with pytest.raises(LookupError):
                act(other_store.pk, made.pk)
    importing.import_file(other_store.pk, made.pk)
    assert ImportRun.objects.get(pk=made.pk).state == "preview"


def test_the_database_shows_a_face_only_its_own_store(store, other_store):
    preview(store, sample("orders.csv"))
    with bound(other_store.pk):
        assert not ImportRun.objects.exists()
        assert not ImportPiece.objects.exists()
    with bound(store.pk):
        assert ImportPiece.objects.count() == 1


def test_a_store_has_one_connection_for_files(store, other_store):
    for each in (store, store, other_store):
        preview(each, sample("orders.csv"))
    assert Connection.objects.filter(system="csv").count() == 2


def test_failed_rows_can_be_fetched_after_the_view_has_ended(store):
    made = preview(store, HEADER + "2,never,9,,Mug,M,1,9\n")
    with bound(store.pk):
        lines = importing.failed_rows(store.pk, made.pk)
    assert len(list(lines)) == 2


def test_old_previews_and_failed_rows_are_forgotten(store):
    with clock.moved_to(clock.now() - timedelta(days=31)):
        old = preview(store, sample("orders.csv"))
        failed = run(store, HEADER + "2,never,9,,Mug,M,1,9\n")
    fresh = preview(store, sample("orders.csv"))
    recent = run(store, HEADER + "2,never,9,,Mug,M,1,9\n")
    importing.forget_old(clock.now())
    kept = set(ImportPiece.objects.values_list("run_id", flat=True))
    assert kept == {fresh.pk, recent.pk}
    assert found(store, old).state == "cancelled"
    assert found(store, failed).state == "done"
