"""Deliveries that could not be used: try them again, or leave them."""

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from aftercart.core.models import Role
from aftercart.intake.actions import parked
from aftercart.web.dashboard import flashes
from aftercart.web.dashboard.access import StoreRequest, store_view
from aftercart.web.dashboard.queries import connections


@store_view(Role.ADMIN)
@require_POST
def retry(request: StoreRequest, connection_id: int, entry_id: int) -> HttpResponse:
    _require(request, connection_id)
    return _retried(request, connection_id, parked.retry(request.store.id, [entry_id]))


@store_view(Role.ADMIN)
@require_POST
def retry_all(request: StoreRequest, connection_id: int) -> HttpResponse:
    _require(request, connection_id)
    return _retried(request, connection_id, parked.retry_all(request.store.id, connection_id))


@store_view(Role.ADMIN)
@require_POST
def dismiss(request: StoreRequest, connection_id: int, entry_id: int) -> HttpResponse:
    _require(request, connection_id)
    if parked.dismiss(request.store.id, [entry_id]):
        flashes.done(request, _("It is left alone for good."))
    else:
        flashes.refused(request, _("It was worked on meanwhile."))
    return redirect("dashboard:connection", connection_id)


def _require(request: StoreRequest, connection_id: int) -> None:
    if connections.connection(request.store.id, connection_id) is None:
        raise Http404


def _retried(request: StoreRequest, connection_id: int, count: int) -> HttpResponse:
    if count:
        text = ngettext(
            "%d delivery is tried again now.", "%d deliveries are tried again now.", count
        )
        flashes.done(request, text % count)
    else:
        flashes.refused(request, _("There was nothing left to try."))
    return redirect("dashboard:connection", connection_id)
