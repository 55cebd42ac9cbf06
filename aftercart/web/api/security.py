"""Who is asking: `Authorization: Bearer ak_…`, a store's API key; and how often they do."""

from typing import Any

from django.http import HttpRequest
from ninja.security import HttpBearer

from aftercart.intake.api_keys import Caller, caller_of
from aftercart.web.api.pace import Pace
from aftercart.web.api.problems import ApiProblem


class ApiKey(HttpBearer):
    """Bearer authentication with the key of a store's API connection."""

    openapi_name = "ApiKey"

    def __init__(self, pace: Pace) -> None:
        super().__init__()
        self.pace = pace

    def authenticate(self, request: HttpRequest, token: str) -> Caller | None:
        """The caller; None where the key opens nothing.

        Raises:
            ApiProblem: the key is used too often.
        """
        caller = caller_of(token)
        if caller is None:
            return None
        inside: Any = request
        inside.spent = spent = self.pace.count(caller.connection_id)
        if spent.left < 0:
            detail = f"This key has asked {self.pace.requests} times within a minute. Slow down."
            raise ApiProblem(429, detail, headers={"Retry-After": str(spent.seconds)})
        return caller
