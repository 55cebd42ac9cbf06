"""Days, times and amounts for one reader, written as they are on the order's page."""

from datetime import date, datetime, time
from decimal import Decimal
from zoneinfo import ZoneInfo

from babel.numbers import format_decimal

from aftercart.conversation.pages import writing
from aftercart.conversation.pages.facts import OrderSnapshot
from aftercart.conversation.pages.rules.reading import (
    DAYS_WITHOUT_YEAR,
    local,
    zone_named,
)


class Formats:
    """How the reader of an order's mails writes. `today` is the destination's."""

    def __init__(self, order: OrderSnapshot) -> None:
        country = writing.country_of(order.locale) or order.shipping_country
        self.language = writing.language_for(order.locale)
        self.locale = writing.locale_for(self.language, country)
        self.zone: ZoneInfo = zone_named(order.time_zone)
        self.today = local(order.taken_at, self.zone).date()

    def day(self, day: date) -> str:
        """A day with its weekday before it, and its year where it is far off."""
        far = abs((day - self.today).days) > DAYS_WITHOUT_YEAR
        return writing.full_date(day, self.locale, with_year=far)

    def day_of(self, moment: datetime) -> str:
        return self.day(self.date_of(moment))

    def date_of(self, moment: datetime) -> date:
        return local(moment, self.zone).date()

    def is_today(self, moment: datetime) -> bool:
        return self.date_of(moment) == self.today

    def clock(self, moment: time) -> str:
        return writing.clock(moment, self.locale)

    def money(self, amount: Decimal, currency: str) -> str:
        return writing.amount(amount, currency, self.locale)

    def number(self, value: int) -> str:
        return str(format_decimal(value, locale=self.locale))

    def country(self, code: str) -> str:
        """The country's name for its code (ISO 3166-1 alpha-2)."""
        return str(self.locale.territories.get(code.upper(), code))
