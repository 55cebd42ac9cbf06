"""Which state of a product wins, and what of it is shown."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from aftercart.commerce.catalog.facts import ProductFact

SHOWN = ("title", "handle", "url", "image_url", "deleted_at")


def wins(fact: ProductFact, stored: Mapping[str, Any]) -> bool:
    """Whether the fact is as new as what is stored, or newer.

    A shop that names no time is believed. What a shop said before it deleted a product does not
    bring the product back, however late it arrives.
    """
    if fact.updated_at is None:
        return True
    known: tuple[datetime | None, ...] = (stored["source_updated_at"], stored["deleted_at"])
    return all(moment is None or fact.updated_at >= moment for moment in known)


def newer(left: ProductFact, right: ProductFact) -> ProductFact:
    """The later told of two facts about one product; `right` where their times do not say."""
    if left.updated_at and right.updated_at:
        return left if left.updated_at > right.updated_at else right
    return right


def shows_a_change(before: Mapping[str, Any], after: Mapping[str, Any]) -> bool:
    """Whether anything that a page or a mail shows of the product differs."""
    return any(before[name] != after[name] for name in SHOWN)
