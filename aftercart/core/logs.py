"""Structured logs: one event a line, with the request's id, never with personal data.

What goes wrong is told by its kind and its place. The words of an exception are left out, since
they quote what could not be used: an address, a name, a whole row.
"""

import logging
import logging.config
import traceback
from collections.abc import Iterator
from types import TracebackType
from typing import Any

import structlog

ExcInfo = tuple[type[BaseException], BaseException, TracebackType | None]


NOISY = {
    **dict.fromkeys(("httpx", "httpcore", "pgqueuer", "asyncio"), logging.WARNING),
    # The edge logs every request; only what Django could not answer is worth a second line.
    "django.request": logging.ERROR,
}


def configure(options: dict[str, str]) -> None:
    """Send Django's and our own logs through structlog; `format` is `json` or `console`.

    At the level `debug` the words of exceptions are told, too.
    """
    shared = _shared_processors(tells_all=options["level"] == "debug")
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler()
    handler.addFilter(by_template)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                _renderer(options["format"]),
            ],
        )
    )
    logging.basicConfig(handlers=[handler], level=options["level"].upper(), force=True)
    for name, level in NOISY.items():
        logging.getLogger(name).setLevel(level)


def places(exc_info: ExcInfo) -> str:
    """Where an exception came about and of which kind it is, with those that led to it."""
    told = [
        "".join(traceback.format_tb(error.__traceback__)) + kind(error)
        for error in reversed(list(_chain(exc_info[1])))
    ]
    return "\n\nwhich led to\n\n".join(told)


def kind(error: BaseException) -> str:
    """The exception's type; for one of the database's also its code and what it is about."""
    name = f"{type(error).__module__}.{type(error).__qualname__}"
    about = getattr(error, "diag", None)
    details = {
        "sqlstate": getattr(error, "sqlstate", None),
        "table": getattr(about, "table_name", None),
        "column": getattr(about, "column_name", None),
        "constraint": getattr(about, "constraint_name", None),
    }
    return " ".join([name, *(f"{word}={value}" for word, value in details.items() if value)])


def by_template(record: logging.LogRecord) -> bool:
    """Name a request by its route: Django names it by its path, in which tokens stand."""
    request = getattr(record, "request", None)
    if request is not None:
        found = getattr(request, "resolver_match", None)
        record.msg = "request.failed route=/%s"
        record.args = (found.route if found else "?",)
    return True


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)


def _renderer(kind: str) -> Any:
    if kind == "json":
        return structlog.processors.JSONRenderer()
    return structlog.dev.ConsoleRenderer(colors=False)


def _shared_processors(*, tells_all: bool) -> list[Any]:
    return [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info
        if tells_all
        else structlog.processors.ExceptionRenderer(places),
    ]
