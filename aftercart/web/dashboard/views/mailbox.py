"""The mails that this installation keeps instead of sending them."""

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render

from aftercart.conversation.messages import queries as messages
from aftercart.core.models import Role
from aftercart.web.dashboard.access import StoreRequest, store_view
from aftercart.web.dashboard.navigation import mail_stays_here
from aftercart.web.dashboard.queries.orders import Cursor

PAGE_SIZE = 50


@store_view(Role.VIEWER)
def mailbox(request: StoreRequest) -> HttpResponse:
    """The mails, newest first; the chosen one beside the list."""
    if not mail_stays_here():
        raise Http404
    after = Cursor.read(request.GET.get("after", ""))
    place = (after.placed_at, after.order_id) if after else None
    rows = messages.mailbox(request.store.id, place, PAGE_SIZE + 1)
    more = len(rows) > PAGE_SIZE
    rows = rows[:PAGE_SIZE]
    last = Cursor(rows[-1]["received_at"], rows[-1]["entry_id"]) if rows and more else None
    context = {
        "rows": rows,
        "older": last,
        "is_later_page": after is not None,
        "chosen": _chosen(request),
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
