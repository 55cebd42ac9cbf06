"""The stand-ins' own limits, tokens and faults: what tests of carriers lean on."""

from datetime import UTC, datetime, timedelta

import httpx

from aftercart.connectors.base import Limit
from aftercart.demo.standins.base import Move, Request, Response, Script, StandIn, as_json

NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)


class Post(StandIn):
    def answer(self, request: Request) -> Response:
        if not self.is_token_good(request):
            return as_json({"error": "token"}, 401)
        return as_json({"number": request.parameter("number")})


class Watch:
    now = NOON

    def __call__(self) -> datetime:
        return self.now


def test_limits_tokens_and_faults():
    watch = Watch()
    post = Post(clock=watch, limits=(Limit(2, 60),))
    with post.serving() as url, httpx.Client(base_url=url) as client:
        headers = {"Authorization": f"Bearer {post.issue_token()}"}
        ask = lambda: client.get("/?number=1", headers=headers)  # noqa: E731 - said once
        assert [ask().status_code for _ in range(3)] == [200, 200, 429]
        assert ask().headers["retry-after"] == "60"
        watch.now += timedelta(seconds=60)
        assert ask().json() == {"number": "1"}
        post.outage = True
        assert ask().status_code == 503
        post.outage = False
        watch.now += timedelta(hours=1)
        assert ask().status_code == 401
    assert post.refused_by_limit == 2
    assert [seen.status for seen in post.seen] == [200, 200, 429, 429, 200, 503, 401]


def test_a_script_tells_what_has_happened_so_far():
    moves = tuple(Move(at=NOON + timedelta(hours=hour), status="in_transit") for hour in range(3))
    script = Script(number="1", moves=moves)
    assert script.so_far(NOON + timedelta(hours=1)) == moves[:2]
