"""A store's connections: how they do, connecting, mending, ending."""

from datetime import timedelta
from typing import Any

import msgspec
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from aftercart.connectors.base import Connector
from aftercart.connectors.registry import connector
from aftercart.core.models import Role
from aftercart.intake.actions import connections as actions
from aftercart.intake.actions.values import InvalidValues
from aftercart.intake.addresses import intake_address
from aftercart.web.dashboard import flashes, once, systems
from aftercart.web.dashboard.access import StoreRequest, store_view
from aftercart.web.dashboard.figures import Figure, counted, since
from aftercart.web.dashboard.forms.connections import ConnectionForm, NameForm
from aftercart.web.dashboard.queries import connections


@store_view(Role.ADMIN)
def connection_list(request: StoreRequest) -> HttpResponse:
    rows = connections.connections(request.store.id)
    for row in rows:
        row["label"] = connector(row["system"]).label
    return render(request, "dashboard/connections.html", {"rows": rows})


@store_view(Role.ADMIN)
def choose(request: StoreRequest) -> HttpResponse:
    """Which system to connect to."""
    families = [
        {
            "name": systems.FAMILIES[family],
            "systems": [
                {"system": one.system, "label": one.label, "purpose": systems.purpose(one)}
                for one in ones
            ],
        }
        for family, ones in systems.offered().items()
    ]
    return render(request, "dashboard/connection_choose.html", {"families": families})


