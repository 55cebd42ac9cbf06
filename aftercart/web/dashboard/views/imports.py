"""Importing a file: upload, look, start, watch, mend what failed."""

from django.contrib.humanize.templatetags.humanize import intcomma
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.text import get_valid_filename
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from aftercart.core.models import Role
from aftercart.intake import importing
from aftercart.intake.importing import FileRefused, NotNow
from aftercart.intake.importing.report import Outcome, Preview
from aftercart.web.dashboard import flashes
from aftercart.web.dashboard.access import StoreRequest, store_view
from aftercart.web.dashboard.figures import Figure, counted
from aftercart.web.dashboard.forms.imports import UploadForm
from aftercart.web.dashboard.forms.stores import zone_choices


@store_view(Role.ADMIN)
def import_list(request: StoreRequest) -> HttpResponse:
    """The newest imports, and where to upload a file."""
    given = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    form = UploadForm(*given)
    if request.method == "POST" and form.is_valid():
        upload = form.cleaned_data["file"]
        try:
            run = importing.preview(request.store.id, upload.name, upload.file, form.options())
        except FileRefused as refused:
            form.add_error("file", refused.message)
        else:
            return redirect("dashboard:import", run.pk)
    context = {
        "form": form,
        "runs": importing.newest(request.store.id),
        "zones": zone_choices(),
    }
    return render(request, "dashboard/imports.html", context, status=422 if form.errors else 200)


@store_view(Role.ADMIN)
def import_page(request: StoreRequest, run_id: int) -> HttpResponse:
    """One import: what it will do, how far it is, or what came of it."""
    run = importing.find(request.store.id, run_id)
    if run is None:
        raise Http404
    report = importing.report_of(run)
    context = {
        "run": run,
        "preview": report.preview,
        "good_rows": report.preview.rows - report.preview.wrong_rows if report.preview else 0,
        "preview_figures": _expected(report.preview) if report.preview else [],
        "outcome": report.outcome,
        "outcome_figures": _outcome(report.outcome) if report.outcome else [],
        "is_going": run.state in ("waiting", "running"),
    }
    return render(request, "dashboard/import.html", context)


@store_view(Role.ADMIN)
@require_POST
def start(request: StoreRequest, run_id: int) -> HttpResponse:
    try:
        importing.start(request.store.id, run_id)
    except LookupError as error:
        raise Http404 from error
    except NotNow as not_now:
        flashes.refused(request, not_now.message)
    return redirect("dashboard:import", run_id)


@store_view(Role.ADMIN)
@require_POST
def cancel(request: StoreRequest, run_id: int) -> HttpResponse:
    try:
        importing.cancel(request.store.id, run_id)
    except LookupError as error:
        raise Http404 from error
    except NotNow as not_now:
        flashes.refused(request, not_now.message)
    else:
        flashes.done(request, _("The import is stopped. What is imported already stays."))
    return redirect("dashboard:import", run_id)


@store_view(Role.ADMIN)
def failed_rows(request: StoreRequest, run_id: int) -> HttpResponse:
    """The rows that were not imported, to mend and upload again."""
    run = importing.find(request.store.id, run_id)
    if run is None:
        raise Http404
    # Read here and not while it streams, which would be outside of the store's binding.
    lines = "".join(importing.failed_rows(request.store.id, run_id))
    response = HttpResponse(lines, content_type="text/csv; charset=utf-8")
    name = get_valid_filename(f"failed-{run.filename or run_id}")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _expected(preview: Preview) -> list[Figure]:
    """What the file holds."""
    return [
        Figure(word=_("It holds"), value=_things(preview.kind, preview.things)),
        counted(_("Rows"), preview.rows),
        counted(_("Rows with an error"), preview.wrong_rows, tone="bad", address="#wrong"),
        Figure(word=_("Times are read in"), value=preview.time_zone),
    ]


def _outcome(outcome: Outcome) -> list[Figure]:
    """What came of it."""
    return [
        counted(_("New"), outcome.imported),
        counted(_("Changed"), outcome.updated),
        counted(_("Already so"), outcome.unchanged),
        counted(_("Failed rows"), outcome.failed_rows, tone="bad", address="#wrong"),
    ]


def _things(kind: str, number: int) -> str:
    texts = {
        "orders": ngettext("%s order", "%s orders", number),
        "shipments": ngettext("%s parcel", "%s parcels", number),
        "tracking": ngettext("%s scan", "%s scans", number),
    }
    return texts[kind] % intcomma(number)
