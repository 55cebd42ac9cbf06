"""Replies of Australia Post's tracking API to facts. Pure."""

import re
from collections.abc import Iterator
from typing import Any

from aftercart.connectors.base import ParseError
from aftercart.connectors.carriers import moments
from aftercart.connectors.carriers.australia_post import codes, payload
from aftercart.connectors.carriers.places import country_code
from aftercart.connectors.reading import decoder, plain, required, text
from aftercart.delivery.shipments.facts import PlaceFact, ScanFact, TrackingFact

AUSTRALIAN = re.compile(r"(?P<city>.+?),? (?P<region>NSW|VIC|QLD|SA|WA|TAS|NT|ACT)\b")
ABROAD = re.compile(
    r"(?:(?P<city>.*?)[ ,]*)?\((?P<code>[A-Z]{2})\)|(?:[A-Z]{2}-\d+)?,? *(?P<name>.+)"
)

_body = decoder(payload.Body)


def parse(body: bytes) -> list[Any]:
    """A fact for each number that Australia Post knows; a consignment tells of all its articles.

    Raises:
        ParseError: the reply is an error and nothing else, or cannot be read; it names the field.
    """
    raw = _body(body)
    for problem in raw.errors or []:
        raise ParseError("errors[0]", words(problem))
    results = required(raw.tracking_results, "tracking_results")
    known = [(index, one) for index, one in enumerate(results) if not one.errors]
    if results and not known:
        problem = (results[0].errors or [payload.Problem()])[0]
        raise ParseError("error", words(problem))
    return [_tracking(one, f"tracking_results[{index}].") for index, one in known]


def words(problem: payload.Problem) -> str:
    """The words of an error, else its name or code."""
    said = plain(problem.message, 300) or plain(problem.name, 300) or text(problem.code, 60)
    return said or "Australia Post reports an error"


def _tracking(raw: payload.Result, field: str) -> TrackingFact:
    articles = list(_articles(raw))
    told = (scan for place, article in articles for scan in _scans(article, field + place))
    return TrackingFact(
        number=required(text(raw.tracking_id, 100), f"{field}tracking_id"),
        carrier="australia_post",
        scans=tuple(dict.fromkeys(told)),
        service=next((said for _, one in articles if (said := plain(one.product_type, 120))), ""),
    )


def _articles(raw: payload.Result) -> Iterator[tuple[str, payload.Article]]:
    for index, trackable in enumerate(raw.trackable_items or []):
        place = f"trackable_items[{index}]."
        if trackable.events:
            yield place, trackable
        for inner, article in enumerate(trackable.items or []):
            yield f"{place}items[{inner}].", article


def _scans(raw: payload.Article, field: str) -> Iterator[ScanFact]:
    for index, event in enumerate(raw.events or []):
        yield _scan(event, f"{field}events[{index}].")


def _scan(raw: payload.Event, field: str) -> ScanFact:
    told, place = plain(raw.description, 1000), _place(plain(raw.location, 160))
    status, reason, by_text = codes.said(told)
    at = required(text(raw.date, 40), f"{field}date")
    when = moments.read(at, f"{field}date", place)
    return ScanFact(
        occurred_at=when.occurred_at,
        status=status,
        reason=reason,
        zone_known=when.zone_known,
        utc_offset_minutes=when.utc_offset_minutes,
        text=told,
        by_text=by_text,
        place=place,
    )


def _place(said: str) -> PlaceFact:
    """`KEW VIC`, `NZ`, `CHICAGO (US)`, `US-60199, UNITED STATES`; "Transit Scan" is no place."""
    if not said or said.casefold() == "transit scan":
        return PlaceFact()
    at_home = AUSTRALIAN.match(said)
    if at_home:
        return PlaceFact(city=at_home["city"][:120], region=at_home["region"], country="AU")
    abroad = ABROAD.fullmatch(said)
    if abroad and abroad["code"]:
        return PlaceFact(city=(abroad["city"] or "")[:120], country=country_code(abroad["code"]))
    country = country_code(abroad["name"] if abroad else said)
    return PlaceFact(country=country) if country else PlaceFact(city=said[:120])
