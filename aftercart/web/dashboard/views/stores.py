"""The account's stores, and the settings of the one that one is in."""

from typing import Any

from babel.numbers import list_currencies
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from aftercart.core.actions import stores
from aftercart.core.actions.stores import NewStore
from aftercart.core.models import Role
from aftercart.web.dashboard import flashes
from aftercart.web.dashboard.access import StoreRequest, go_to, store_view
from aftercart.web.dashboard.forms.stores import (
    COMMON_CURRENCIES,
    NewStoreForm,
    StoreSettingsForm,
    zone_choices,
)


@store_view(Role.ADMIN)
def store_list(request: StoreRequest) -> HttpResponse:
    mine = [place for place in request.places if place.member.id == request.member.id]
    return render(request, "dashboard/stores.html", {"places": mine})


@store_view(Role.ADMIN)
def store_add(request: StoreRequest) -> HttpResponse:
    defaults = {"time_zone": request.store.time_zone, "currency": request.store.currency}
    form = NewStoreForm(request.POST or None, initial=defaults)
    if request.method == "POST" and form.is_valid():
        try:
            store = stores.create(request.member, NewStore(**form.cleaned_data))
        except stores.SlugTaken:
            form.add_error("slug", _("Another store has this short name. Choose a longer one."))
        else:
            go_to(request, store.id)
            flashes.done(request, _("%s is there. You are in it now.") % store.name)
            return redirect("dashboard:home")
    return _form_page(request, "dashboard/store_add.html", form)


@store_view(Role.ADMIN)
def store_settings(request: StoreRequest) -> HttpResponse:
    names = StoreSettingsForm.base_fields
    stored = {name: getattr(request.store, name) for name in names}
    form = StoreSettingsForm(request.POST or None, initial=stored)
    if request.method == "POST" and form.is_valid():
        if stores.change(request.store, request.member, form.cleaned_data):
            flashes.done(request, _("The settings are saved."))
        return redirect("dashboard:stores")
    return _form_page(request, "dashboard/store_settings.html", form)


def _form_page(request: StoreRequest, template: str, form: Any) -> HttpResponse:
    others = sorted(set(list_currencies()) - set(COMMON_CURRENCIES))
    context = {
        "form": form,
        "zones": zone_choices(),
        "currencies": [*COMMON_CURRENCIES, *others],
    }
    return render(request, template, context, status=422 if form.errors else 200)
