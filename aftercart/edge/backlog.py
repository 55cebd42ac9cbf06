"""What waits in the database at this moment, for the metrics: by the edge's own few rights."""

from datetime import datetime

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric

from aftercart.core import clock
from aftercart.edge.database import Line, Row, Statement, Unavailable
from aftercart.edge.values import (
    TIMESTAMPTZ,
    moment,
    nullable,
    read_bigint,
    read_moment,
    read_text,
)

INBOX = Statement(
    "count_inbox",
    """
SELECT state, count(*), min(received_at) FROM intake_inboxentry
WHERE due_at IS NOT NULL GROUP BY state
""",
    gives=(read_text, read_bigint, nullable(read_moment)),
)
HELD = Statement(
    "count_held",
    """
SELECT connection.system, entry.state, count(*)
FROM intake_inboxentry AS entry
JOIN intake_connection AS connection
  ON connection.id = entry.connection_id AND connection.store_id = entry.store_id
WHERE entry.state IN ('parked', 'waiting') GROUP BY 1, 2
""",
    gives=(read_text, read_text, read_bigint),
)
DUE = Statement(
    "count_due",
    """
SELECT 'messages', count(*), min(due_at) FROM messages_message WHERE due_at <= $1
UNION ALL
SELECT 'enrollments', count(*), min(due_at) FROM journeys_enrollment WHERE due_at <= $1
UNION ALL
SELECT 'pulls', count(*), min(due_at) FROM intake_connection WHERE due_at <= $1
UNION ALL
SELECT 'feeds', count(*), min(due_at) FROM intake_feed WHERE due_at <= $1
""",
    takes=(TIMESTAMPTZ,),
    gives=(read_text, read_bigint, nullable(read_moment)),
)
FEEDS = Statement(
    "count_feeds",
    """
SELECT connection.system, count(*) FILTER (WHERE feed.due_at IS NOT NULL),
  count(*) FILTER (WHERE feed.due_at IS NOT NULL AND feed.breaker <> 'closed'),
  max(feed.behind)::bigint, sum(feed.requests)::bigint, sum(feed.parcels)::bigint,
  sum(feed.news)::bigint, sum(feed.failed)::bigint
FROM intake_feed AS feed
JOIN intake_connection AS connection
  ON connection.id = feed.connection_id AND connection.store_id = feed.store_id
GROUP BY 1 ORDER BY 1
""",
    gives=(read_text, *[read_bigint] * 7),
)
WORKERS = Statement(
    "see_workers",
    "SELECT name, seen_at FROM intake_workerbeat",
    gives=(read_text, read_moment),
)


async def gauges(line: Line) -> list[Metric]:
    """The gauges; without a database only the one that says so."""
    up = GaugeMetricFamily("aftercart_database_up", "Whether the database answers.")
    try:
        now = clock.now()
        found = [
            *_inbox(await line.fetch(INBOX), now),
            _held(await line.fetch(HELD)),
            *_due(await line.fetch(DUE, [moment(now)]), now),
            *_feeds(await line.fetch(FEEDS)),
            *_workers(await line.fetch(WORKERS), now),
        ]
    except Unavailable:
        up.add_metric([], 0)
        return [up]
    up.add_metric([], 1)
    return [up, *found]


def _inbox(rows: list[Row], now: datetime) -> list[Metric]:
    counts = {state: count for state, count, _ in rows}
    pending = [oldest for state, _, oldest in rows if state == "pending"]
    age = (now - pending[0]).total_seconds() if pending else 0.0
    return [
        GaugeMetricFamily(
            "aftercart_inbox_backlog", "Deliveries not worked on yet.", counts.get("pending", 0)
        ),
        GaugeMetricFamily(
            "aftercart_inbox_oldest_seconds", "Age of the oldest of them.", max(age, 0.0)
        ),
    ]


def _held(rows: list[Row]) -> Metric:
    held = GaugeMetricFamily(
        "aftercart_inbox_held",
        "Deliveries that wait for what they belong to, or are parked with an error.",
        labels=["system", "state"],
    )
    for system, state, count in rows:
        held.add_metric([system, state], count)
    return held


def _due(rows: list[Row], now: datetime) -> list[Metric]:
    due = GaugeMetricFamily("aftercart_due", "Due work that is not done yet.", labels=["kind"])
    late = GaugeMetricFamily(
        "aftercart_due_oldest_seconds", "How late the oldest of it is.", labels=["kind"]
    )
    for kind, count, oldest in rows:
        due.add_metric([kind], count)
        late.add_metric([kind], (now - oldest).total_seconds() if oldest else 0.0)
    return [due, late]


def _feeds(rows: list[Row]) -> list[Metric]:
    """How the carriers and aggregators do that are asked after parcels, by system."""
    asked = GaugeMetricFamily(
        "aftercart_feeds", "Connections that are asked after parcels.", labels=["system"]
    )
    open_ = GaugeMetricFamily(
        "aftercart_feeds_open", "Those left in peace since they fail.", labels=["system"]
    )
    behind = GaugeMetricFamily(
        "aftercart_feed_behind_seconds",
        "How late the latest of them asks since its quota does not suffice.",
        labels=["system"],
    )
    counters = [
        CounterMetricFamily(f"aftercart_feed_{name}", text, labels=["system"])
        for name, text in (
            ("requests", "Requests made to ask after parcels."),
            ("parcels", "Parcels asked after."),
            ("news", "Answers that said something new."),
            ("failures", "Askings that failed."),
        )
    ]
    gauges = [asked, open_, behind]
    for system, *counted in rows:
        for gauge, value in zip(gauges, counted[:3], strict=True):
            gauge.add_metric([system], value)
        for counter, value in zip(counters, counted[3:], strict=True):
            counter.add_metric([system], value)
    return [*gauges, *counters]


def _workers(rows: list[Row], now: datetime) -> list[Metric]:
    seen = GaugeMetricFamily(
        "aftercart_worker_seen_seconds", "How long ago a worker was heard of.", labels=["worker"]
    )
    for name, seen_at in rows:
        seen.add_metric([name], max((now - seen_at).total_seconds(), 0.0))
    return [seen]
