"""Asking Shopify's GraphQL Admin API: signed in, no faster than it allows, with plain failures.

Every query costs points from a bucket that refills (shopify.dev, "Rate limits"): before a call we
wait until its cost is there, and where Shopify still says THROTTLED we wait again, which is no
failure.
"""

import re
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from threading import Lock
from typing import Any

from django.utils.translation import gettext as _

from aftercart.connectors import http
from aftercart.connectors.base import ConnectionFailed
from aftercart.connectors.shops.shopify import tokens
from aftercart.connectors.shops.shopify.address import admin_address, shop_domain
from aftercart.connectors.shops.shopify.tokens import Credentials

API_VERSION = "2026-10"
"""The version that we ask, and that webhook subscriptions made by us are sent in."""

LONGEST_WAIT = 60.0
FIRST_WAIT = 1.0
RESTORED_PER_SECOND = 100.0
MOST_BUCKETS = 5000


class TooCostly(ConnectionFailed):
    """A single query costs more than Shopify allows; ask for less at once."""


@contextmanager
def readable() -> Iterator[None]:
    """Within the block, an answer that is JSON but of no shape we know is a passing failure."""
    try:
        yield
    except (LookupError, TypeError, AttributeError, ValueError) as error:
        raise ConnectionFailed(_("Shopify's answer cannot be read.")) from error


class Bucket:
    """What is left of a shop's points, as this process last heard."""

    def __init__(self) -> None:
        self.available = 0.0
        self.restored = RESTORED_PER_SECOND
        self.heard_at: float | None = None
        self.costs: dict[str, float] = {}

    def wait_for(self, query: str) -> float:
        """The seconds until the query's cost is there: (cost - available) / restored a second."""
        if self.heard_at is None:
            return 0.0
        now = self.available + (time.monotonic() - self.heard_at) * self.restored
        return max(0.0, (self.costs.get(query, 0.0) - now) / self.restored)

    def hear(self, query: str, cost: Mapping[str, Any]) -> None:
        """Remember `extensions.cost` of a reply."""
        status = cost.get("throttleStatus") or {}
        self.costs[query] = _number(cost.get("requestedQueryCost"), 0.0)
        self.available = _number(status.get("currentlyAvailable"), 0.0)
        self.restored = max(_number(status.get("restoreRate"), RESTORED_PER_SECOND), 1.0)
        self.heard_at = time.monotonic()


_buckets: dict[tuple[str, str], Bucket] = {}
_lock = Lock()


class Client:
    """Asks one shop. Every method raises `ConnectionFailed`."""

    def __init__(self, credentials: Mapping[str, str], settings: Mapping[str, Any]) -> None:
        self.shop = shop_domain(settings)
        client_id = str(settings.get("client_id") or credentials.get("client_id") or "").strip()
        secret = str(credentials.get("secret") or "").strip()
        if not client_id or not secret:
            raise ConnectionFailed(
                _("The client ID or the client secret is missing. Enter both."), permanent=True
            )
        self.credentials = Credentials(self.shop, client_id, secret)
        self.bucket = _bucket(self.shop, client_id)
        self.address = f"{admin_address(self.shop)}/admin/api/{API_VERSION}/graphql.json"

    def ask(self, query: str, **variables: Any) -> dict[str, Any]:
        """The `data` of the reply. Parts of it are null where Shopify withholds them.

        Raises:
            ConnectionFailed: there is none; it says why and what to do.
            TooCostly: a single query may not cost as much.
        """
        patience = LONGEST_WAIT
        pause = self.bucket.wait_for(query)
        while True:
            if pause > patience:
                raise ConnectionFailed(_("Shopify is busy with this shop."), retry_after=pause)
            patience -= pause
            time.sleep(pause)
            answer = self._answer(query, variables)
            problems = _problems(answer)
            if "THROTTLED" not in problems:
                return _data(answer, problems)
            pause = max(self.bucket.wait_for(query), FIRST_WAIT)

    def _answer(self, query: str, variables: Mapping[str, Any]) -> dict[str, Any]:
        """The reply's JSON. A token that Shopify refuses is replaced once."""
        token = tokens.token(self.credentials)
        reply = self._post(query, variables, token)
        if reply.status == 401:
            tokens.forget(self.credentials, token)
            reply = self._post(query, variables, tokens.token(self.credentials))
        answer = _read(reply, self.shop)
        cost = (answer.get("extensions") or {}).get("cost")
        if isinstance(cost, dict):
            self.bucket.hear(query, cost)
        return answer

    def _post(self, query: str, variables: Mapping[str, Any], token: str) -> http.Reply:
        try:
            return http.request(
                "POST",
                self.address,
                headers={"X-Shopify-Access-Token": token},
                json={"query": query, "variables": variables},
                is_repeatable=not query.lstrip().startswith("mutation"),
            )
        except http.RequestFailed as error:
            raise ConnectionFailed(error.message, permanent=error.permanent) from error


