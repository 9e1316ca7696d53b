"""Logs and metrics: structured lines on standard error, and Prometheus counters."""

from __future__ import annotations

import logging
import sys

import structlog
from prometheus_client import Counter, Gauge, Histogram

from app.models import without_secrets

SESSION_OPERATIONS = Counter(
    "shopreel_session_operations_total", "Session operations by kind and outcome.", ["operation", "outcome"]
)
SESSION_SECONDS = Histogram("shopreel_session_operation_seconds", "Time of a session operation.", ["operation"])
TASK_MOVES = Counter("shopreel_task_moves_total", "Tasks that came to a state.", ["status"])
LEASES_LOST = Counter("shopreel_leases_lost_total", "Runs that found their lease gone.")
KEY_CHECKS = Counter("shopreel_key_checks_total", "API keys that came with requests, by outcome.", ["outcome"])
LIMITED = Counter("shopreel_limited_total", "Starts that a limit refused, by limit.", ["limit"])
LIMITS_LOCAL = Counter(
    "shopreel_limits_local_total", "Times that a process kept a limit by itself alone: the broker was away."
)
LOOKUPS_SKIPPED = Counter(
    "shopreel_lookups_skipped_total", "What was accepted without a look-up, by kind: the database was away.", ["what"]
)
MESSAGES_UNSENT = Counter("shopreel_messages_unsent_total", "Tasks that the broker did not take at once.")
FOLLOWERS = Gauge("shopreel_event_followers", "Open streams of events in this process.")
SPOOL_ENTRIES = Counter("shopreel_spool_entries_total", "Writes that went to the spool and came back.", ["move"])


def configure_logging(*, json: bool | None = None, level: int = logging.INFO) -> None:
    """Send structured logs to standard error; ``json`` None: JSON unless a person looks on."""
    as_json = not sys.stderr.isatty() if json is None else json
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            _without_secrets,
            structlog.processors.JSONRenderer() if as_json else structlog.dev.ConsoleRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )


def _without_secrets(logger: object, method: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
    """Whatever a line says of URLs, it says without credentials and tokens: traces of libraries too."""
    return {name: without_secrets(value) if isinstance(value, str) else value for name, value in event.items()}


def _quietly() -> None:
    """Keep a script's standard output its own, until it, or a command, configures logging."""
    if not structlog.is_configured():
        configure_logging(level=logging.WARNING)


def get_logger(name: str) -> structlog.typing.FilteringBoundLogger:
    """Return a logger whose lines carry ``name``."""
    logger: structlog.typing.FilteringBoundLogger = structlog.get_logger(component=name)
    return logger


_quietly()
