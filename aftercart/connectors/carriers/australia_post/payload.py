"""The parts of Australia Post's reply that we read. Every field may be missing or null."""

import msgspec

from aftercart.connectors.reading import Text


class Event(msgspec.Struct):
    location: Text | None = None
    description: Text | None = None
    date: Text | None = None


class Problem(msgspec.Struct):
    code: Text | None = None
    name: Text | None = None
    message: Text | None = None


class Article(msgspec.Struct):
    article_id: Text | None = None
    product_type: Text | None = None
    status: Text | None = None
    events: list[Event] | None = None


class Trackable(Article):
    """An article, or a consignment with its articles in `items`."""

    consignment_id: Text | None = None
    items: list[Article] | None = None


class Result(msgspec.Struct):
    tracking_id: Text | None = None
    status: Text | None = None
    errors: list[Problem] | None = None
    trackable_items: list[Trackable] | None = None


class Body(msgspec.Struct):
    tracking_results: list[Result] | None = None
    errors: list[Problem] | None = None
