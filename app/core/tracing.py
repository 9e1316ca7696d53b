"""Traces by OpenTelemetry: from a request through the broker to each step of the task that it started.

They are made where ``OTEL_EXPORTER_OTLP_ENDPOINT`` names a collector and the extra ``otel`` is installed. Otherwise
``span`` costs nothing, and nothing of OpenTelemetry is imported. The way from a request to a task's run is a task's
record: ``carrier`` gives what it keeps (the W3C's ``traceparent``), ``span(parent=…)`` goes on from it.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext
from typing import Any, Literal

from app.config import get_settings
from app.errors import InvalidInput

SERVICE = "shopreel"
EXTRA = "opentelemetry.sdk"
NOTHING = nullcontext()
Kind = Literal["INTERNAL", "SERVER", "PRODUCER", "CONSUMER"]

_provider: Any = None
_tracer: Any = None


def configure(part: str, exporter: Any = None) -> None:
    """Begin to trace this process, ``part`` of the service (api, worker); without an endpoint do nothing.

    ``exporter``: an OpenTelemetry span exporter; None: one that sends to the endpoint of the settings, in batches.

    Raises:
        InvalidInput: an endpoint is set, and the extra is not installed.
    """
    endpoint = get_settings().otel_exporter_otlp_endpoint
    if endpoint is None and exporter is None:
        return
    if not _installed():
        raise InvalidInput(
            "wrong setting: OTEL_EXPORTER_OTLP_ENDPOINT: install the extra for it: pip install 'shopreel[otel]'"
        )
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor

    global _provider, _tracer
    exporter = exporter or OTLPSpanExporter(endpoint=f"{(endpoint or '').rstrip('/')}/v1/traces")
    _provider = TracerProvider(resource=Resource.create({"service.name": SERVICE, "shopreel.part": part}))
    _provider.add_span_processor(BatchSpanProcessor(exporter))
    _tracer = _provider.get_tracer(SERVICE)


def _installed() -> bool:
    try:
        return importlib.util.find_spec(EXTRA) is not None
    except ModuleNotFoundError:  # of a package above it
        return False


def close() -> None:
    """Send what waits and stop tracing."""
    global _provider, _tracer
    if _provider is not None:
        _provider.shutdown()
    _provider = _tracer = None


def span(
    name: str, *, kind: Kind = "INTERNAL", parent: Mapping[str, str] | None = None, **attributes: str | int | None
) -> AbstractContextManager[Any]:
    """Return a context that is a span; it yields None where nothing is traced.

    ``parent``: headers or a ``carrier`` to go on from; None: the span around this one. An error that leaves the block
    is recorded with the span.
    """
    if _tracer is None:
        return NOTHING
    from opentelemetry.propagate import extract
    from opentelemetry.trace import SpanKind

    context = extract(dict(parent)) if parent else None
    known = {f"shopreel.{key}": value for key, value in attributes.items() if value is not None}
    started: AbstractContextManager[Any] = _tracer.start_as_current_span(
        name, context=context, kind=SpanKind[kind], attributes=known
    )
    return started


def carrier() -> dict[str, str] | None:
    """Return what a record keeps so that another process can go on from the present span; None: nothing is traced."""
    if _tracer is None:
        return None
    from opentelemetry.propagate import inject

    kept: dict[str, str] = {}
    inject(kept)
    return kept or None


class Steps:
    """The steps of a run, each a span within the run's: a new one begins where the one before ends."""

    def __init__(self) -> None:
        self._name: str | None = None
        self._span: Any = None

    def enter(self, name: str) -> None:
        """Begin the step ``name``, unless it is the present one."""
        if _tracer is None or name == self._name:
            return
        self.leave()
        self._name, self._span = name, _tracer.start_span(name)

    def leave(self) -> None:
        """End the present step, if there is one."""
        if self._span is not None:
            self._span.end()
        self._name = self._span = None
