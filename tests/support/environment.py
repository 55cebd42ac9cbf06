"""The environment that tests run in, set before Django reads its settings (`-p` in pyproject.toml).

Postgres lives in AFTERCART_HOME, or in a folder that is kept from run to run; a server of one's
own can be named by TEST_DATABASE_URL. Every process of a run has a database of its own in it.
"""

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent

# Not secrets: whatever is sealed or signed with them lives for one run.
FIXED = {
    "AFTERCART_KEYS": "test:dGVzdHMtb25seS10ZXN0cy1vbmx5LXRlc3RzLW9ubHk=",
    "SECRET_KEY": "for-tests-only-for-tests-only-for-tests-only",
    "DEBUG": "0",
    "EMAIL_URL": "mailbox:",
    "EMAIL_FROM": "Aftercart <no-reply@localhost>",
    "HOST": "127.0.0.1",
    "PORT": "8000",
    "PUBLIC_URL": "http://127.0.0.1:8000",
    "LOG_LEVEL": "warning",
    "LOG_FORMAT": "console",
    "METRICS_TOKEN": "",
    "TRUSTED_PROXIES": "0",
    "ALLOWED_PRIVATE_HOSTS": "127.0.0.1",
    "WORKERS": "1",
    # Playwright keeps an event loop in the thread that also uses the ORM.
    "DJANGO_ALLOW_ASYNC_UNSAFE": "true",
}
LEFT_OUT = ("AFTERCART_ROLE", "DATABASE_FACE_URL", "DATABASE_WORKER_URL", "DATABASE_EDGE_URL")
DATABASE_PREFIX = "test_aftercart_"


def set_environment() -> None:
    """Make the tests independent of what the shell holds."""
    home = Path(os.environ.setdefault("AFTERCART_HOME", str(ROOT / ".cache" / "tests"))).absolute()
    os.environ.update(FIXED)
    for name in LEFT_OUT:
        os.environ.pop(name, None)

    from aftercart.config import postgres
    from tests.support.database import with_name

    server = os.environ.get("TEST_DATABASE_URL") or postgres.url(home)
    os.environ["DATABASE_URL"] = with_name(server, f"{DATABASE_PREFIX}{os.getpid()}")


set_environment()
