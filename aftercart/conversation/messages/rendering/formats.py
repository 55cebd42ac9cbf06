"""Days, times and amounts in the reader's own way of writing them."""

import re
from datetime import date, datetime, time
from decimal import Decimal, InvalidOperation
from zoneinfo import ZoneInfo

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_time
from babel.numbers import format_currency, format_decimal
from django.conf import settings
from django.utils import translation

from aftercart.conversation.pages.rules.reading import local, zone_named
from aftercart.core.money import minor_digits

# The year in a long date, with what belongs to it: " 'de' y", "y年", "y 'г'."
YEAR = re.compile(r"(?:\s*'de')?[,\s]*y+(?:\s*'г'\.|[年년.])?")


class Formats:
    """How one reader writes days, times and amounts.

    The language is one that we have texts in; the way of writing is the reader's own where it is of
    the same language, so that an American reads "November 26" and a Briton "26 November".
    """

    def __init__(self, locale: str, time_zone: str, now: datetime) -> None:
        self.language = _language(locale)
        self.locale = _locale(locale, self.language)
        self.zone: ZoneInfo = zone_named(time_zone)
        self.today = local(now, self.zone).date()

    def day(self, day: date) -> str:
        """A day with its weekday before it, and its year where it is another one."""
        pattern = (
            "EEEE, d MMMM y" if self._is_plain_english else self.locale.date_formats["full"].pattern
        )
        if not self._is_far(day):
            pattern = YEAR.sub("", pattern).strip(" ,")
        return str(format_date(day, pattern, locale=self.locale))

    @property
    def _is_plain_english(self) -> bool:
        """English of no country, for which the design says "Thursday, 26 November" and "14:00"."""
        return str(self.locale) == "en"

    def day_of(self, moment: datetime) -> str:
        return self.day(local(moment, self.zone).date())

    def date_of(self, moment: datetime) -> date:
        return local(moment, self.zone).date()

    def is_today(self, moment: datetime) -> bool:
        return self.date_of(moment) == self.today

    def clock(self, moment: datetime | time) -> str:
        """A time of day in the destination's zone."""
        at = local(moment, self.zone).time() if isinstance(moment, datetime) else moment
        if self._is_plain_english:
            return f"{at:%H:%M}"
        return str(format_time(at, "short", locale=self.locale))

    def money(self, amount: Decimal, currency: str) -> str:
        """An amount in its currency; with the bare code where nobody knows the currency."""
        try:
            return str(format_currency(amount, currency, locale=self.locale))
        except (ValueError, InvalidOperation, KeyError):
            return f"{amount:.{minor_digits(currency)}f} {currency}".strip()

    def country(self, code: str) -> str:
        """The country's name for its code (ISO 3166-1 alpha-2)."""
        return str(self.locale.territories.get(code.upper(), code))

    def number(self, value: int) -> str:
        return str(format_decimal(value, locale=self.locale))

    def _is_far(self, day: date) -> bool:
        return day.year != self.today.year and abs((day - self.today).days) > 60


def _language(tag: str) -> str:
    try:
        return translation.get_supported_language_variant(tag or settings.LANGUAGE_CODE)
    except LookupError:
        return settings.LANGUAGE_CODE


def _locale(tag: str, language: str) -> Locale:
    for candidate in (tag, language):
        try:
            found = Locale.parse(candidate.replace("_", "-"), sep="-")
        except (UnknownLocaleError, ValueError, TypeError):
            continue
        if found.language == language.partition("-")[0]:
            return found
    return Locale("en")
