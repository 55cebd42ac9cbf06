"""Days, hours and spans of time in words: gettext for the sentences, CLDR for days and times."""

from datetime import time

from babel import Locale
from babel.dates import format_interval
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from aftercart.conversation.pages import writing
from aftercart.conversation.pages.rules.reading import Ago, Day
from aftercart.conversation.pages.rules.views import Window


class Times:
    """Times in the language that is active, as they are written in one country."""

    def __init__(self, locale: Locale) -> None:
        self.locale = locale

    def date(self, day: Day) -> str:
        """The whole day: "Thursday, 26 November"."""
        return writing.full_date(day.date, self.locale, with_year=day.with_year)

    def short_date(self, day: Day) -> str:
        """The day for narrow places: "26 Nov"."""
        return writing.short_date(day.date, self.locale, with_year=day.with_year)

    def day(self, day: Day) -> str:
        """The day by its relation to today where it has one: "tomorrow"."""
        relations = {
            "yesterday": _("yesterday"),
            "today": _("today"),
            "tomorrow": _("tomorrow"),
        }
        return relations.get(day.relation) or self.date(day)

    def on_day(self, day: Day) -> str:
        """The day as a sentence needs it: "tomorrow", "on Thursday, 26 November"."""
        if day.relation:
            return self.day(day)
        return _("on %(day)s") % {"day": self.date(day)}

    def days(self, first: Day, last: Day) -> str:
        """A range of days: "Thu 26 – Sat 28 Nov"."""
        skeleton = "yMMMEd" if first.with_year or last.with_year else "MMMEd"
        return str(format_interval(first.date, last.date, skeleton, locale=self.locale))

    def clock(self, moment: time) -> str:
        return writing.clock(moment, self.locale)

    def window(self, window: Window) -> str:
        if window.begins is None:
            return _("by %(end)s") % {"end": self.clock(window.ends)}
        return _("between %(begin)s and %(end)s") % {
            "begin": self.clock(window.begins),
            "end": self.clock(window.ends),
        }

    def ago(self, ago: Ago) -> str:
        count = {"count": ago.count}
        if ago.unit == "minutes":
            return ngettext("%(count)d minute ago", "%(count)d minutes ago", ago.count) % count
        if ago.unit == "hours":
            return ngettext("%(count)d hour ago", "%(count)d hours ago", ago.count) % count
        if ago.unit == "days":
            return ngettext("%(count)d day ago", "%(count)d days ago", ago.count) % count
        return _("just now")
