"""What a journey is, and how one enrollment moves through it. Pure; a definition is data."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, time, timedelta
from typing import Any, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec

from aftercart.conversation.messages.facts import Audience, Condition

About = Literal["order", "fulfillment", "shipment", "refund"]


class Filter(msgspec.Struct, frozen=True, kw_only=True):
    """Only events whose data has one of these values under `name`."""

    name: str
    among: tuple[str, ...]


class Trigger(msgspec.Struct, frozen=True, kw_only=True):
    """Which events enroll.

    Attributes:
        about: what may be enrolled only once.
        max_age_hours: news that happened longer ago when we learn of it enrolls nobody.
    """

    events: tuple[str, ...]
    about: About
    filters: tuple[Filter, ...] = ()
    max_age_hours: int = 24


class Wait(msgspec.Struct, frozen=True, kw_only=True, tag="wait", tag_field="do"):
    """Wait some minutes, and then on until a time of day (`HH:MM`) where the order goes."""

    minutes: int = 0
    until: str = ""


class ExitIf(msgspec.Struct, frozen=True, kw_only=True, tag="exit_if", tag_field="do"):
    """Leave out what a condition holds for; where nothing is left, the enrollment ends."""

    condition: Condition


class Send(msgspec.Struct, frozen=True, kw_only=True, tag="send", tag_field="do"):
    """Say something, once for each audience that has an address."""

    template: str
    channel: str = "email"
    to: tuple[Audience, ...] = ("buyer",)


Step = Wait | ExitIf | Send


class Definition(msgspec.Struct, frozen=True, kw_only=True):
    """A journey.

    Attributes:
        gather_minutes: at a step, what of the same order gets there at most this much later is
            taken along, so that it becomes one message.
        ended_by: events of the order that end what is under way.
    """

    trigger: Trigger
    steps: tuple[Step, ...]
    gather_minutes: int = 0
    ended_by: tuple[str, ...] = ()


class Thing(msgspec.Struct, frozen=True, kw_only=True):
    """What is enrolled: a part of an order (`shipment:7`), and when we learned the news of it."""

    name: str
    occurred_at: datetime
    learned_at: datetime
    data: dict[str, Any] = {}


class EnrollmentState(msgspec.Struct, frozen=True, kw_only=True):
    """Where an enrollment stands: the step that is next, and the things that go together."""

    step: int
    things: tuple[Thing, ...]


class Facts(msgspec.Struct, frozen=True, kw_only=True):
    """What is so now: words by name for each thing, and the zone that times of day are meant in."""

    about: Mapping[str, Mapping[str, tuple[str, ...]]] = {}
    time_zone: str = "UTC"


class Say(msgspec.Struct, frozen=True, kw_only=True):
    """The effect of a `Send` step."""

    template: str
    channel: str
    to: tuple[Audience, ...]
    step: int
    things: tuple[Thing, ...]
    unless: tuple[Condition, ...]


class Advance(msgspec.Struct, frozen=True, kw_only=True):
    """What one move leads to.

    Attributes:
        next_state: None when the journey is over.
        due_at: when to move on; None when it is over.
        left_out: why, for each thing that no longer takes part.
    """

    effects: tuple[Say, ...]
    next_state: EnrollmentState | None
    due_at: datetime | None
    left_out: dict[str, str]


def is_old_news(trigger: Trigger, occurred_at: datetime, learned_at: datetime) -> bool:
    """Whether it happened so long before we learned of it that nobody is told any more."""
    return learned_at - occurred_at > timedelta(hours=trigger.max_age_hours)


def is_wanted(trigger: Trigger, kind: str, data: Mapping[str, Any]) -> bool:
    """Whether an event of this kind with this data enrolls."""
    return kind in trigger.events and all(
        str(data.get(wanted.name, "")) in wanted.among for wanted in trigger.filters
    )


def begin(definition: Definition, now: datetime) -> tuple[int, datetime]:
    """The step that a new enrollment starts at, and when it is due."""
    first = definition.steps[0]
    if isinstance(first, Wait) and not first.until:
        return 1, now + timedelta(minutes=first.minutes)
    return 0, now


def advance(definition: Definition, state: EnrollmentState, now: datetime, facts: Facts) -> Advance:
    """Move on until the next wait or the end, asking every condition anew with the facts of now."""
    things, left_out, effects = state.things, dict[str, str](), []
    for number, step in enumerate(definition.steps[state.step :], start=state.step):
        if isinstance(step, ExitIf):
            ended = _ended(step.condition, things, facts)
            left_out |= ended
            things = tuple(thing for thing in things if thing.name not in ended)
        elif isinstance(step, Send):
            effects.append(_say(definition, step, number, things))
        elif (due_at := _end_of(step, now, facts.time_zone)) > now:
            later = EnrollmentState(step=number + 1, things=things)
            return Advance(
                effects=tuple(effects), next_state=later, due_at=due_at, left_out=left_out
            )
        if not things:
            break
    return Advance(effects=tuple(effects), next_state=None, due_at=None, left_out=left_out)


def _ended(condition: Condition, things: Sequence[Thing], facts: Facts) -> dict[str, str]:
    ended = {}
    for thing in things:
        words = facts.about.get(thing.name, {}).get(condition.fact, ())
        if words and set(words) <= set(condition.among):
            ended[thing.name] = condition.reason
    return ended


def _say(definition: Definition, step: Send, number: int, things: tuple[Thing, ...]) -> Say:
    """The conditions go along, since a message may wait for a mail server long after this."""
    unless = tuple(
        earlier.condition for earlier in definition.steps[:number] if isinstance(earlier, ExitIf)
    )
    return Say(
        template=step.template,
        channel=step.channel,
        to=step.to,
        step=number,
        things=things,
        unless=unless,
    )


def _end_of(wait: Wait, now: datetime, time_zone: str) -> datetime:
    earliest = now + timedelta(minutes=wait.minutes)
    if not wait.until:
        return earliest
    zone = _zone(time_zone)
    local = earliest.astimezone(zone)
    moment = datetime.combine(local.date(), time.fromisoformat(wait.until), zone)
    if moment < local:
        moment = datetime.combine(
            local.date() + timedelta(days=1), time.fromisoformat(wait.until), zone
        )
    # Through UTC and back: a time of day that the clocks skip becomes the moment after the gap.
    return max(earliest, moment.astimezone(UTC))


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return ZoneInfo("UTC")
