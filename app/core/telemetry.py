"""Logs and metrics: structured lines on standard error, and Prometheus counters.

Every line carries what is bound to its context: ``request_id``, ``task_id``, ``task_type``, ``short_id``. A thread that
works for a task is given that context by ``in_context``.
"""

from __future__ import annotations

import contextvars
import logging
import sys
from collections.abc import Callable
from typing import TypeVar

import structlog
from prometheus_client import Counter, Gauge, Histogram
from structlog.contextvars import get_contextvars

from app.config import get_settings
from app.core.redaction import without_secrets

Argument = TypeVar("Argument")
Result = TypeVar("Result")
MINUTES = (0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600, 1800)
"""Bounds, in seconds, for what may take a moment or half an hour."""

HTTP_SECONDS = Histogram(
    "shopreel_http_request_seconds", "Time until a request's answer has gone out.", ["method", "route", "status"]
)
SESSION_OPERATIONS = Counter(
    "shopreel_session_operations_total", "Session operations by kind and outcome.", ["operation", "outcome"]
)
SESSION_SECONDS = Histogram("shopreel_session_operation_seconds", "Time of a session operation.", ["operation"])
TASK_MOVES = Counter("shopreel_task_moves_total", "Tasks that came to a state.", ["status"])
TASK_WAIT_SECONDS = Histogram(
    "shopreel_task_wait_seconds", "Time from a task's creation to its first claim.", ["task_type"], buckets=MINUTES
)
TASK_RUN_SECONDS = Histogram(
    "shopreel_task_run_seconds", "Time of one run of a task, by how it went.", ["task_type", "outcome"], buckets=MINUTES
)
LEASES_LOST = Counter("shopreel_leases_lost_total", "Runs that found their task given to another run.")
TASKS_POISONED = Counter(
    "shopreel_tasks_poisoned_total",
    "Tasks whose workers went away twice at one place.",
    ["task_type"],
)
SCHEDULER_LEADS = Gauge("shopreel_scheduler_leads", "1 while this process sweeps and cleans up for all.")
SWEPT = Counter("shopreel_swept_total", "Records that the sweeper made true again, by repair.", ["repair"])
NOTES_REFUSED = Counter("shopreel_notes_refused_total", "Noted changes that could not be numbered, and were put away.")
CLEANED = Counter("shopreel_cleanup_removed_total", "Records that the clean-up removed, by kind.", ["what"])
CLEANUP_SECONDS = Histogram("shopreel_cleanup_seconds", "Time of a clean-up.", buckets=MINUTES)
PROVIDER_CALLS = Counter("shopreel_provider_calls_total", "Calls of model providers.", ["provider", "outcome"])
PROVIDER_SECONDS = Histogram(
    "shopreel_provider_call_seconds", "Time of a call of a model provider.", ["provider"], buckets=MINUTES
)
MODEL_DOLLARS = Counter("shopreel_model_dollars_total", "What models have cost, in dollars.", ["model"])
MODEL_TOKENS = Counter("shopreel_model_tokens_total", "Tokens that models have taken.", ["model", "direction"])
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

FIRST: list[structlog.typing.Processor] = [
    structlog.contextvars.merge_contextvars,
    structlog.processors.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
]
"""What is done with every line at first."""


def configure_logging(*, form: str | None = None, level: str | None = None) -> None:
    """Send structured logs to standard error, those of the libraries too.

    ``form`` (``json`` or ``console``) and ``level``: None: as the settings say.
    """
    settings = get_settings()
    form = form or settings.log_format or ("console" if sys.stderr.isatty() else "json")
    number = logging.getLevelNamesMapping()[(level or settings.log_level).upper()]
    last = _own_logs(form == "json", number)
    libraries = logging.StreamHandler(sys.stderr)
    libraries.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[*FIRST, structlog.stdlib.add_logger_name],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *last],
        )
    )
    logging.basicConfig(handlers=[libraries], level=max(number, logging.WARNING), force=True)
    # What its threads meet in the background, whoever calls the database is told too, in one line.
    logging.getLogger("pymongo.client").setLevel(logging.CRITICAL)


def _without_secrets(logger: object, method: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
    """Whatever a line says of URLs, it says without credentials and tokens: traces of libraries too."""
    return {name: without_secrets(value) if isinstance(value, str) else value for name, value in event.items()}


def _own_logs(as_json: bool, level: int) -> list[structlog.typing.Processor]:
    """Configure our own loggers; return what is done with a line at last."""
    last: list[structlog.typing.Processor] = [
        structlog.processors.format_exc_info,
        _without_secrets,
        structlog.processors.JSONRenderer() if as_json else structlog.dev.ConsoleRenderer(),
    ]
    structlog.configure(
        processors=[*FIRST, *last],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
    return last


def get_logger(name: str) -> structlog.typing.FilteringBoundLogger:
    """Return a logger whose lines carry ``name``."""
    logger: structlog.typing.FilteringBoundLogger = structlog.get_logger(component=name)
    return logger


def request_id() -> str | None:
    """Return the id of the request that what is done here goes back to, if it goes back to one."""
    found: str | None = get_contextvars().get("request_id")
    return found


def in_context(function: Callable[[Argument], Result]) -> Callable[[Argument], Result]:
    """Return ``function`` for a pool of threads: there, too, its lines and spans belong to what the caller works on."""
    context = contextvars.copy_context()
    return lambda argument: context.copy().run(function, argument)


if not structlog.is_configured():
    # A script's standard output stays its own, until it, or a command, configures logging.
    _own_logs(not sys.stderr.isatty(), logging.WARNING)
