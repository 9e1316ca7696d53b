"""A worker's own HTTP port, for those who watch it: ``/metrics``, ``/health/live`` and ``/health/ready``."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http.server import ThreadingHTTPServer

from prometheus_client import REGISTRY, MetricsHandler

from app.config import get_settings
from app.core.telemetry import get_logger
from app.maintenance import dependencies

POLL_SECONDS = 0.05
log = get_logger("worker")


@contextmanager
def probes(working: Callable[[], bool]) -> Iterator[None]:
    """Serve on ``METRICS_PORT`` while the block lasts, if it is set. ``working``: whether tasks are being taken.

    A port that is taken costs the worker nothing but its metrics; the log says so.
    """
    settings = get_settings()
    if settings.metrics_port is None:
        yield
        return
    try:
        server = ThreadingHTTPServer((settings.metrics_host, settings.metrics_port), _handler(working))
    except OSError as error:
        log.error("no_metrics", port=settings.metrics_port, reason=error.strerror or str(error))
        yield
        return
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(POLL_SECONDS,), name="probes")
    thread.start()
    dependencies.start_watching()
    try:
        yield
    finally:
        dependencies.stop_watching()
        server.shutdown()
        thread.join()
        server.server_close()


def _handler(working: Callable[[], bool]) -> type[MetricsHandler]:
    class Handler(MetricsHandler):
        registry = REGISTRY

        def do_GET(self) -> None:
            """Answer a probe or a scrape."""
            path = self.path.partition("?")[0]
            if path == "/health/live":
                self._tell(200 if working() else 503, {"status": "alive" if working() else "threads have ended"})
            elif path == "/health/ready":
                found = dependencies.report()
                good = working() and found.good
                about = {"status": "ready" if good else "degraded", "looked_seconds_ago": round(found.age, 1)}
                self._tell(200 if good else 503, {**about, **found.states})
            elif path == "/metrics":
                super().do_GET()
            else:
                self._tell(404, {"status": "unknown"})

        def _tell(self, status: int, body: Mapping[str, object]) -> None:
            data = json.dumps(body).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

    return Handler
