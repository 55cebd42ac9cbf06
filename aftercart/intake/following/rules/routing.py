"""Which of a store's sources asks after which parcels. Pure.

There are no rows for it: whichever source is the first that can be used now takes what is due. So
when one fails, the next takes over at once, and gives back when it is there again.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec

ANY = "*"
"""In a merchant's order: for every carrier that is not named."""
SETTING = "following"
"""Under this name a connection's settings hold what a merchant has decided about the asking."""


class Source(msgspec.Struct, frozen=True, kw_only=True):
    """A connection that can be asked.

    Attributes:
        carriers: the slugs that it knows; empty: it asks after parcels of any carrier.
        is_aggregator: it tells what others told it, so that a carrier itself comes before it.
        order: the merchant's wish by carrier: the lower, the earlier.
        is_available: it is neither paused nor broken, nor left in peace after failures.
        behind: how late it asks, since its quota does not suffice, in seconds.
        posts: whether it told news by itself in the last days.
    """

    connection_id: int
    carriers: frozenset[str] = frozenset()
    is_aggregator: bool = False
    order: Mapping[str, int] = {}
    is_available: bool = True
    behind: int = 0
    posts: bool = False

    def knows(self, carrier: str) -> bool:
        """Whether it can be asked after parcels of this carrier; empty: of an unknown one."""
        return not self.carriers or carrier in self.carriers


def order_in(settings: Mapping[str, Any]) -> dict[str, int]:
    """The merchant's wish as a connection's settings hold it."""
    told = _following(settings).get("order")
    if not isinstance(told, dict):
        return {}
    return {str(carrier): place for carrier, place in told.items() if isinstance(place, int)}


def limits_in(settings: Mapping[str, Any]) -> list[list[int]]:
    """The limits that a merchant has arranged with the source: requests and seconds each."""
    told = _following(settings).get("limits")
    if not isinstance(told, list):
        return []
    return [list(pair) for pair in told if _is_limit(pair)]


def _following(settings: Mapping[str, Any]) -> dict[str, Any]:
    told = settings.get(SETTING)
    return told if isinstance(told, dict) else {}


def _is_limit(pair: Any) -> bool:
    if not isinstance(pair, list) or len(pair) != 2:
        return False
    return all(isinstance(number, int) and number > 0 for number in pair)


def ordered(sources: Iterable[Source], carrier: str) -> list[Source]:
    """The sources that know a carrier: as the merchant wishes, else the carrier itself first, then
    aggregators in the merchant's order, then in that in which they were connected."""
    return sorted(
        (one for one in sources if one.knows(carrier)), key=lambda one: _place(one, carrier)
    )


def _place(source: Source, carrier: str) -> tuple[bool, int, bool, int, int]:
    wish = source.order.get(carrier)
    return (
        wish is None,
        wish or 0,
        source.is_aggregator or not source.carriers,
        source.order.get(ANY, 0),
        source.connection_id,
    )


def taken(sources: Sequence[Source], mine: int, carriers: Collection[str]) -> list[str]:
    """Those of the carriers whose parcels the source `mine` asks after now.

    It counts as available: who asks is about to use it, if only to try it again.
    """
    usable = [one for one in sources if one.is_available or one.connection_id == mine]
    firsts = {carrier: next(iter(ordered(usable, carrier)), None) for carrier in carriers}
    return sorted(
        carrier
        for carrier, first in firsts.items()
        if first is not None and first.connection_id == mine
    )


def believed(
    sources: Iterable[Source], carrier: str, pushed_until: datetime | None
) -> datetime | None:
    """Until when news of a carrier's parcels come by themselves, as far as that can be believed.

    A source may say that it posts when nobody has entered our address there: the one that is asked
    is believed while it does.
    """
    asked = next((one for one in ordered(sources, carrier) if one.is_available), None)
    return pushed_until if asked and asked.posts else None


def has_source(sources: Iterable[Source], carrier: str) -> bool:
    """Whether anybody can be asked after parcels of a carrier, now or once it is mended."""
    return any(one.knows(carrier) for one in sources)
