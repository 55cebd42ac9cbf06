"""Filling a new installation with the demo's store and its story, told through the real doors.

History goes in quietly, in large batches. The last weeks happen hour by hour, with the clock moved
to each hour, so that journeys run and messages are sent as they would have been.
"""

import secrets
from collections.abc import Callable, Collection, Iterator, Sequence
from datetime import datetime, timedelta

import msgspec
from django.conf import settings
from django.utils.module_loading import import_string

from aftercart.connectors.registry import connector
from aftercart.conversation.journeys.actions import ensure_builtin
from aftercart.conversation.pages.actions import update_brand
from aftercart.core import clock
from aftercart.core.actions import stores
from aftercart.core.actions.accounts import open_account
from aftercart.core.facts import Incoming
from aftercart.core.models import Member, Store, User
from aftercart.delivery.shipments import queries as shipments
from aftercart.delivery.shipments.facts import TrackingFact
from aftercart.demo import oddities, offices
from aftercart.demo.own_words import in_own_words
from aftercart.demo.script import Moment, products, story
from aftercart.demo.scripts import OVER
from aftercart.intake.acceptance import accept
from aftercart.intake.actions import connections
from aftercart.intake.following.actions import endings
from aftercart.intake.following.jobs import follow_store

EMAIL = "demo@example.com"
NEW_STORE = stores.NewStore(
    name="Alder & Oat",
    slug="alder-and-oat",
    time_zone="America/New_York",
    currency="USD",
    is_demo=True,
)
ACCENT = "#2f5d50"
LIVED = timedelta(days=10)  # the part of the story that happens hour by hour
HOUR = timedelta(hours=1)
QUIET_BATCH = 1500
ASKED_MINUTES_AGO = (52, 41, 33, 26, 18, 12, 5)
MAX_ROUNDS = 100

Say = Callable[[str], None]


class Demo(msgspec.Struct, frozen=True):
    """The filled store, and how to get in."""

    store: Store
    source: str
    email: str
    password: str
    asked: list[str]


def fill(now: datetime, say: Say) -> Demo:
    """Make the demo store and let its story happen up to `now`; `say` is told of the progress."""
    password = secrets.token_urlsafe(9)
    store = _open_store(password)
    source = _connect(store)
    written = story(now)
    asked, moments = in_own_words(written, now)
    teller = Teller(store, source, say, asked)
    teller.tell_products(now)
    teller.tell(moments, now)
    teller.ask_after_parcels(moments, now)
    teller.tell_of_oddities(moments, now)
    offices.connect(store)
    _work_until_idle()
    teller.give_up(moments, now)
    return Demo(store, source, EMAIL, password, sorted(asked))


def _open_store(password: str) -> Store:
    user = User.objects.create_user(EMAIL, password, name="Robin Demo")
    store = open_account(user, NEW_STORE.name, NEW_STORE)
    actor = Member.objects.get(user=user, account=store.account)
    stores.change(
        store,
        actor,
        {"contact_email": "hello@example.com", "shop_url": "https://example.com"},
    )
    update_brand(
        store.id,
        accent=ACCENT,
        sender_name=store.name,
        reply_to="hello@example.com",
        footer="Alder & Oat, 12 Harbour Lane, Portland, ME 04101. Nobody here exists.",
    )
    ensure_builtin(store.id)
    return store


def _connect(store: Store) -> str:
    connections.add(store.id, "api", {}, name="The demo shop")
    return connector("api").source({})


class Teller:
    """Lets the story happen to one store."""

    def __init__(
        self, store: Store, source: str, say: Say, asked: Collection[str] = frozenset()
    ) -> None:
        self.store, self.source, self.say = store, source, say
        self.asked = asked

    def tell_products(self, now: datetime) -> None:
        self._accept(products(now), quiet=True)

    def tell(self, moments: Sequence[Moment], now: datetime) -> None:
        lived_from = now - LIVED
        past = [moment for moment in moments if moment.at <= lived_from]
        recent = [moment for moment in moments if lived_from < moment.at <= now]
        self._tell_quietly(past)
        self._live_through(recent, lived_from, now)

    def ask_after_parcels(self, moments: Sequence[Moment], now: datetime) -> None:
        """Ask the carriers once more for what is under way, within the last hour, without news."""
        waiting = _waiting(moments, now)
        for turn, minutes in enumerate(ASKED_MINUTES_AGO):
            with clock.moved_to(now - timedelta(minutes=minutes)):
                self._accept(waiting[turn :: len(ASKED_MINUTES_AGO)], quiet=True)

    def tell_of_oddities(self, moments: Sequence[Moment], now: datetime) -> None:
        """What somebody has to look after on the page of carriers."""
        waiting = [
            fact
            for fact in _waiting(moments, now)
            if fact.number in self.asked and fact.scans[-1].occurred_at < now - HOUR
        ]
        self._accept(list(oddities.unknown_codes(waiting)), quiet=True)
        disputed = oddities.contradiction(waiting)
        accept([Incoming(self.store.id, self.source, fact, True) for fact in disputed])

    def give_up(self, moments: Sequence[Moment], now: datetime) -> None:
        """Have one parcel asked after no more, of those that are; they need their connections."""
        follow_store(self.store.id)  # the job that the connections asked for waits for a worker
        for fact in oddities.silent_longest(_waiting(moments, now)):
            parcel = shipments.parcel_by_number(self.store.id, fact.number)
            if parcel and endings.stop(self.store.id, [parcel.id], actor=offices.ACTOR):
                return

    def _tell_quietly(self, moments: Sequence[Moment]) -> None:
        for start in range(0, len(moments), QUIET_BATCH):
            part = moments[start : start + QUIET_BATCH]
            with clock.moved_to(part[-1].at):
                self._accept([moment.fact for moment in part], quiet=True)
            self.say(f"  history: {min(start + QUIET_BATCH, len(moments))} of {len(moments)} news")

    def _live_through(self, moments: Sequence[Moment], start: datetime, now: datetime) -> None:
        told = 0
        for hour, news in _by_hour(moments, start, now):
            with clock.moved_to(hour):
                if news:
                    self._accept([moment.fact for moment in news], quiet=False)
                _work_until_idle()
            told += len(news)
            if hour.hour == 0:
                self.say(f"  living through {hour:%A, %d %B} ({told} of {len(moments)} news)")

    def _accept(self, facts: Sequence[object], *, quiet: bool) -> None:
        accept([Incoming(self.store.id, self._source(fact), fact, quiet) for fact in facts])

    def _source(self, fact: object) -> str:
        """The shop, or the carrier itself."""
        if isinstance(fact, TrackingFact) and fact.number in self.asked:
            return connector(fact.carrier).source({})
        return self.source


def _waiting(moments: Sequence[Moment], now: datetime) -> list[TrackingFact]:
    """The latest word of each parcel that is under way."""
    latest = {
        moment.fact.number: moment.fact
        for moment in moments
        if isinstance(moment.fact, TrackingFact) and moment.at <= now
    }
    return [fact for fact in latest.values() if fact.scans[-1].status not in OVER]


def _by_hour(
    moments: Sequence[Moment], start: datetime, now: datetime
) -> Iterator[tuple[datetime, list[Moment]]]:
    waiting = list(reversed(moments))
    hour = start
    while hour < now:
        hour = min(hour + HOUR, now)
        news = []
        while waiting and waiting[-1].at <= hour:
            news.append(waiting.pop())
        yield hour, news


def _work_until_idle() -> None:
    for path in settings.DUE_WORK:
        run_batch = import_string(path)
        for _ in range(MAX_ROUNDS):
            if not run_batch():
                break
