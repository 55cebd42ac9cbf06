"""Which enrollments go on together: those of an order that stand at the same step of a journey.

The rows are locked, and read again after the lock: of two workers that hold leases on two parcels
of one order, the first takes both along and the second finds nothing left to do.
"""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from uuid import UUID

import msgspec

from aftercart.conversation.journeys import queries
from aftercart.conversation.journeys.rules import Definition, EnrollmentState, Send, Thing
from aftercart.conversation.journeys.told import Waiting
from aftercart.core import sql

GroupKey = tuple[int, int]
"""A store and an order."""


class Enrolled(msgspec.Struct, frozen=True, kw_only=True):
    """An active enrollment, as it was read under its lock."""

    id: int
    store_id: int
    order_id: int
    journey_id: int
    version_id: int
    key: str
    active: bool
    step: int
    due_at: datetime | None
    lease: UUID | None
    thing: Thing
    definition: Definition

    def waits_for(self) -> list[Waiting]:
        """What the shopper is about to be told by it."""
        return [
            Waiting(template=step.template, thing=self.thing.name)
            for step in self.definition.steps[self.step :]
            if isinstance(step, Send)
        ]


class Group(msgspec.Struct, frozen=True, kw_only=True):
    """Enrollments that go on as one, and the others of the same order that are under way."""

    members: tuple[Enrolled, ...]
    others: tuple[Enrolled, ...]

    @property
    def first(self) -> Enrolled:
        return self.members[0]

    @property
    def order(self) -> GroupKey:
        return self.first.store_id, self.first.order_id

    @property
    def state(self) -> EnrollmentState:
        things = tuple(member.thing for member in self.members)
        return EnrollmentState(step=self.first.step, things=things)


def locked(orders: Collection[GroupKey]) -> list[Enrolled]:
    """Every active enrollment of these orders, locked until the transaction ends."""
    pairs = sorted(orders)
    rows = sql.fetch(
        """
        SELECT enrollment.id, enrollment.store_id, enrollment.order_id, enrollment.journey_id,
               enrollment.version_id, enrollment.step, enrollment.due_at, enrollment.lease,
               enrollment.context::text AS context, journey.key, journey.active
        FROM journeys_enrollment AS enrollment
        JOIN unnest(%s::bigint[], %s::bigint[]) AS asked(store_id, order_id)
          ON enrollment.store_id = asked.store_id AND enrollment.order_id = asked.order_id
        JOIN journeys_journey AS journey
          ON journey.store_id = enrollment.store_id AND journey.id = enrollment.journey_id
        WHERE enrollment.state = 'active'
        ORDER BY enrollment.store_id, enrollment.id FOR UPDATE OF enrollment
        """,
        [[store_id for store_id, _ in pairs], [order_id for _, order_id in pairs]],
    )
    known = queries.definitions((row["store_id"], row["version_id"]) for row in rows)
    return [
        Enrolled(
            **{name: value for name, value in row.items() if name != "context"},
            thing=msgspec.json.decode(row["context"], type=Thing),
            definition=known[row["store_id"], row["version_id"]],
        )
        for row in rows
    ]


def grouped(enrolled: Sequence[Enrolled], lease: UUID, now: datetime) -> list[Group]:
    """The groups that have a member under our lease, by when their news happened."""
    by_order: dict[GroupKey, list[Enrolled]] = defaultdict(list)
    for one in enrolled:
        by_order[one.store_id, one.order_id].append(one)
    groups = [group for rows in by_order.values() for group in _of_order(rows, lease, now)]
    return sorted(groups, key=lambda group: group.first.thing.occurred_at)


def _of_order(rows: Sequence[Enrolled], lease: UUID, now: datetime) -> list[Group]:
    groups, taken = [], set[int]()
    for row in rows:
        if row.lease != lease or row.id in taken:
            continue
        members = tuple(other for other in rows if other is row or _goes_along(row, other, now))
        taken |= {member.id for member in members}
        others = tuple(other for other in rows if other not in members)
        groups.append(Group(members=members, others=others))
    return groups


def _goes_along(row: Enrolled, other: Enrolled, now: datetime) -> bool:
    """A leased row is due, whoever holds it; its own `due_at` is the end of the lease."""
    if not row.definition.gather_minutes:
        return False
    if (row.version_id, row.step) != (other.version_id, other.step):
        return False
    soon = now + timedelta(minutes=row.definition.gather_minutes)
    return other.lease is not None or (other.due_at is not None and other.due_at <= soon)
