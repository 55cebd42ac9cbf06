"""Deliveries that could not be used: try them again, or leave them."""

from urllib.parse import urlencode

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from aftercart.core.models import Role
from aftercart.intake.actions import parked
from aftercart.web.dashboard import flashes
from aftercart.web.dashboard.access import StoreRequest, store_view
from aftercart.web.dashboard.chosen import chosen_ids
from aftercart.web.dashboard.queries import connections


@store_view(Role.ADMIN)
@require_POST
def retry(request: StoreRequest, connection_id: int) -> HttpResponse:
    """Try the chosen deliveries again."""
    ids = _chosen(request, connection_id)
    return _retried(request, connection_id, parked.retry(request.store.id, ids))


@store_view(Role.ADMIN)
@require_POST
def retry_all(request: StoreRequest, connection_id: int) -> HttpResponse:
    _require(request, connection_id)
    return _retried(request, connection_id, parked.retry_all(request.store.id, connection_id))


@store_view(Role.ADMIN)
@require_POST
def dismiss(request: StoreRequest, connection_id: int) -> HttpResponse:
    """Leave the chosen deliveries alone for good; what is said of it carries the way back."""
    ids = _chosen(request, connection_id)
    if count := parked.dismiss(request.store.id, ids):
        text = ngettext(
            "%d delivery is left alone for good.", "%d deliveries are left alone for good.", count
        )
        back = reverse("dashboard:restore", args=[connection_id])
        query = urlencode({"chosen": ids}, doseq=True)
        flashes.done(request, text % count, undo=f"{back}?{query}")
    else:
        flashes.refused(request, _("Nothing was chosen that could be left alone."))
    return redirect("dashboard:connection", connection_id)


@store_view(Role.ADMIN)
@require_POST
def restore(request: StoreRequest, connection_id: int) -> HttpResponse:
    """Take a dismissal back."""
    _require(request, connection_id)
    parked.restore(request.store.id, connection_id, chosen_ids(request.GET))
    return redirect("dashboard:connection", connection_id)


def _require(request: StoreRequest, connection_id: int) -> None:
    if connections.connection(request.store.id, connection_id) is None:
        raise Http404


def _chosen(request: StoreRequest, connection_id: int) -> list[int]:
    _require(request, connection_id)
    return chosen_ids(request.POST)


def _retried(request: StoreRequest, connection_id: int, count: int) -> HttpResponse:
    if count:
        text = ngettext(
            "%d delivery is tried again now.", "%d deliveries are tried again now.", count
        )
        flashes.done(request, text % count)
    else:
        flashes.refused(request, _("Nothing was chosen that could be tried."))
    return redirect("dashboard:connection", connection_id)
