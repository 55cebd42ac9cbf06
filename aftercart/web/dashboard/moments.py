"""Times and amounts as the team reads them: short, with the whole truth on hover."""

from datetime import date, datetime, timedelta
from decimal import Decimal

from babel.core import Locale, UnknownLocaleError
from babel.numbers import UnknownCurrencyError, format_currency
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from aftercart.core import clock

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
AGO_UNTIL = timedelta(days=7)


def short(moment: datetime) -> str:
    """The time where it is today, the day where it is this year, else the date."""
    there, today = timezone.localtime(moment), timezone.localtime(clock.now())
    if there.date() == today.date():
        return date_format(there, "H:i")
    return short_date(there.date(), today.date())


def day_and_time(moment: datetime) -> str:
    """The day and the time, without the day where it is today."""
    there, today = timezone.localtime(moment), timezone.localtime(clock.now())
    clock_time = date_format(there, "H:i")
    if there.date() == today.date():
        return clock_time
    return f"{short_date(there.date(), today.date())}, {clock_time}"


def short_date(day: date, today: date | None = None) -> str:
    """The day, with its year where it is another one than this."""
    today = today or timezone.localtime(clock.now()).date()
    return date_format(day, "j M" if day.year == today.year else "j M Y")


def full_date(day: date) -> str:
    """The day with its weekday and its year."""
    return date_format(day, "l, j F Y")


def full(moment: datetime) -> str:
    """Everything there is to say about when: weekday, date, time, zone."""
    there = timezone.localtime(moment)
    return f"{date_format(there, 'l, j F Y, H:i')} ({timezone.get_current_timezone_name()})"


def ago(moment: datetime) -> str:
    """How long ago, or in how long; a date where that is more than a week."""
    apart = clock.now() - moment
    if abs(apart) >= AGO_UNTIL:
        return short(moment)
    if abs(apart) < MINUTE:
        return _("just now")
    length = span(abs(apart))
    return _("%s ago") % length if apart > timedelta(0) else _("in %s") % length


def span(length: timedelta) -> str:
    """A length of time in its largest unit."""
    if length < HOUR:
        minutes = length // MINUTE
        return ngettext("%d minute", "%d minutes", minutes) % minutes
    if length < DAY:
        hours = length // HOUR
        return ngettext("%d hour", "%d hours", hours) % hours
    days = length // DAY
    return ngettext("%d day", "%d days", days) % days


def told(moment: datetime, shown: str) -> SafeString:
    """A short time, with the full one on hover."""
    return time_element(moment.isoformat(), full(moment), shown)


def time_element(machine: str, full_text: str, shown: str) -> SafeString:
    """The element that carries a moment for machines, on hover, and in short."""
    return format_html('<time datetime="{}" title="{}">{}</time>', machine, full_text, shown)


def country(code: str) -> str:
    """A country's name in the reader's language; a code that nobody knows stays as it is."""
    language = (get_language() or "en").replace("-", "_")
    return str(Locale.parse(language).territories.get(code.upper(), code))


def money(amount: Decimal | None, currency: str) -> str:
    """An amount with its currency as the reader's language writes it."""
    if amount is None:
        return ""
    language = (get_language() or "en").replace("-", "_")
    try:
        return format_currency(amount, currency, locale=language)
    except (UnknownCurrencyError, UnknownLocaleError, ValueError):
        return f"{amount:.2f} {currency}"