def _bucket(shop: str, client_id: str) -> Bucket:
    with _lock:
        if len(_buckets) >= MOST_BUCKETS:
            _buckets.clear()
        return _buckets.setdefault((shop, client_id), Bucket())


def _read(reply: http.Reply, shop: str) -> dict[str, Any]:
    if not reply.ok:
        raise _refusal(reply, shop)
    try:
        answer = reply.json()
    except http.Unreadable as error:
        raise ConnectionFailed(_("Shopify's answer cannot be read.")) from error
    if not isinstance(answer, dict) or not isinstance(answer.get("extensions") or {}, dict):
        raise ConnectionFailed(_("Shopify's answer cannot be read."))
    return answer


def _refusal(reply: http.Reply, shop: str) -> ConnectionFailed:
    """shopify.dev, "Response status codes": 402 is a frozen shop, 423 a locked one."""
    named = {"shop": shop}
    if reply.status == 401:
        return ConnectionFailed(
            _(
                "Shopify no longer accepts this app's key for %(shop)s. In the Dev Dashboard open "
                "the app, choose Settings, and copy the client ID and the secret again."
            )
            % named,
            permanent=True,
        )
    if reply.status == 403:
        return ConnectionFailed(_missing_scope(""), permanent=True)
    if reply.status in {402, 423}:
        return ConnectionFailed(
            _("Shopify has closed %(shop)s for now. See its admin for the reason.") % named,
            permanent=True,
        )
    if reply.status == 404:
        return ConnectionFailed(
            _("Shopify knows no shop called %(shop)s. Check its domain.") % named, permanent=True
        )
    return ConnectionFailed(
        _("Shopify does not answer at the moment."), retry_after=http.retry_after(reply)
    )


def _problems(answer: Mapping[str, Any]) -> dict[str, str]:
    """The reply's errors: what each said, by its code."""
    errors = answer.get("errors")
    if not isinstance(errors, list):
        return {"": str(errors)} if errors else {}
    return {_code(one): str(one.get("message")) for one in errors if isinstance(one, dict)}


def _code(error: Mapping[str, Any]) -> str:
    extensions = error.get("extensions")
    return str(extensions.get("code") or "") if isinstance(extensions, dict) else ""


def _data(answer: Mapping[str, Any], problems: Mapping[str, str]) -> dict[str, Any]:
    """The data, also where personal fields in it were withheld (ACCESS_DENIED deep inside)."""
    data = answer.get("data")
    has_data = isinstance(data, dict) and any(value is not None for value in data.values())
    if not problems and isinstance(data, dict):
        return data
    if isinstance(data, dict) and has_data and set(problems) == {"ACCESS_DENIED"}:
        return data
    raise _failure(problems)


def _failure(problems: Mapping[str, str]) -> ConnectionFailed:
    if "MAX_COST_EXCEEDED" in problems:
        return TooCostly(_("Shopify finds one question too costly."))
    if "ACCESS_DENIED" in problems:
        scope = re.search(r"\b(?:read|write)_[a-z_]+", problems["ACCESS_DENIED"])
        return ConnectionFailed(_missing_scope(scope[0] if scope else ""), permanent=True)
    if "SHOP_INACTIVE" in problems:
        return ConnectionFailed(_("The shop is not active at Shopify."), permanent=True)
    said = next(iter(problems.values()), "")
    return ConnectionFailed(_("Shopify answered with an error: %(said)s") % {"said": said[:200]})


def _missing_scope(scope: str) -> str:
    return missing_scopes([scope] if scope else [])


def missing_scopes(scopes: list[str]) -> str:
    """What to do about rights that the app does not have."""
    if not scopes:
        return _(
            "Shopify does not let the app read this shop. In the Dev Dashboard open the app and "
            "check that its released version has all scopes and is installed on the store."
        )
    return _(
        "The app may not do everything it needs. In the Dev Dashboard open the app, choose "
        "Versions, create a version that also has the scopes %(scopes)s, release it, and accept "
        "the update in the store's admin under Settings, Apps."
    ) % {"scopes": ", ".join(scopes)}


def _number(value: Any, fallback: float) -> float:
    return float(value) if isinstance(value, int | float) else fallback
