"""The filters of the list of orders, read from the address so that a view can be shared."""

from datetime import date
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from aftercart.web.dashboard.queries.finding import LONGEST_TEXT
from aftercart.web.dashboard.queries.orders import Filters
from aftercart.web.dashboard.statuses import DELIVERY, FULFILLMENT

DELIVERY_CHOICES = [
    ("", _("Any delivery status")),
    (
        _("Together"),
        [
            ("attention", _("Needs a look")),
            ("not_shipped", _("Not shipped")),
            ("packed", _("Packed")),
            ("travelling", _("Travelling")),
            ("under_way", _("Under way")),
        ],
    ),
    (_("One by one"), [(status, look.word) for status, look in DELIVERY.items() if status]),
]


SENSIBLE_DAYS = [MinValueValidator(date(1970, 1, 2)), MaxValueValidator(date(2999, 12, 31))]


def _day(label: Any) -> forms.DateField:
    """A day of a browser's own picker."""
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, required=False, widget=widget, validators=SENSIBLE_DAYS)


class OrderFilterForm(forms.Form):
    """Nonsense in an address is left out, never an error."""

    q = forms.CharField(required=False)
    delivery = forms.ChoiceField(label=_("Delivery"), required=False, choices=DELIVERY_CHOICES)
    fulfillment = forms.ChoiceField(
        label=_("Fulfillment"),
        required=False,
        choices=[("", _("Any fulfillment")), *FULFILLMENT.items()],
    )
    first = _day(_("Placed from"))
    last = _day(_("Placed until"))

    def narrowing(self) -> list[forms.BoundField]:
        """What the list can be narrowed by, marked where it is; the search stands elsewhere."""
        bound = [self[name] for name in self.fields if name != "q"]
        for one in bound:
            if self.cleaned_data.get(one.name):
                one.field.widget.attrs["class"] = "is-set"
        return bound

    @classmethod
    def read(cls, query: QueryDict) -> tuple["OrderFilterForm", Filters]:
        """The form as the address fills it, and what it means."""
        form = cls(query)
        form.is_valid()
        given = form.cleaned_data
        filters = Filters(
            text=given.get("q", "")[:LONGEST_TEXT],
            delivery=given.get("delivery", ""),
            fulfillment=given.get("fulfillment", ""),
            first_day=given.get("first"),
            last_day=given.get("last"),
        )
        return form, filters
