"""The jobs that forget a shop or a person, in small bites; each may be cut short and run again."""

from datetime import timedelta

import structlog

from aftercart.commerce.customers import actions as customers
from aftercart.commerce.orders import actions as orders
from aftercart.core import jobs
from aftercart.intake import stopping
from aftercart.intake.actions import erasing

BITE = 500
LOOK_AGAIN = timedelta(seconds=30)

log = structlog.get_logger(__name__)


def erase_shop(store_id: int, source: str) -> None:
    """Forget everybody whom a shop told of, and say so once nothing of it is on its way any more.

    Raises:
        aftercart.intake.stopping.Stopped: the worker is ending; the job is queued again.
    """
    for erase in (erasing.empty_of_source, orders.erase_of_source, customers.erase_of_source):
        while erase(store_id, source, limit=BITE):
            stopping.raise_if_asked()
    if erasing.is_worked_on(store_id, source):
        # Whoever works on it began before the demand, and may write what it says after us.
        jobs.defer("erase_shop", after=LOOK_AGAIN, store_id=store_id, source=source)
        return
    customers.complete_shop_erasure(store_id, source)
    log.info("shop.erased", store=store_id)


def empty_deliveries(store_id: int, words: list[str], before: str) -> None:
    """Empty what was delivered about a person before they asked to be forgotten.

    Raises:
        aftercart.intake.stopping.Stopped: the worker is ending; the job is queued again.
    """
    place: erasing.Place | None = erasing.START
    while place is not None:
        place = erasing.empty_about(store_id, words, before, place, limit=BITE)
        stopping.raise_if_asked()
