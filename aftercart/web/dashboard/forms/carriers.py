"""Saying what a carrier's code means, and whose a parcel is."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from aftercart.delivery.shipments import words
from aftercart.delivery.shipments.carriers import CARRIERS
from aftercart.delivery.shipments.facts import REASONS, STATUSES
from aftercart.web.dashboard.statuses import DELIVERY

# What a scan can say; the rest is said of parcels without a scan, or of codes that are not known.
MEANT = tuple(status for status in STATUSES if status not in ("pending", "unknown"))


def status_choices() -> list[tuple[str, str]]:
    """Every status that a code may mean, in the team's words."""
    return [("", str(_("Nothing: leave it unknown")))] + [
        (status, str(DELIVERY[status].word)) for status in MEANT
    ]


def reason_choices() -> list[tuple[str, str]]:
    """Every reason, in the shopper's words."""
    named = [(reason, words.headline("exception", reason)) for reason in REASONS if reason]
    return [("", str(_("No reason"))), *sorted(named, key=lambda pair: pair[1])]


class CodeForm(forms.Form):
    status = forms.ChoiceField(
        label=_("It means"),
        required=False,
        help_text=_("What the shopper is told from now on, and of the scans that came before."),
    )
    reason = forms.ChoiceField(label=_("Because"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["status"].choices = status_choices()  # type: ignore[attr-defined]
        self.fields["reason"].choices = reason_choices()  # type: ignore[attr-defined]


class CarrierForm(forms.Form):
    """Whose a parcel is."""

    carrier = forms.ChoiceField(label=_("Carrier"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        named = sorted((slug, one.name) for slug, one in CARRIERS.items())
        self.fields["carrier"].choices = sorted(named, key=lambda pair: pair[1].casefold())  # type: ignore[attr-defined]


PERIODS = [
    (1, _("second")),
    (60, _("minute")),
    (3600, _("hour")),
    (86_400, _("day")),
]


class LimitForm(forms.Form):
    """How often a source may be asked, where more or less was arranged with it."""

    requests = forms.IntegerField(
        label=_("Requests"),
        min_value=1,
        max_value=10_000_000,
        required=False,
        help_text=_("What you arranged with the carrier. Empty: what it grants everyone."),
    )
    seconds = forms.TypedChoiceField(label=_("In one"), coerce=int, choices=PERIODS, initial=3600)


class SourceForm(forms.Form):
    """Which source is asked first after a carrier's parcels."""

    connection = forms.TypedChoiceField(label=_("Ask first"), coerce=int)

    def __init__(self, sources: list[tuple[int, str]], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["connection"].choices = sources  # type: ignore[attr-defined]
