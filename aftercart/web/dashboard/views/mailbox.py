"""The mails that this installation keeps instead of sending them."""

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render

from aftercart.commerce.orders.queries import Cursor
from aftercart.conversation.messages import queries as messages
from aftercart.core.models import Role
from aftercart.web.dashboard.access import StoreRequest, store_view
from aftercart.web.dashboard.navigation import mail_stays_here
from aftercart.web.dashboard.queries.orders import read_place, written_place

PAGE_SIZE = 50


@store_view(Role.VIEWER)
def mailbox(request: StoreRequest) -> HttpResponse:
    """The mails, newest first; the chosen one beside the list."""
    if not mail_stays_here():
        raise Http404
    after = read_place(request.GET.get("page", ""))
    place = (after.placed_at, after.order_id) if after else None
    rows = messages.mailbox(request.store.id, place, PAGE_SIZE + 1)
    more = len(rows) > PAGE_SIZE
    rows = rows[:PAGE_SIZE]
    last = Cursor(rows[-1]["received_at"], rows[-1]["entry_id"]) if more else None
    context = {
        "rows": rows,
        "older": written_place(last),
        "is_later_page": after is not None,
        "chosen": _chosen(request) or _first(request, rows),
        "is_reading": "mail" in request.GET,
    }
    return render(request, "dashboard/mailbox.html", context)


def _chosen(request: StoreRequest) -> dict[str, Any] | None:
    """The mail that the address names, or none: on a phone the list comes first."""
    wanted = request.GET.get("mail", "")
    if not (wanted.isascii() and wanted.isdigit() and len(wanted) < 19):
        return None
    found = messages.message(request.store.id, int(wanted))
    if found is None:
        raise Http404
    return found


def _first(request: StoreRequest, rows: list[dict[str, Any]]) -> dict[str, Any] | None:
    """The newest mail, for a wide screen that has room beside the list."""
    return messages.message(request.store.id, rows[0]["id"]) if rows else None
