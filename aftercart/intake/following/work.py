"""Asking: whoever is due longest, for a short while, then the next.

A worker holds a few sources at once, each in a thread, so that one that answers slowly holds up
nobody else. Of each it asks a batch after the other until nothing is due, a limit is reached, it
fails, or its time is over; then it gives it back to the end of the queue. So a store with ten
thousand parcels does not keep one with five waiting.
"""

import contextvars
import math
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from functools import cache

import msgspec
import structlog
from django.db import connection, transaction
from django.utils.translation import gettext as _

from aftercart.connectors.base import Asked, ConnectionFailed
from aftercart.core import clock
from aftercart.core.due import LeaseLost
from aftercart.delivery.shipments import queries as shipments
from aftercart.intake import shops, stopping
from aftercart.intake.actions import connections
from aftercart.intake.following import parcels, queries, sources
from aftercart.intake.following.actions import answers, feeds, polls
from aftercart.intake.following.actions.feeds import Feed
from aftercart.intake.following.actions.polls import Claimed
from aftercart.intake.following.rules import quota, routing
from aftercart.intake.following.rules.routing import Source
from aftercart.intake.following.sources import OpenSource

TOGETHER = 4
"""Sources that one worker asks at the same time."""
SLICE_SECONDS = 5.0
LEASE, LEASE_PER_REQUEST = timedelta(seconds=60), timedelta(seconds=25)
"""Longer than the client's own patience with each request."""
LOOKS_AGAIN, SLEEPS_AT_MOST = timedelta(minutes=2), timedelta(minutes=15)
"""When a source looks for due parcels by itself: one that was just at work, and any other."""
LONGEST_PLAN = timedelta(days=30)
MISSET_WAIT = timedelta(hours=1)
SUSPECT_AFTER, MOST_ATTEMPTS = 3, 10
FAILED, STUMBLED = timedelta(minutes=1), timedelta(minutes=5)

log = structlog.get_logger(__name__)


def run_batch(together: int = TOGETHER) -> int:
    """Ask the sources that are due longest; returns how many there were."""
    claimed = feeds.claim(together, LEASE)
    if len(claimed) == 1:
        _attend(claimed[0])
    elif claimed:
        list(_threads().map(_attend_apart, ((contextvars.copy_context(), one) for one in claimed)))
    return len(claimed)


@cache
def _threads() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(TOGETHER, thread_name_prefix="asking")


def _attend_apart(given: tuple[contextvars.Context, Feed]) -> None:
    """In a thread: with the clock of who asked for it, and a database connection of its own."""
    context, feed = given
    try:
        context.run(_attend, feed)
    finally:
        connection.close()


def _attend(feed: Feed) -> None:
    try:
        source = sources.open_source(feed.store_id, feed.connection_id)
        if source is None or source.state != "active":
            feeds.give_back(feed, None)
            return
        _Slice(feed, source).run()
    except ConnectionFailed as failure:
        _show(feed, failure)
    except LeaseLost:
        log.warning("following.lease_lost", feed=feed.id)


def _show(feed: Feed, failure: ConnectionFailed) -> None:
    """What only a person can mend is shown at the connection, which is not asked until then."""
    log.warning("following.refused", connection=feed.connection_id)
    feed.error, feed.error_at = failure.message[: feeds.LONGEST_ERROR], clock.now()
    feeds.give_back(feed, None)
    shops.show_failure(feed.store_id, feed.connection_id, failure)


