"""How days, times and amounts are written: the language of the page, the customs of the country.

CLDR's own patterns (through babel), but day and month in full without the year, for which CLDR has
no pattern in most locales: it is cut out of the full one.
"""

import re
from datetime import date, time
from decimal import Decimal
from functools import lru_cache

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_skeleton, format_time
from babel.numbers import format_currency
from django.conf import settings
from django.utils.translation import get_supported_language_variant

from aftercart.core.money import minor_digits

# A language without a country is written as most of the world writes it: for English the day
# before the month, and 24 hours.
INTERNATIONAL = {"en": "en_150"}
YEAR_AT_THE_END = re.compile(r"[,\s]*('[^']*'\s*)?y+[^MdE]*$")
YEAR_AT_THE_START = re.compile(r"^y+[^MdE]*")


def language_for(*tags: str) -> str:
    """The first of the wanted languages that we have texts in, else the installation's own."""
    for tag in tags:
        try:
            return get_supported_language_variant(tag.replace("_", "-") or "-")
        except LookupError:
            continue
    return settings.LANGUAGE_CODE


@lru_cache(maxsize=500)
def locale_for(language: str, country: str) -> Locale:
    """The locale of a language as it is written in a country (ISO 3166-1 alpha-2)."""
    base = language.partition("-")[0]
    for name in (f"{base}_{country.upper()}", INTERNATIONAL.get(base, base)):
        try:
            return Locale.parse(name)
        except (UnknownLocaleError, ValueError):
            continue
    return Locale.parse(INTERNATIONAL["en"])


def country_of(tag: str) -> str:
    """The country in a language tag: `US` of `en-US`, empty where there is none."""
    parts = tag.replace("_", "-").split("-")
    return next((part.upper() for part in parts[1:] if len(part) == 2 and part.isalpha()), "")


@lru_cache(maxsize=5000)
def full_date(day: date, locale: Locale, *, with_year: bool) -> str:
    """A day with its weekday before it: "Thursday, 26 November"."""
    pattern = "full" if with_year else _without_year(locale)
    return str(format_date(day, pattern, locale=locale))


@lru_cache(maxsize=5000)
def short_date(day: date, locale: Locale, *, with_year: bool) -> str:
    """A day for narrow places: "26 Nov"."""
    return str(format_skeleton("yMMMd" if with_year else "MMMd", day, locale=locale))


@lru_cache(maxsize=5000)
def clock(moment: time, locale: Locale) -> str:
    """A time of day."""
    return str(format_time(moment, "short", locale=locale))


def amount(value: Decimal, currency: str, locale: Locale) -> str:
    """Money as it is written there; with the bare code where nobody knows the currency."""
    if len(currency) != 3 or not currency.isalpha():
        return f"{value:.{minor_digits(currency)}f}"
    return str(format_currency(value, currency.upper(), locale=locale))


@lru_cache(maxsize=500)
def _without_year(locale: Locale) -> str:
    full = locale.date_formats["full"].pattern
    for place_of_year in (YEAR_AT_THE_END, YEAR_AT_THE_START):
        pattern = place_of_year.sub("", full)
        if "y" not in pattern:
            return str(pattern)
    return str(full)
