"""What a connector is: the one place that knows how an outside system speaks.

A connector is pure: it verifies and reads what came in, and produces facts. Connectors that can
also be asked (shops with an API) offer a `Puller`. Neither knows any model; intake drives them.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any, Protocol

import msgspec


class WebhookRequest(msgspec.Struct, frozen=True, kw_only=True):
    """A request as it arrived. Header names are lower-case; `body` is untouched."""

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: bytes


class Accepted(msgspec.Struct, frozen=True, kw_only=True):
    """Genuine: store it once per `dedupe_key` (at most 32 bytes) and work on it later."""

    topic: str
    dedupe_key: bytes
    headers: dict[str, str] = {}


class Acknowledged(msgspec.Struct, frozen=True, kw_only=True):
    """To be answered with 200 and otherwise left alone, such as WooCommerce's unsigned ping."""

    reason: str


class Refused(msgspec.Struct, frozen=True, kw_only=True):
    """Not genuine or not usable; `reason` is for the answer and the log, without secrets."""

    reason: str
    status: int = 401


Verdict = Accepted | Acknowledged | Refused


class ParseError(ValueError):
    """A body that its connector cannot read. `field` is the path to the place: `order.total`."""

    def __init__(self, field: str, problem: str) -> None:
        super().__init__(f"{field}: {problem}")
        self.field = field
        self.problem = problem


class DisconnectedFact(msgspec.Struct, frozen=True, kw_only=True):
    """The other side ended the connection (the app was uninstalled)."""

    reason: str


class ConfirmationFact(msgspec.Struct, frozen=True, kw_only=True):
    """The other side asks us to fetch an address once, to confirm a subscription (Amazon SNS)."""

    url: str


class Field(msgspec.Struct, frozen=True, kw_only=True):
    """One thing a merchant enters to connect. Secrets are sealed and never shown again.

    `generated` secrets are made by us and shown once, to be entered at the other side. Where there
    are `choices` (name and label), the value is the names of those chosen, with blanks between.
    """

    name: str
    label: str
    help: str = ""
    secret: bool = False
    required: bool = True
    generated: bool = False
    kind: str = "text"
    pattern: str = ""
    placeholder: str = ""
    choices: tuple[tuple[str, str], ...] = ()


def heard_while_paused(connector: "Connector") -> frozenset[str]:
    """The topics that are taken in although the connection is paused: what the law demands.

    A connector that has such topics names them in its attribute `heard_while_paused`.
    """
    topics: frozenset[str] = getattr(connector, "heard_while_paused", frozenset())
    return topics


class Connector(Protocol):
    """How one outside system speaks to us. Implementations are stateless and hold no secrets."""

    system: str
    label: str
    family: str  # "shop", "tracking", "email" or "own"
    fields: tuple[Field, ...]
    steps: tuple[str, ...]  # what the merchant does at the other side, in order
    puller: "Puller | None"
    tracker: "Tracker | None"

    def source(self, settings: Mapping[str, Any]) -> str:
        """The owner of the external ids, such as `shopify:acme.myshopify.com`."""
        ...

    def receive(self, request: WebhookRequest, credentials: Mapping[str, str]) -> Verdict:
        """Whether the request is genuine, and how the delivery is to be recognised.

        Args:
            credentials: the connection's secrets, beside its plain settings.
        """
        ...

    def parse(self, topic: str, headers: Mapping[str, str], body: bytes) -> list[Any]:
        """The facts in a delivery; empty where the topic is none of our business.

        Raises:
            ParseError: the body cannot be read; it names the field.
        """
        ...

    def sign(
        self, topic: str, body: bytes, credentials: Mapping[str, str], delivery_id: str
    ) -> dict[str, str]:
        """The headers with which that system would post this body: for replays and tests."""
        ...


class Identity(msgspec.Struct, frozen=True, kw_only=True):
    """Who answered at the other side."""

    name: str
    currency: str = ""
    time_zone: str = ""
    email: str = ""
    url: str = ""


class Pulled(msgspec.Struct, frozen=True, kw_only=True):
    """One object fetched from a shop, in the shape that `parse` reads under `topic`."""

    topic: str
    dedupe_key: bytes
    body: bytes


class Page(msgspec.Struct, frozen=True, kw_only=True):
    """Some pulled objects. `cursor` resumes after them; `total` is how many are expected."""

    objects: tuple[Pulled, ...]
    cursor: dict[str, Any]
    total: int | None = None


