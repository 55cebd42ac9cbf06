"""Django as WSGI, which tells the edge what it found, for logs and metrics."""

from django.core.handlers.wsgi import WSGIHandler
from django.http import HttpRequest
from django.http.response import HttpResponseBase


class Django(WSGIHandler):
    """Leaves the template of the path in the request's ASGI scope."""

    def get_response(self, request: HttpRequest) -> HttpResponseBase:
        response = super().get_response(request)
        scope = request.META.get("asgi.scope")
        if scope is not None and request.resolver_match is not None:
            scope["aftercart.route"] = "/" + request.resolver_match.route
        return response
