"""Whether the shopper knows it already: what was said, or will be, about the same thing. Pure."""

from collections.abc import Sequence

import msgspec

from aftercart.conversation.journeys.rules import Thing
from aftercart.conversation.messages.queries import Said
from aftercart.conversation.messages.rules import parcels_of
from aftercart.conversation.pages.facts import OrderSnapshot


class Waiting(msgspec.Struct, frozen=True, kw_only=True):
    """Another enrollment of the order that is under way, in the journey that sends `template`."""

    template: str
    thing: str


def told(
    snapshot: OrderSnapshot, thing: Thing, said: Sequence[Said], waiting: Sequence[Waiting]
) -> dict[str, tuple[str, ...]]:
    """For each template `told.<template>`: `since` if it was planned after we learned the news,
    `waiting` if it will be. What was said before the news counts for nothing.
    """
    facts: dict[str, tuple[str, ...]] = {
        f"told.{other.template}": ("waiting",)
        for other in waiting
        if _covers(snapshot, (other.thing,), thing.name)
    }
    for message in said:
        if message.planned_at > thing.learned_at and _covers(snapshot, message.things, thing.name):
            facts[f"told.{message.template}"] = ("since",)
    return facts


def _covers(snapshot: OrderSnapshot, told_of: Sequence[str], name: str) -> bool:
    """Whether something said of some things says it of this one too."""
    if not told_of or any(other.startswith("order:") for other in told_of) or name in told_of:
        return True
    own = {parcel.shipment_id for parcel in parcels_of(snapshot, name)}
    others = {p.shipment_id for other in told_of for p in parcels_of(snapshot, other)}
    return bool(own) and own <= others