class ConnectionFailed(Exception):
    """The other side cannot be used. `permanent`: only a person can mend it (a wrong key).

    `message` says what happened and what to do, for the connection's page. `is_throttled`: it
    works, and asks us to wait (for `retry_after` seconds).
    """

    def __init__(
        self,
        message: str,
        *,
        permanent: bool = False,
        retry_after: float | None = None,
        is_throttled: bool = False,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.permanent = permanent
        self.retry_after = retry_after
        self.is_throttled = is_throttled


class Puller(Protocol):
    """A shop that can be asked. Every method raises `ConnectionFailed`."""

    every_seconds: int  # how often to pull

    def identify(self, credentials: Mapping[str, str], settings: Mapping[str, Any]) -> Identity:
        """Try the credentials."""
        ...

    def subscribe(
        self, credentials: Mapping[str, str], settings: Mapping[str, Any], address: str
    ) -> dict[str, Any]:
        """Make or mend the webhooks that post to `address`; what to remember in `settings`."""
        ...

    def pull(
        self,
        credentials: Mapping[str, str],
        settings: Mapping[str, Any],
        changed_since: datetime,
        cursor: Mapping[str, Any],
    ) -> Iterator[Page]:
        """What changed since then, oldest change first, resuming at `cursor` ({} at the start)."""
        ...


class Limit(msgspec.Struct, frozen=True):
    """At most so many requests in so many seconds, for one connection."""

    requests: int
    seconds: int


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """A parcel to ask after. `number` is as it was entered, without blanks.

    Attributes:
        carrier: our slug, empty where it is not known.
        country: of the destination, ISO 3166-1 alpha-2; `postcode` of the destination.
        memo: what the tracker last asked to remember of this parcel (an id at an aggregator).
    """

    number: str
    carrier: str = ""
    country: str = ""
    postcode: str = ""
    shipped_on: date | None = None
    memo: Mapping[str, Any] = {}


class Heard(msgspec.Struct, frozen=True, kw_only=True):
    """What was answered about one number.

    Attributes:
        body: in the shape that `parse` reads; None where the source knows nothing of the number.
            Equal news are equal bytes: nothing in it changes from one request to the next.
        problem: what the source said in place of news, in plain words.
        is_refused: the source will never know this number, so that asking again is in vain.
        memo: what to remember of this parcel.
        pushed_until: until when the source will post news of this parcel by itself.
    """

    number: str
    body: bytes | None = None
    problem: str = ""
    is_refused: bool = False
    memo: Mapping[str, Any] = {}
    pushed_until: datetime | None = None


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """What one asking brought. A number that is not among `heard` was not answered: ask again.

    Attributes:
        requests: how many requests were made for it, tokens left out.
        remaining: how many more the source will answer, where it says so; until `resets_at`.
    """

    heard: tuple[Heard, ...]
    requests: int = 1
    remaining: int | None = None
    resets_at: datetime | None = None


class Tracker(Protocol):
    """A carrier or an aggregator that can be asked about parcels. Stateless but for tokens."""

    carriers: frozenset[str]  # the slugs of the carriers it knows; empty: of any
    batch: int  # the most numbers of one asking
    cost: int  # the most requests that one asking makes
    limits: tuple[Limit, ...]  # what the source grants where a merchant has arranged nothing else

    def identify(self, credentials: Mapping[str, str], settings: Mapping[str, Any]) -> Identity:
        """Try the credentials.

        Raises:
            ConnectionFailed: they are refused, or nobody answers.
        """
        ...

    def ask(
        self,
        credentials: Mapping[str, str],
        settings: Mapping[str, Any],
        parcels: Sequence[Asked],
        address: str,
    ) -> Answer:
        """Ask after up to `batch` parcels.

        Args:
            address: where webhooks of this connection are to be posted, for sources that are told.

        Raises:
            ConnectionFailed: the source cannot be used now; nothing was learnt.
        """
        ...


def can_be_asked(tracker: Tracker | None, credentials: Mapping[str, str]) -> bool:
    """Whether a connection with these secrets can be asked.

    A system that also posts by itself may be connected without the key that asking takes; its
    tracker names that secret as `needs`.
    """
    needs = str(getattr(tracker, "needs", ""))
    return tracker is not None and (not needs or bool(credentials.get(needs)))
