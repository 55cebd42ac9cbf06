"""Uploading a file of orders, parcels or scans."""

from zoneinfo import available_timezones

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from aftercart.intake.importing import Options

KINDS = [
    ("", _("Tell by its columns")),
    ("orders", _("Orders")),
    ("shipments", _("Parcels with tracking numbers")),
    ("tracking", _("Scans of parcels")),
]
DATE_FORMATS = [
    ("iso", _("2026-12-31, or with dots: 31.12.2026")),
    ("day_first", _("31/12/2026")),
    ("month_first", _("12/31/2026")),
]


class UploadForm(forms.Form):
    file = forms.FileField(
        label=_("CSV file"),
        help_text=_("Up to 100 MB. You see what it holds before anything is imported."),
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.txt,.tsv,text/csv"}),
    )
    kind = forms.ChoiceField(label=_("It holds"), choices=KINDS, required=False)
    date_format = forms.ChoiceField(
        label=_("Dates with slashes are written"), choices=DATE_FORMATS, initial="iso"
    )
    time_zone = forms.CharField(
        label=_("Time zone of its times"),
        required=False,
        max_length=64,
        help_text=_("Where a time has no offset. Empty means the store's zone."),
        widget=forms.TextInput(attrs={"list": "zones", "autocomplete": "off"}),
    )

    def clean_time_zone(self) -> str:
        zone = str(self.cleaned_data["time_zone"]).strip()
        if zone and zone not in available_timezones():
            raise ValidationError(_("Choose a zone from the list, such as Europe/Berlin."))
        return zone

    def options(self) -> Options:
        """What the person said about the file."""
        given = self.cleaned_data
        return Options(
            kind=given["kind"], date_format=given["date_format"], time_zone=given["time_zone"]
        )
