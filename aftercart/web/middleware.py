"""What every request to Django passes through."""

import re
from collections.abc import Callable
from uuid import uuid4

import structlog
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.middleware.locale import LocaleMiddleware
from django.utils import translation

Respond = Callable[[HttpRequest], HttpResponse]

SHOPPER_PATHS = ("/track/", "/t/")
REQUEST_ID = re.compile(r"[A-Za-z0-9-]{8,64}")
CONTENT_SECURITY_POLICY = (
    "default-src 'self'; img-src 'self' https: data:; style-src 'self'; "
    "style-src-attr 'unsafe-inline'; script-src 'self'; object-src 'none'; base-uri 'none'; "
    "frame-ancestors 'self'; form-action 'self'"
)
DEFAULTS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    # Nearly everything is about somebody: it is gone from the browser when they have signed out.
    "Cache-Control": "private, no-store",
}


class RequestIdMiddleware:
    """Give every request an id, in its logs and in its answer."""

    def __init__(self, respond: Respond) -> None:
        self.respond = respond

    def __call__(self, request: HttpRequest) -> HttpResponse:
        given = request.headers.get("X-Request-Id", "")
        request_id = given if REQUEST_ID.fullmatch(given) else uuid4().hex
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=request_id)
        response = self.respond(request)
        response["X-Request-Id"] = request_id
        return response


class CarefulAnswers:
    """Scripts and forms of our own only, and nothing kept; a view may say otherwise for itself."""

    def __init__(self, respond: Respond) -> None:
        self.respond = respond

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.respond(request)
        for name, value in DEFAULTS.items():
            response.headers.setdefault(name, value)
        return response


class ShopperLocaleMiddleware(LocaleMiddleware):
    """The shopper is spoken to in their own language; the team's pages know one."""

    def process_request(self, request: HttpRequest) -> None:
        if request.path.startswith(SHOPPER_PATHS):
            super().process_request(request)
        else:
            translation.activate(settings.LANGUAGE_CODE)
            request.LANGUAGE_CODE = settings.LANGUAGE_CODE
