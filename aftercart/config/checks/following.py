"""Checks of the asking: whether carriers can be asked often enough, and after every parcel."""

from collections.abc import Iterator

from psycopg import Connection

from aftercart.config.checks.database import rows
from aftercart.config.checks.finding import Finding, Level
from aftercart.config.environment import Environment

REASONS = {
    "no_source": (
        "no connection of the store knows their carrier",
        "Connect the carrier, or an aggregator that follows parcels of any carrier.",
    ),
    "refused": (
        "their carrier does not know their numbers",
        "Correct the numbers or the carrier in the dashboard, and restart them.",
    ),
    "unreadable": (
        "the carrier's answers cannot be read",
        "Report it with the answer that the carrier gives, and restart them after an upgrade.",
    ),
}


def quotas(_: Environment, connection: Connection) -> Iterator[Finding]:
    """A quota that does not suffice makes news late, without anything having failed."""
    late = rows(
        connection,
        """
        SELECT store.slug, link.name, feed.behind / 3600 FROM intake_feed AS feed
        JOIN intake_connection AS link
          ON link.id = feed.connection_id AND link.store_id = feed.store_id
        JOIN core_store AS store ON store.id = feed.store_id
        WHERE feed.due_at IS NOT NULL AND feed.behind >= 6 * 3600 ORDER BY 1, 2
        """,
    )
    for store, name, hours in late:
        yield Finding(
            "quotas",
            Level.WARNING,
            f"The connection {name} of {store} asks {hours} hours late: its quota is too small.",
            "Ask the carrier for a higher one and enter it at the connection, or let an aggregator "
            "follow some of its parcels.",
        )


def unfollowed(_: Environment, connection: Connection) -> Iterator[Finding]:
    """Parcels that nobody is asked after though they are under way."""
    found = rows(
        connection,
        """
        SELECT store.slug, poll.stopped, count(*) FROM intake_poll AS poll
        JOIN core_store AS store ON store.id = poll.store_id
        WHERE poll.stopped_at > now() - interval '30 days'
          AND poll.stopped IN ('no_source', 'refused', 'unreadable')
        GROUP BY 1, 2 ORDER BY 1, 2
        """,
    )
    for store, reason, count in found:
        why, remedy = REASONS[reason]
        yield Finding(
            "unfollowed",
            Level.WARNING,
            f"Parcels of {store} that are no longer asked after: {count}, since {why}.",
            remedy,
        )
