from django import forms
from django.utils.translation import gettext_lazy as _


class ProfileForm(forms.Form):
    name = forms.CharField(
        label=_("Name"),
        max_length=150,
        help_text=_("Other members see it beside what you did."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
