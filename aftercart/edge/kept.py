"""Things kept in memory, the ones used last, as long as they fit."""

from collections import OrderedDict
from typing import Generic, TypeVar

Thing = TypeVar("Thing")

MOST_BYTES = 24 * 1024 * 1024


class KeptBytes(Generic[Thing]):
    """A cache bounded by bytes; what was not used for longest goes first."""

    def __init__(self, most: int = MOST_BYTES) -> None:
        self.most = most
        self.size = 0
        self._things: OrderedDict[str, tuple[Thing, int]] = OrderedDict()

    def get(self, key: str) -> Thing | None:
        """What is kept under the key, if it still is."""
        held = self._things.get(key)
        if held is None:
            return None
        self._things.move_to_end(key)
        return held[0]

    def put(self, key: str, thing: Thing, size: int) -> None:
        """Keep it, and let go of what no longer fits. `size` is in bytes."""
        before = self._things.pop(key, None)
        self.size += size - (before[1] if before else 0)
        self._things[key] = (thing, size)
        while self.size > self.most and len(self._things) > 1:
            _, (_, gone) = self._things.popitem(last=False)
            self.size -= gone
