"""Carriers: who brings parcels, how soon we hear of it, and what could not be read."""

from django.contrib.humanize.templatetags.humanize import intcomma
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from aftercart.core.models import Role
from aftercart.delivery.shipments import actions
from aftercart.delivery.shipments import queries as shipments
from aftercart.intake.actions.connections import UnknownConnection
from aftercart.intake.following import queries as following
from aftercart.intake.following import words
from aftercart.intake.following.actions import endings, wishes
from aftercart.intake.following.queries import FeedView
from aftercart.web.dashboard import figures, flashes, moments
from aftercart.web.dashboard.access import StoreRequest, store_view
from aftercart.web.dashboard.chosen import chosen_ids
from aftercart.web.dashboard.forms.carriers import CodeForm, LimitForm, SourceForm
from aftercart.web.dashboard.queries import carriers
from aftercart.web.dashboard.queries.carriers import NOBODY, CarrierRow


@store_view(Role.ADMIN)
def carrier_list(request: StoreRequest) -> HttpResponse:
    """Every source and carrier, and what needs somebody."""
    found = carriers.overview(request.store.id)
    return render(request, "dashboard/carriers.html", {"found": found, "days": carriers.DAYS})


@store_view(Role.ADMIN)
def carrier(request: StoreRequest, carrier_slug: str) -> HttpResponse:
    """One carrier: its figures, who is asked after it, its codes and its parcels."""
    slug = "" if carrier_slug == NOBODY else carrier_slug
    row = carriers.carrier(request.store.id, slug)
    if row is None:
        raise Http404
    sources = _sources(request, slug)
    context = {
        "row": row,
        "figures": _figures(row),
        "told_by": carriers.told_by(request.store.id, slug),
        "codes": shipments.codes(request.store.id, slug) if slug else [],
        "parcels": shipments.parcels_of_carrier(request.store.id, slug, is_moving=True),
        "source_form": SourceForm(sources) if len(sources) > 1 else None,
        "days": carriers.DAYS,
    }
    return render(request, "dashboard/carrier.html", context)


@store_view(Role.ADMIN)
@require_POST
def ask_first(request: StoreRequest, carrier_slug: str) -> HttpResponse:
    """Ask one of a carrier's sources before the others."""
    slug = "" if carrier_slug == NOBODY else carrier_slug
    sources = _sources(request, slug)
    form = SourceForm(sources, request.POST)
    if not form.is_valid():
        raise Http404
    first = form.cleaned_data["connection"]
    order = [first, *(one for one, _name in sources if one != first)]
    try:
        wishes.arrange(request.store.id, slug, order)
    except UnknownConnection as error:
        raise Http404 from error
    flashes.done(
        request, _("%(name)s is asked first from now on.") % {"name": dict(sources)[first]}
    )
    return redirect("dashboard:carrier", carrier_slug)


@store_view(Role.ADMIN)
def carrier_code(request: StoreRequest, code_id: int) -> HttpResponse:
    """A code nobody knows: which parcels bear it, and what it is to mean."""
    code = shipments.code(request.store.id, code_id)
    if code is None:
        raise Http404
    if request.method == "POST":
        form = CodeForm(request.POST)
        if form.is_valid():
            return _decided(request, code_id, form)
    else:
        form = CodeForm(initial={"status": code.status, "reason": code.reason})
    parcels = shipments.parcels_with_code(request.store.id, code_id)
    context = {"code": code, "form": form, "parcels": parcels}
    return render(request, "dashboard/carrier_code.html", context)


def _decided(request: StoreRequest, code_id: int, form: CodeForm) -> HttpResponse:
    meant = form.cleaned_data
    actions.decide_code(
        request.store.id, code_id, meant["status"], meant["reason"], request.user.email
    )
    flashes.done(
        request,
        _("Noted. The scans that came before are read again now; nobody is mailed about them."),
    )
    return redirect("dashboard:carriers")


@store_view(Role.ADMIN)
def stopped(request: StoreRequest, reason: str) -> HttpResponse:
    """The parcels that are no longer asked after for a reason."""
    if reason not in carriers.TROUBLING:
        raise Http404
    rows = following.stopped(request.store.id, reason)
    context = {"rows": rows, "reason": reason, "why": words.told(reason)}  # type: ignore[arg-type]
    return render(request, "dashboard/carriers_stopped.html", context)


@store_view(Role.ADMIN)
@require_POST
def ask_again(request: StoreRequest, reason: str) -> HttpResponse:
    """Ask again after the chosen parcels, or after all that stopped for the reason."""
    if reason not in carriers.TROUBLING:
        raise Http404
    actor = f"member:{request.member.id}"
    if "all" in request.POST:
        count = endings.restart_all(request.store.id, reason, actor=actor)
    else:
        count = endings.restart(request.store.id, chosen_ids(request.POST), actor=actor)
    if count:
        text = ngettext(
            "%d parcel is asked after again.", "%d parcels are asked after again.", count
        )
        flashes.done(request, text % count)
    else:
        flashes.refused(request, _("Nothing was chosen that could be asked after."))
    return redirect("dashboard:carriers")


@store_view(Role.ADMIN)
def source(request: StoreRequest, source_id: int) -> HttpResponse:
    """A source: how it does, and how often it may be asked."""
    feeds = following.feeds(request.store.id)
    feed = next((one for one in feeds if one.connection_id == source_id), None)
    if feed is None:
        raise Http404
    form = LimitForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        return _limited(request, source_id, form)
    context = {"feed": feed, "form": form, "figures": _source_figures(feed)}
    return render(request, "dashboard/carrier_source.html", context)


def _limited(request: StoreRequest, source_id: int, form: LimitForm) -> HttpResponse:
    requests, seconds = form.cleaned_data["requests"], form.cleaned_data["seconds"]
    wishes.set_limits(request.store.id, source_id, [(requests, seconds)] if requests else [])
    flashes.done(request, _("Noted. It is asked no more often from now on."))
    return redirect("dashboard:carrier_source", source_id)


def _source_figures(feed: FeedView) -> list[figures.Figure]:
    left = "–" if feed.left is None else intcomma(feed.left)
    return [
        figures.since(_("Last asked"), feed.asked_at, _("not yet")),
        figures.counted(_("Requests"), feed.requests),
        figures.counted(_("Parcels asked after"), feed.parcels),
        figures.counted(_("With news"), feed.news),
        figures.counted(_("Failures"), feed.failed, tone="waiting"),
        figures.Figure(word=_("Requests left"), value=left),
    ]


def _sources(request: StoreRequest, slug: str) -> list[tuple[int, str]]:
    """The connections that know a carrier, in the order in which they are asked."""
    names = {one.connection_id: one.name for one in following.feeds(request.store.id)}
    views = {one.carrier: one for one in following.carriers(request.store.id)}
    order = views[slug].sources if slug in views else ()
    return [(one, names[one]) for one in order if one in names]


def _figures(row: CarrierRow) -> list[figures.Figure]:
    never = _("not enough scans yet")
    return [
        figures.counted(_("Followed"), row.followed),
        figures.counted(_("Due to be asked"), row.due),
        figures.Figure(
            word=_("From scan to us"),
            value=moments.span(row.median_lag) if row.median_lag else "–",
            note=_("half of them; 95 of 100 within %(late)s") % {"late": moments.span(row.late_lag)}
            if row.late_lag
            else never,
        ),
        figures.counted(
            _("Scans nobody could read"),
            row.unknown,
            tone="waiting",
            note=_("of %(scans)s") % {"scans": row.scans},
        ),
    ]