class _Slice:
    """The time for which one source is asked."""

    def __init__(self, feed: Feed, source: OpenSource) -> None:
        self.feed = feed
        self.source = source
        self.limits = source.limits
        self.cost = max(source.tracker.cost, 1)
        self.reserved = quota.reserve_of(self.limits, self.cost)
        self.ends = time.monotonic() + SLICE_SECONDS
        self.others: Sequence[Source] = ()
        self.carriers: list[str] = []

    def run(self) -> None:
        """Ask until it is time to give the source back.

        Raises:
            ConnectionFailed: only a person can mend it.
            LeaseLost: somebody else has it now.
        """
        if not quota.is_possible(self.limits, self.cost):
            self._explain_limit()
            return
        due_at = self._identify() if self.feed.identified_at is None else None
        if due_at is None:
            self._look_around()
            due_at = self._ask_on()
        feeds.give_back(self.feed, due_at)

    def _look_around(self) -> None:
        """Whose parcels are this source's to ask after, as the store's sources stand now."""
        store_id, connection_id = self.feed.store_id, self.feed.connection_id
        self.others = sources.of_stores({store_id}).get(store_id, ())
        known = queries.carriers_asked_after(store_id)
        self.carriers = routing.taken(self.others, connection_id, known)

    def _ask_on(self) -> datetime:
        """Ask batch after batch; returns when to go on."""
        while True:
            now = clock.now()
            free_at = self.feed.free_at(self.limits, self.reserved, now)
            if free_at > now:
                self._note_delay(now)
                return free_at
            claimed = self._claim()
            if not claimed:
                self.feed.behind = 0
                return self._next_look(now)
            put_off = self._ask(claimed)
            if put_off is not None:
                return put_off
            if time.monotonic() >= self.ends or stopping.asked():
                return clock.now()

    def _note_delay(self, now: datetime) -> None:
        """How late it is, as far as its limits are why: not what it can soon make up for."""
        due_at = queries.next_due(self.feed.store_id, self.carriers)
        late = now - due_at if due_at is not None else timedelta(0)
        if self.limits:
            late = min(late, self._to_catch_up())
        self.feed.behind = int(max(late.total_seconds(), 0))

    def _to_catch_up(self) -> timedelta:
        """How long its limits let it take to ask after everything that is due."""
        due = queries.count_due(self.feed.store_id, self.carriers)
        askings = math.ceil(due / max(self.source.tracker.batch, 1))
        return quota.takes(self.limits, askings * self.cost)

    def _next_look(self, now: datetime) -> datetime:
        due_at = queries.next_due(self.feed.store_id, self.carriers)
        latest = now + (LOOKS_AGAIN if self.feed.requests else SLEEPS_AT_MOST)
        return min(due_at, latest) if due_at is not None else latest

    def _until(self) -> datetime:
        return clock.now() + clock.lasting(LEASE + LEASE_PER_REQUEST * self.cost)

    def _claim(self) -> list[Claimed]:
        """What is due; a parcel that something stumbled on before is asked after by itself.

        A source that failed is tried with the next parcel alone, though that is not due yet.
        """
        is_tried = self.feed.breaker.state != "closed"
        claimed = polls.claim(
            self.feed.store_id,
            self.carriers,
            due_by=clock.now() + (LONGEST_PLAN if is_tried else timedelta(0)),
            limit=1 if is_tried else max(self.source.tracker.batch, 1),
            lease=self.feed.lease,
            until=self._until(),
        )
        suspects = [poll for poll in claimed if poll.attempts > SUSPECT_AFTER]
        if not suspects or len(claimed) == 1:
            return claimed
        polls.give_back(self.feed.lease, [poll for poll in claimed if poll is not suspects[0]])
        return suspects[:1]

    def _ask(self, claimed: list[Claimed]) -> datetime | None:
        """Ask once; returns when to go on where it is not at once."""
        wanted = self._wanted(claimed)
        if not wanted:
            return None
        ours, given = [poll for poll, _ in wanted], [parcel for _, parcel in wanted]
        self._reserve(ours)
        source = self.source
        try:
            answer = source.tracker.ask(source.credentials, source.settings, given, source.address)
        except ConnectionFailed as failure:
            return self._failed(ours, failure)
        except Exception as error:
            log.exception("following.stumbled", system=source.connector.system)
            return self._stumbled(ours, error)
        feeds.note_answer(self.feed, self.limits, answer, len(ours))
        self.feed.news += answers.settle(source, self.others, self.feed.lease, ours, answer)
        self._mend()
        return None

    def _reserve(self, claimed: list[Claimed]) -> None:
        try:
            feeds.reserve(self.feed, self.limits, self.reserved, self._until())
        except LeaseLost:
            polls.give_back(self.feed.lease, claimed)
            raise

    def _wanted(self, claimed: list[Claimed]) -> list[tuple[Claimed, Asked]]:
        """What to ask; parcels that nobody waits for any more are let go."""
        told = shipments.followed([(poll.store_id, poll.shipment_id) for poll in claimed])
        bound = parcels.placed_where(told.values())
        wanted, over = [], []
        for poll in claimed:
            parcel = told.get((poll.store_id, poll.shipment_id))
            if parcel is None or not parcels.is_to_be_found(parcel):
                over.append(poll)
                continue
            memo = poll.memo.get(str(self.feed.connection_id), {})
            goes_to = bound.get((poll.store_id, poll.shipment_id))
            wanted.append((poll, parcels.asked(parcel, poll.carrier, goes_to, memo)))
        if over:
            polls.give_back(self.feed.lease, over)
            with transaction.atomic():
                polls.follow([(poll.store_id, poll.shipment_id) for poll in over])
        return wanted

    def _failed(self, claimed: list[Claimed], failure: ConnectionFailed) -> datetime:
        """
        Raises:
            ConnectionFailed: only a person can mend it.
        """
        is_tried = self.feed.breaker.state != "closed"
        feeds.note_failure(self.feed, self.limits, self.reserved, failure)
        if failure.permanent or failure.is_throttled:
            polls.give_back(self.feed.lease, claimed)
        elif is_tried:
            # Others may ask after it soon, and the next trial is made with another parcel.
            polls.give_back(self.feed.lease, claimed, not_before=clock.now() + FAILED)
        else:
            polls.put_off(self.feed.lease, claimed, FAILED, once_more=True)
        return self._after(failure)

    def _after(self, failure: ConnectionFailed) -> datetime:
        if failure.permanent:
            raise failure
        feed = self.feed
        if failure.is_throttled:
            return feed.word.resets_at or clock.now()
        log.warning("following.failed", connection=feed.connection_id, state=feed.breaker.state)
        if feed.breaker.state == "open":
            shops.show_failure(feed.store_id, feed.connection_id, failure)
        return feed.breaker.trial_at or clock.now()

    def _stumbled(self, claimed: list[Claimed], error: Exception) -> datetime:
        """The client broke on an answer: its parcels are asked after later, then one by one."""
        failure = ConnectionFailed(_("Its answer could not be read."))
        feeds.note_failure(self.feed, self.limits, self.reserved, failure)
        hopeless = [poll for poll in claimed if poll.attempts >= MOST_ATTEMPTS]
        if hopeless:
            problem = _("The answer could not be read: %s") % type(error).__name__
            answers.stop_unreadable(self.feed.lease, hopeless, problem)
        rest = [poll for poll in claimed if poll not in hopeless]
        polls.put_off(self.feed.lease, rest, STUMBLED)
        return self._after(failure)

    def _identify(self) -> datetime | None:
        """Try the credentials once; returns when to go on where they could not be tried."""
        now = clock.now()
        free_at = self.feed.free_at(self.limits, self.reserved, now)
        if free_at > now:
            return free_at
        self._reserve([])
        try:
            self.source.tracker.identify(self.source.credentials, self.source.settings)
        except ConnectionFailed as failure:
            return self._failed([], failure)
        feeds.note_use(self.feed, self.limits, self.cost)
        self.feed.identified_at = clock.now()
        self._mend()
        return None

    def _mend(self) -> None:
        """It works: what was shown as wrong with it is over."""
        if self.source.error:
            connections.mend(self.feed.store_id, self.feed.connection_id)
            self.source = msgspec.structs.replace(self.source, error="")

    def _explain_limit(self) -> None:
        """A limit below what one asking takes: nothing can be asked, and it is said why."""
        message = _("The limit is lower than what one request to this source takes: %d.")
        failure = ConnectionFailed(message % self.cost)
        self.feed.error, self.feed.error_at = failure.message, clock.now()
        feeds.give_back(self.feed, clock.now() + MISSET_WAIT)
        shops.show_failure(self.feed.store_id, self.feed.connection_id, failure)
