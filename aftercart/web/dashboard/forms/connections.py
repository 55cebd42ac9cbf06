"""Forms made from what a connector asks for."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from aftercart.connectors.base import Connector, Field
from aftercart.intake.actions.values import InvalidValues
from aftercart.web.dashboard import systems

LONGEST_VALUE = 4000


class ConnectionForm(forms.Form):
    """What the merchant enters to connect, or changes: then an empty secret stays as it is."""

    def __init__(
        self, one: Connector, *args: Any, stored: Mapping[str, Any] | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.stored = stored
        for field in systems.entered(one.fields):
            self.fields[field.name] = _form_field(field, stored)

    def refuse(self, invalid: InvalidValues) -> None:
        """Show what the action would not take, beside each field."""
        for name, problem in invalid.problems.items():
            self.add_error(name if name in self.fields else None, problem)

    def values(self) -> dict[str, str]:
        """What was entered; a secret left empty in a change is left out."""
        assert isinstance(self.cleaned_data, dict)
        return {
            name: value if isinstance(value, str) else " ".join(value)
            for name, value in self.cleaned_data.items()
            if value or self.stored is None or not isinstance(self.fields[name].widget, SecretInput)
        }


class NameForm(forms.Form):
    name = forms.CharField(
        label=gettext_lazy("Name"),
        max_length=120,
        widget=forms.TextInput(attrs={"class": "input", "autocomplete": "off"}),
    )


class SecretInput(forms.PasswordInput):
    """A secret: never sent back to the browser, never offered to its password store."""


def _form_field(field: Field, stored: Mapping[str, Any] | None) -> forms.Field:
    if field.choices:
        return _choices(field, (stored or {}).get(field.name, ""))
    widget = SecretInput if field.secret else forms.TextInput
    attributes = {"autocomplete": "off", "spellcheck": "false"}
    if field.placeholder:
        attributes["placeholder"] = _(field.placeholder)
    keeps = stored is not None and field.secret
    help_text = _(field.help) if field.help else ""
    if keeps:
        help_text = _("Leave it empty to keep the one that is stored.")
    return forms.CharField(
        label=_(field.label),
        help_text=help_text,
        required=field.required and not keeps,
        max_length=LONGEST_VALUE,
        initial=(stored or {}).get(field.name, ""),
        widget=widget(attrs=attributes),
    )


def _choices(field: Field, chosen: str) -> forms.Field:
    """Everything is chosen until somebody chooses; nothing at all would be a mistake."""
    return forms.MultipleChoiceField(
        label=_(field.label),
        help_text=_(field.help) if field.help else "",
        choices=[(name, _(label)) for name, label in field.choices],
        initial=chosen.split() or [name for name, _label in field.choices],
        widget=forms.CheckboxSelectMultiple,
    )
