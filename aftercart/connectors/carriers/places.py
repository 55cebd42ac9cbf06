"""Countries as carriers write them: alpha-2, alpha-3, or by an English or own name."""

import re
import unicodedata
from functools import cache, lru_cache

from babel import Locale
from babel.core import get_global

from aftercart.connectors.reading import plain, text
from aftercart.delivery.shipments.facts import PlaceFact

LANGUAGES = ("en", "de", "fr", "es", "pt", "nl", "it")
# Names that CLDR does not list, and carriers use.
OTHER_NAMES = {
    "usa": "US",
    "unitedstatesofamerica": "US",
    "us": "US",
    "uk": "GB",
    "greatbritain": "GB",
    "england": "GB",
    "scotland": "GB",
    "wales": "GB",
    "northernireland": "GB",
    "unitedkingdomofgreatbritainandnorthernireland": "GB",
    "korea": "KR",
    "republicofkorea": "KR",
    "korearepublicof": "KR",
    "koreasouth": "KR",
    "peoplesrepublicofchina": "CN",
    "chinamainland": "CN",
    "hongkong": "HK",
    "macau": "MO",
    "macao": "MO",
    "taiwan": "TW",
    "czechrepublic": "CZ",
    "holland": "NL",
    "thenetherlands": "NL",
    "russianfederation": "RU",
    "vietnam": "VN",
    "ivorycoast": "CI",
    "turkey": "TR",
    "uae": "AE",
}


@lru_cache(2048)
def country_code(value: str | None) -> str:
    """ISO 3166-1 alpha-2 of a country by code or name; empty where it is none that we know."""
    said = text(value, 60)
    code = said.upper()
    if len(code) == 2 and code.isascii() and code.isalpha():
        return "GB" if code == "UK" else code
    if len(code) == 3 and code in _alpha_2():
        return _alpha_2()[code]
    return _names().get(_key(said), "")


# Codes of states and provinces that are also codes of countries, or look like them.
_REGIONS = re.compile(
    r"A[BKLRZ]|BC|C[AOT]|D[CE]|FL|GA|HI|I[ADLN]|K[SY]|LA|M[ABDEINOST]|N[BCDEHJLMSTUVY]|O[HKNR]|"
    r"P[AER]|QC|RI|S[ACDK]|T[NX]|UT|V[AT]|W[AIVY]|YT"
)


@lru_cache(4096)
def written(value: str | None) -> PlaceFact:
    """A place that was written in one line, as far as it can be told apart with certainty.

    >>> written("Anchorage, AK, US").country, written("Los Angeles, CA").country
    ('US', '')
    """
    said = plain(value, 120)
    parts = [part.strip() for part in said.split(",") if part.strip()]
    if not parts:
        return PlaceFact()
    country = _last_country(parts[-1], is_certain=len(parts) != 2)
    rest = parts[:-1] if country else []
    if not country or len(rest) > 2:
        return PlaceFact(city=said, country=country)
    city = rest[0] if rest else ""
    return PlaceFact(city=city, region=rest[1] if len(rest) == 2 else "", country=country)


def _last_country(part: str, *, is_certain: bool) -> str:
    """The country, unless it may as well be a state."""
    if len(part) == 2:
        is_country = part in Locale.parse("en").territories
        return part if is_country and (is_certain or not _REGIONS.fullmatch(part)) else ""
    return _alpha_2().get(part, "") or _names().get(_key(part), "")


@cache
def _alpha_2() -> dict[str, str]:
    """Alpha-2 codes by alpha-3, as CLDR lists them among its aliases."""
    return {
        long: short[0]
        for long, short in get_global("territory_aliases").items()
        if len(long) == 3 and long.isalpha() and len(short) == 1
    }


@cache
def _names() -> dict[str, str]:
    known = dict(OTHER_NAMES)
    for language in LANGUAGES:
        for code, name in Locale.parse(language).territories.items():
            if len(code) == 2 and code.isalpha():
                known.setdefault(_key(name), code)
    known.pop("", None)
    return known


def _key(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name.casefold())
    return "".join(letter for letter in plain if letter.isalnum())
