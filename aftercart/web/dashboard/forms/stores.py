"""Making a store and changing its settings."""

from zoneinfo import available_timezones

from babel.numbers import list_currencies
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

COMMON_CURRENCIES = ("USD", "EUR", "GBP", "CAD", "AUD", "CHF", "SEK", "NOK", "DKK", "PLN", "JPY")


def zone_choices() -> list[str]:
    """The time zones that people know by a place."""
    return sorted(zone for zone in available_timezones() if "/" in zone and "Etc" not in zone)


class ZoneField(forms.CharField):
    """A time zone by its IANA name; the page suggests those that there are."""

    def clean(self, value: str) -> str:
        name = str(super().clean(value)).strip()
        if name not in available_timezones():
            raise ValidationError(_("Choose a zone from the list, such as Europe/Berlin."))
        return name


class CurrencyField(forms.CharField):
    """A currency by its ISO 4217 code."""

    def clean(self, value: str) -> str:
        code = str(super().clean(value)).strip().upper()
        if code not in list_currencies():
            raise ValidationError(_("Enter a currency's three letters, such as EUR."))
        return code


class StoreForm(forms.Form):
    """What a store is known by."""

    name = forms.CharField(
        label=_("Name"), max_length=150, help_text=_("As your customers know it.")
    )
    time_zone = ZoneField(
        label=_("Time zone"),
        max_length=64,
        help_text=_("Days and times in the dashboard are in this zone."),
        widget=forms.TextInput(attrs={"list": "zones", "autocomplete": "off"}),
    )
    currency = CurrencyField(
        label=_("Currency"),
        max_length=3,
        widget=forms.TextInput(attrs={"list": "currencies", "autocomplete": "off", "size": 3}),
    )


class NewStoreForm(StoreForm):
    slug = forms.SlugField(
        label=_("Short name"),
        max_length=60,
        help_text=_(
            "Small letters, digits and hyphens. It stays as it is, since addresses use it."
        ),
    )
    field_order = ("name", "slug", "time_zone", "currency")

    def clean_slug(self) -> str:
        return str(self.cleaned_data["slug"]).lower()


class StoreSettingsForm(StoreForm):
    shop_url = forms.URLField(
        label=_("Shop"),
        required=False,
        assume_scheme="https",
        help_text=_("Where customers buy. Your pages and mails link to it."),
    )
    contact_email = forms.EmailField(
        label=_("Contact address"),
        required=False,
        help_text=_("Where customers write when something is wrong."),
    )
    contact_url = forms.URLField(
        label=_("Contact page"),
        required=False,
        assume_scheme="https",
        help_text=_("Shown instead of the address where you have one."),
    )
