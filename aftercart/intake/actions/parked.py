"""What a person does with deliveries that could not be used."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from aftercart.core import clock, sql
from aftercart.core.tenancy import bound
from aftercart.intake import channels


def retry(store_id: int, ids: Sequence[int]) -> int:
    """Work on these parked or waiting deliveries again, now; returns how many there were."""
    return _retry(store_id, "id = ANY(%s)", list(ids))


def retry_all(store_id: int, connection_id: int) -> int:
    """Work on everything of a connection that is parked or waits; returns how many there were."""
    return _retry(store_id, "connection_id = %s", connection_id)


def _retry(store_id: int, which: str, value: object) -> int:
    with bound(store_id):
        count = sql.run(
            f"""
            UPDATE intake_inboxentry
            SET state = 'pending', due_at = %s, lease = NULL, attempts = 0, settled_at = NULL
            WHERE store_id = %s AND {which} AND state IN ('parked', 'waiting')
            """,
            [clock.now(), store_id, value],
        )
        channels.tell(channels.INBOX)
    return count


def dismiss(store_id: int, ids: Sequence[int]) -> int:
    """Leave these parked or waiting deliveries alone for good; returns how many there were."""
    with bound(store_id):
        return sql.run(
            """
            UPDATE intake_inboxentry
            SET state = 'ignored', due_at = NULL, lease = NULL, settled_at = %s,
              error = left(%s || ' ' || error, 1000)
            WHERE store_id = %s AND id = ANY(%s) AND state IN ('parked', 'waiting')
            """,
            [clock.now(), _("Dismissed."), store_id, list(ids)],
        )


def restore(store_id: int, connection_id: int, ids: Sequence[int]) -> int:
    """Park these dismissed deliveries of a connection again; returns how many there were."""
    dismissed = f"{_('Dismissed.')} "
    with bound(store_id):
        return sql.run(
            """
            UPDATE intake_inboxentry
            SET state = 'parked', settled_at = %s, error = substr(error, %s)
            WHERE store_id = %s AND connection_id = %s AND id = ANY(%s)
              AND state = 'ignored' AND starts_with(error, %s)
            """,
            [clock.now(), len(dismissed) + 1, store_id, connection_id, list(ids), dismissed],
        )
