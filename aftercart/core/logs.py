"""Structured logs: one event a line, with the request's id, never with personal data."""

import logging
import logging.config
from typing import Any

import structlog


def configure(options: dict[str, str]) -> None:
    """Send Django's and our own logs through structlog; `format` is `json` or `console`."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler()
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
    for noisy in ("httpx", "httpcore", "pgqueuer", "asyncio"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
    # It names whole paths, in which tokens stand; the edge logs every request by its template.
    logging.getLogger("django.request").setLevel(logging.ERROR)


def _renderer(kind: str) -> Any:
    if kind == "json":
        return structlog.processors.JSONRenderer()
    return structlog.dev.ConsoleRenderer(colors=False)
