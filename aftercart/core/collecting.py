"""Garbage collection for processes that work through batches."""

import gc

MANY = 20_000
"""Objects made since the last collection that start one. A batch makes tens of thousands, and
nearly all go with their last reference: to look for circles among them after every 700, as Python
does, costs a third of a worker's time."""


def settle_down() -> None:
    """Call when a process has loaded its code: what is there now is never looked at again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(MANY, 20, 100)
