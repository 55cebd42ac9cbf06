"""One parcel: what was told of it and by whom, and whose it is."""

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext
from django.views.decorators.http import require_POST

from aftercart.core.models import Role
from aftercart.delivery.shipments import actions
from aftercart.intake.following.actions import endings
from aftercart.web.dashboard import flashes
from aftercart.web.dashboard.access import StoreRequest, store_view
from aftercart.web.dashboard.forms.carriers import CarrierForm
from aftercart.web.dashboard.queries.parcel import ParcelFile, parcel_file

HOW_KNOWN = {
    "": gettext_noop("not known"),
    "named": gettext_noop("the shop named it"),
    "number": gettext_noop("the number says it"),
    "tracked": gettext_noop("it knows the number"),
    "corrected": gettext_noop("somebody of the team said so"),
}


@store_view(Role.VIEWER)
def parcel(request: StoreRequest, order_id: int, shipment_id: int) -> HttpResponse:
    """Every scan as it was told, and how the parcel is asked after."""
    found = _found(request, order_id, shipment_id)
    context = {
        "found": found,
        "parcel": found.parcel,
        "how_known": _(HOW_KNOWN.get(found.parcel.carrier_from) or HOW_KNOWN["named"]),
        "form": CarrierForm(initial={"carrier": found.parcel.carrier}),
    }
    return render(request, "dashboard/parcel.html", context)


@store_view(Role.AGENT)
@require_POST
def correct_carrier(request: StoreRequest, order_id: int, shipment_id: int) -> HttpResponse:
    """Say whose the parcel is."""
    _found(request, order_id, shipment_id)
    form = CarrierForm(request.POST)
    if not form.is_valid():
        raise Http404
    carrier, actor = form.cleaned_data["carrier"], f"member:{request.member.id}"
    changed = actions.correct_carrier(request.store.id, shipment_id, carrier, actor)
    others = max(changed - 1, 0)
    text = _("Noted, also for numbers like this one.")
    if others:
        more = ngettext(
            "%d other parcel without a scan was given to it too.",
            "%d other parcels without a scan were given to it too.",
            others,
        )
        text = f"{text} {more % others}"
    flashes.done(request, text)
    return redirect("dashboard:parcel", order_id, shipment_id)


@store_view(Role.AGENT)
@require_POST
def ask_now(request: StoreRequest, order_id: int, shipment_id: int) -> HttpResponse:
    """Ask after the parcel as soon as its source may be asked, also if it had stopped."""
    found = _found(request, order_id, shipment_id)
    if found.poll is not None and found.poll.stopped:
        endings.restart(request.store.id, [shipment_id], actor=f"member:{request.member.id}")
    else:
        endings.ask_now(request.store.id, [shipment_id])
    flashes.done(request, _("It is asked after as soon as the carrier may be asked."))
    return redirect("dashboard:parcel", order_id, shipment_id)


def _found(request: StoreRequest, order_id: int, shipment_id: int) -> ParcelFile:
    found = parcel_file(request.store.id, order_id, shipment_id)
    if found is None:
        raise Http404
    return found
