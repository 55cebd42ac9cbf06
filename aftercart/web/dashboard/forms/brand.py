"""How the store looks on its pages and in its mails."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

BRAND = ("accent", "background", "sender_name", "reply_to", "footer")
STORE = ("contact_email", "contact_url")


class ColorInput(forms.TextInput):
    input_type = "color"


class BrandForm(forms.Form):
    accent = forms.CharField(
        label=_("Accent"),
        max_length=7,
        widget=ColorInput(),
        help_text=_(
            "For the date and the buttons. Where it would be hard to read, it is adjusted."
        ),
    )
    background = forms.CharField(label=_("Background"), max_length=7, widget=ColorInput())
    sender_name = forms.CharField(
        label=_("Mails come from"),
        required=False,
        max_length=120,
        help_text=_("The name in your customers' inboxes. Empty means the store's name."),
    )
    reply_to = forms.EmailField(
        label=_("Answers go to"),
        required=False,
        max_length=254,
        help_text=_("Where a customer's reply to a mail arrives."),
    )
    footer = forms.CharField(
        label=_("Footer"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Your company and its address, small, at the end of page and mail."),
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

    def brand_values(self) -> dict[str, str]:
        return {name: self.cleaned_data[name] for name in BRAND}

    def store_values(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in STORE}


class LogoForm(forms.Form):
    logo = forms.FileField(
        label=_("Picture"),
        help_text=_("PNG, JPEG, WebP or GIF, up to 5 MB. It is shown at most 320 × 160 pixels."),
        widget=forms.ClearableFileInput(
            attrs={"accept": "image/png,image/jpeg,image/webp,image/gif"}
        ),
    )
