"""The programs one by one, as processes."""

import os
import subprocess

import httpx
import pytest

from tests.support.live import PROGRAM, LiveApp, StartLiveApp

pytestmark = pytest.mark.processes


def test_the_server_says_that_it_lives_and_is_ready(live_app: LiveApp):
    assert httpx.get(f"{live_app.url}/healthz").status_code == 200
    assert httpx.get(f"{live_app.url}/readyz").status_code == 200
    assert live_app.is_alive("work")


def test_both_end_in_order_when_asked(live_app: LiveApp):
    assert live_app.stop("serve") == 0
    assert live_app.stop("work") == 0
    assert "Traceback" not in live_app.log("serve") + live_app.log("work")


def test_a_second_server_on_the_port_is_refused_with_a_reason(live_app_with: StartLiveApp):
    first = live_app_with("serve")
    done = subprocess.run(
        [*PROGRAM, "serve"],
        env={**os.environ, "PORT": str(first.port)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert f"Port {first.port} cannot be used" in done.stderr