@store_view(Role.ADMIN)
def add(request: StoreRequest, system: str) -> HttpResponse:
    """What to do at the other side, and what to enter here."""
    one = systems.find(system)
    if one is None:
        raise Http404
    form = ConnectionForm(one, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            added = actions.add(request.store.id, system, form.values(), actor=_actor(request))
        except InvalidValues as invalid:
            form.refuse(invalid)
        except actions.AlreadyConnected as error:
            form.add_error(None, _there_already(request, error.source))
        else:
            once.keep(request, _once(added.connection_id), added.secrets)
            flashes.done(request, _("%s is connected.") % one.label)
            return redirect("dashboard:connection", added.connection_id)
    context = {
        "form": form,
        "label": one.label,
        "purpose": systems.purpose(one),
        "steps": [_(step) for step in one.steps],
        "makes_secrets": any(field.generated for field in one.fields),
    }
    status = 422 if form.errors else 200
    return render(request, "dashboard/connection_add.html", context, status=status)


@store_view(Role.ADMIN)
def connection(request: StoreRequest, connection_id: int) -> HttpResponse:
    """One connection: health, address, secrets once, what is parked."""
    row, one = _found(request, connection_id)
    secrets = once.take(request, _once(connection_id))
    context = {
        "row": row,
        "label": one.label,
        "address": intake_address(row["public_id"]),
        "settings": systems.shown_settings(one, msgspec.json.decode(row["settings"])),
        "secrets": systems.secret_labels(one, secrets),
        "steps": [_(step) for step in one.steps],
        "is_new": bool(secrets) or (not row["last_delivery_at"] and not row["last_pull_at"]),
        "can_change": bool(systems.entered(one.fields)),
        "can_rotate": any(field.generated for field in one.fields),
        "figures": _figures(row, one),
        "webhooks_refused": msgspec.json.decode(row["settings"]).get("webhooks_refused", ""),
        "stuck": connections.stuck(request.store.id, connection_id),
        "name_form": NameForm(initial={"name": row["name"]}),
    }
    return render(request, "dashboard/connection.html", context)


@store_view(Role.ADMIN)
def change(request: StoreRequest, connection_id: int) -> HttpResponse:
    """Enter other settings or secrets."""
    row, one = _found(request, connection_id)
    stored = msgspec.json.decode(row["settings"])
    given = request.POST if request.method == "POST" else None
    form = ConnectionForm(one, given, stored=stored)
    if request.method == "POST" and form.is_valid():
        try:
            actions.update_credentials(
                request.store.id, connection_id, form.values(), actor=_actor(request)
            )
        except InvalidValues as invalid:
            form.refuse(invalid)
        else:
            flashes.done(request, _("Saved. The connection is tried with it now."))
            return redirect("dashboard:connection", connection_id)
    context = {"form": form, "row": row, "label": one.label}
    status = 422 if form.errors else 200
    return render(request, "dashboard/connection_change.html", context, status=status)


@store_view(Role.ADMIN)
@require_POST
def rename(request: StoreRequest, connection_id: int) -> HttpResponse:
    _found(request, connection_id)
    form = NameForm(request.POST)
    if form.is_valid():
        actions.rename(request.store.id, connection_id, form.cleaned_data["name"])
        flashes.done(request, _("The name is changed."))
    else:
        flashes.refused(request, _("Enter a name of at most 120 letters."))
    return redirect("dashboard:connection", connection_id)


@store_view(Role.ADMIN)
def rotate(request: StoreRequest, connection_id: int) -> HttpResponse:
    """Ask once; then make new secrets, and show them once. Leaked ones are refused from then on."""
    row, one = _found(request, connection_id)
    if request.method != "POST":
        return render(request, "dashboard/connection_rotate.html", {"row": row, "label": one.label})
    grace = timedelta(0) if "leaked" in request.POST else actions.GRACE
    secrets = actions.rotate(request.store.id, connection_id, grace=grace, actor=_actor(request))
    once.keep(request, _once(connection_id), secrets)
    return redirect("dashboard:connection", connection_id)


@store_view(Role.ADMIN)
@require_POST
def pause(request: StoreRequest, connection_id: int) -> HttpResponse:
    row, _one = _found(request, connection_id)
    actions.pause(request.store.id, connection_id, actor=_actor(request))
    flashes.done(
        request,
        _("%s is paused: nothing comes in.") % row["name"],
        undo=_address("resume", connection_id),
    )
    return redirect("dashboard:connection", connection_id)


@store_view(Role.ADMIN)
@require_POST
def resume(request: StoreRequest, connection_id: int) -> HttpResponse:
    row, _one = _found(request, connection_id)
    actions.resume(request.store.id, connection_id, actor=_actor(request))
    flashes.done(request, _("%s is working again.") % row["name"])
    return redirect("dashboard:connection", connection_id)


@store_view(Role.ADMIN)
def remove(request: StoreRequest, connection_id: int) -> HttpResponse:
    """Ask once, in words; then end it."""
    row, one = _found(request, connection_id)
    if request.method != "POST":
        context = {"row": row, "label": one.label, "is_shop": one.family == "shop"}
        return render(request, "dashboard/connection_remove.html", context)
    forget = request.POST.get("forget") == "yes"
    actions.remove(request.store.id, connection_id, forget=forget, actor=_actor(request))
    if forget:
        text = _("%s is removed, and everybody it told of is being forgotten.")
    else:
        text = _("%s is removed. What came in stays.")
    flashes.done(request, text % row["name"])
    return redirect("dashboard:connections")


def _figures(row: dict[str, Any], one: Connector) -> list[Figure]:
    """How the connection does."""
    asked = [since(_("Last asked"), row["last_pull_at"], _("not yet"))] if one.puller else []
    return [
        since(_("Last delivery"), row["last_delivery_at"], _("none yet")),
        *asked,
        counted(_("Used in 24 hours"), row["done"]),
        counted(_("Waiting for their order"), row["waiting"], address="#parked"),
        counted(_("Parked"), row["parked"], tone="bad", address="#parked"),
    ]


def _found(request: StoreRequest, connection_id: int) -> tuple[dict[str, Any], Connector]:
    row = connections.connection(request.store.id, connection_id)
    if row is None or row["system"] == systems.BY_UPLOAD:
        raise Http404
    return row, connector(row["system"])


def _there_already(request: StoreRequest, source: str) -> str:
    rows = connections.connections(request.store.id)
    name = next((row["name"] for row in rows if row["source"] == source), source)
    text = _("This store is already connected to it, as “%s”. Change that connection instead.")
    return text % name


def _once(connection_id: int) -> str:
    return f"connection-{connection_id}"


def _address(action: str, connection_id: int) -> str:
    return reverse(f"dashboard:connection_{action}", args=[connection_id])


def _actor(request: StoreRequest) -> str:
    return f"member:{request.member.id}"
