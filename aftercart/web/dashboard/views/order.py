"""One order: its parcels, its history, its messages, and the page that its shopper sees."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from aftercart.conversation.messages import queries as messages
from aftercart.core.models import Role
from aftercart.web.dashboard.access import StoreRequest, store_view
from aftercart.web.dashboard.queries.order import dossier
from aftercart.web.dashboard.statuses import FINANCIAL, FULFILLMENT
from aftercart.web.dashboard.telling import story

MAIL_POLICY = (
    "default-src 'none'; img-src https: http: data:; style-src 'unsafe-inline'; "
    "font-src https:; sandbox allow-popups; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'self'"
)
"""A mail runs no script and posts no form, in a frame that shares nothing with us."""


@store_view(Role.VIEWER)
def order(request: StoreRequest, order_id: int) -> HttpResponse:
    """Everything about one order on one page."""
    found = dossier(request.store.id, order_id, request.member.account_id)
    if found is None:
        raise Http404
    context = {
        "order": found.row,
        "snapshot": found.snapshot,
        "dossier": found,
        "story": story(found.snapshot),
        "financial": FINANCIAL.get(found.row["financial_status"], found.row["financial_status"]),
        "fulfillment": FULFILLMENT.get(found.row["fulfillment_status"], ""),
        "page_path": f"/t/{found.row['token']}",
    }
    return render(request, "dashboard/order.html", context)


@store_view(Role.VIEWER)
def message(request: StoreRequest, message_id: int) -> HttpResponse:
    """One message: to whom, what became of it, and how it looked."""
    found = messages.message(request.store.id, message_id)
    if found is None:
        raise Http404
    return render(request, "dashboard/message.html", {"message": found})


@store_view(Role.VIEWER)
def message_body(request: StoreRequest, message_id: int) -> HttpResponse:
    """The mail exactly as it was sent, shut in: it came out of templates and a shop's texts."""
    found = messages.message(request.store.id, message_id)
    if found is None:
        raise Http404
    if not found["html"]:
        text = found["text"] or _("Nothing was written, since the message was not sent.")
        return _shut_in(HttpResponse(text, content_type="text/plain; charset=utf-8"))
    return _shut_in(HttpResponse(found["html"]))


def _shut_in(response: HttpResponse) -> HttpResponse:
    response["Content-Security-Policy"] = MAIL_POLICY
    response["Referrer-Policy"] = "no-referrer"
    response["Cache-Control"] = "private, no-store"
    return response
