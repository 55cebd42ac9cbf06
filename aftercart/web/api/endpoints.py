"""The REST API: orders and tracking events in, orders out, all in the store of the key."""

from http import HTTPStatus
from typing import Annotated, Any, cast

from django.http import HttpRequest, HttpResponse
from ninja import Query
from ninja.errors import AuthenticationError, HttpError, ValidationError

from aftercart import __version__
from aftercart.commerce.orders import queries as orders
from aftercart.connectors.shops.api import facts, scopes
from aftercart.connectors.shops.api.fields import Identifier
from aftercart.connectors.shops.api.schemas import OrderIn, TrackingEventsIn
from aftercart.conversation.pages import snapshots
from aftercart.core import clock, links
from aftercart.core.facts import Incoming
from aftercart.core.tenancy import bound
from aftercart.intake.acceptance import accept
from aftercart.intake.api_keys import Caller
from aftercart.intake.replies import Reply
from aftercart.web.api import answers, schemas
from aftercart.web.api.bodies import StrictJson
from aftercart.web.api.document import DocumentedApi
from aftercart.web.api.idempotency import answered_once
from aftercart.web.api.pace import Pace
from aftercart.web.api.problems import ApiProblem, from_validation, problem_response
from aftercart.web.api.security import ApiKey

DESCRIPTION = (
    "Send orders and tracking events, read orders with their parcels. Every object is known by "
    "your own id, so sending it again updates it. Send an `Idempotency-Key` header to be able to "
    "repeat a request safely: for 24 hours the same key gets the same answer."
)

api = DocumentedApi(
    title="Aftercart API",
    version=__version__,
    description=DESCRIPTION,
    docs_url=None,
    auth=ApiKey(Pace()),
    parser=StrictJson(),
    urls_namespace="api",
)

ALWAYS = (401, 403, 429, 500)
WITH_A_BODY = (400, 409, 413, 415, 422, *ALWAYS)


def _problems(*statuses: int) -> dict[Any, Any]:
    return dict.fromkeys(sorted(statuses), schemas.Problem)


def _caller(request: HttpRequest, scope: str) -> Caller:
    """Who calls, if they may do this.

    Raises:
        ApiProblem: their connection was not given the right.
    """
    caller = cast(Caller, request.auth)  # type: ignore[attr-defined]
    if not scopes.may(caller.scopes, scope):
        raise ApiProblem(403, f"This key was not given the right {scope}.")
    return caller


@api.post(
    "/orders",
    response={200: schemas.OrderOut, **_problems(*WITH_A_BODY)},
    operation_id="putOrder",
    summary="Create or update an order",
)
def put_order(request: HttpRequest, payload: OrderIn) -> HttpResponse:
    """The order is known by `external_id`. The answer is the order as it now stands."""
    caller = _caller(request, scopes.SEND_ORDERS)

    def answer() -> Reply:
        fact = facts.order_fact(payload, clock.now())
        accept([Incoming(caller.store_id, caller.source, fact, payload.silent)])
        return _json(_one_order(caller, payload.external_id))

    with bound(caller.store_id):
        return answered_once(request, caller, answer)


@api.get(
    "/orders/{external_id}",
    response={200: schemas.OrderOut, **_problems(404, 422, *ALWAYS)},
    operation_id="getOrder",
    summary="Read an order",
)
def get_order(request: HttpRequest, external_id: Identifier) -> schemas.OrderOut:
    """The order with its parcels and scans."""
    caller = _caller(request, scopes.READ_ORDERS)
    with bound(caller.store_id):
        return _one_order(caller, external_id)


@api.get(
    "/orders",
    response={200: schemas.OrdersOut, **_problems(422, *ALWAYS)},
    operation_id="listOrders",
    summary="List orders",
)
def list_orders(
    request: HttpRequest,
    limit: Annotated[int, Query(ge=1, le=100)] = 50,
    cursor: Annotated[str, Query(pattern="^[0-9a-z]{1,12}$")] | None = None,
) -> schemas.OrdersOut:
    """The newest first. `next_cursor` continues where this page ends; it is null on the last."""
    caller = _caller(request, scopes.READ_ORDERS)
    after = int(cursor, 36) if cursor else None
    with bound(caller.store_id):
        rows = orders.newest_of_source(caller.store_id, caller.source, limit + 1, after)
        page = rows[:limit]
        taken = snapshots.take(caller.store_id, [row["id"] for row in page])
    return schemas.OrdersOut(
        orders=[answers.order_out(row["external_id"], taken[row["id"]]) for row in page],
        next_cursor=links.base36(page[-1]["id"]) if len(rows) > limit else None,
    )


@api.post(
    "/tracking-events",
    response={202: schemas.AcceptedOut, **_problems(*WITH_A_BODY)},
    operation_id="putTrackingEvents",
    summary="Send tracking events",
)
def put_tracking_events(request: HttpRequest, payload: TrackingEventsIn) -> HttpResponse:
    """Scans of one or more parcels, in any order and as often as you like: each counts once."""
    caller = _caller(request, scopes.SEND_TRACKING)

    def answer() -> Reply:
        accept(
            [
                Incoming(caller.store_id, caller.source, fact, payload.silent)
                for fact in facts.tracking_facts(payload.events)
            ]
        )
        return _json(schemas.AcceptedOut(accepted=len(payload.events)), HTTPStatus.ACCEPTED)

    with bound(caller.store_id):
        return answered_once(request, caller, answer)


def _one_order(caller: Caller, external_id: str) -> schemas.OrderOut:
    order_id = orders.id_of(caller.store_id, caller.source, external_id)
    if order_id is None:
        raise ApiProblem(404, "No order of this store has that external_id.")
    snapshot = snapshots.take(caller.store_id, [order_id])[order_id]
    return answers.order_out(external_id, snapshot)


def _json(body: Any, status: int = HTTPStatus.OK) -> Reply:
    return Reply(int(status), body.model_dump_json().encode())


@api.exception_handler(ApiProblem)
def on_problem(request: HttpRequest, problem: ApiProblem) -> HttpResponse:
    return problem_response(problem)


@api.exception_handler(ValidationError)
def on_invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    return problem_response(from_validation(error.errors))


@api.exception_handler(AuthenticationError)
def on_unauthenticated(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
    return problem_response(ApiProblem(401, "The API key is missing, wrong, or was replaced."))


@api.exception_handler(HttpError)
def on_http_error(request: HttpRequest, error: HttpError) -> HttpResponse:
    if isinstance(error.__cause__, ApiProblem):  # what a body is refused for
        return problem_response(error.__cause__)
    return problem_response(ApiProblem(error.status_code, str(error)))
