"""Places as DHL Express writes them: `NEW YORK CITY GATEWAY,NY-USA`, `Barcelona - Spain`. Pure."""

import re
from functools import lru_cache

from aftercart.connectors.carriers.places import country_code
from aftercart.connectors.reading import plain
from aftercart.delivery.shipments.facts import PlaceFact

# `Netherlands, The`
ARTICLE = re.compile(r",? the$", re.IGNORECASE)
REGION = re.compile(r"(?P<city>.+?), ?(?P<region>[A-Z]{2,3})")


@lru_cache(4096)
def place(written: str | None) -> PlaceFact:
    """City, region and country of a service area; a text without a country is a city."""
    said = plain(written, 200)
    left, dash, right = said.rpartition("-")
    country = country_code(ARTICLE.sub("", right.strip())) if dash else ""
    if not country:
        country, left = country_code(said), "" if country_code(said) else said
    within = REGION.fullmatch(left.strip())
    if within:
        return PlaceFact(city=within["city"][:120], region=within["region"], country=country)
    return PlaceFact(city=left.strip(" ,-")[:120], country=country)
