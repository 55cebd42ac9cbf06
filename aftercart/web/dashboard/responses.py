"""Answers that need more care than a page of ours."""

from django.http import HttpResponse

SHUT_IN = (
    "default-src 'none'; img-src 'self' https: http: data:; style-src 'unsafe-inline'; "
    "font-src https:; sandbox allow-popups; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'self'"
)


def shut_in(response: HttpResponse) -> HttpResponse:
    """For mails and previews, which hold texts from outside: no script, no form, nothing shared."""
    response["Content-Security-Policy"] = SHUT_IN
    response["Referrer-Policy"] = "no-referrer"
    response["Cache-Control"] = "private, no-store"
    return response
