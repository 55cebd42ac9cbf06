"""Who is asking: `Authorization: Bearer ak_…`, a store's API key."""

from django.http import HttpRequest
from ninja.security import HttpBearer

from aftercart.intake.api_keys import Caller, caller_of


class ApiKey(HttpBearer):
    """Bearer authentication with the key of a store's API connection."""

    openapi_name = "ApiKey"

    def authenticate(self, request: HttpRequest, token: str) -> Caller | None:
        return caller_of(token)
