"""A worker's own HTTP port, for those who watch it: ``/metrics``, ``/health/live`` and ``/health/ready``."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import ThreadingHTTPServer

from prometheus_client import REGISTRY, MetricsHandler

from app.config import get_settings
from app.storage.parts import OK, part_states
from app.telemetry import get_logger

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
    try:
        yield
    finally:
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
                states = part_states()
                good = working() and set(states.values()) == {OK}
                self._tell(200 if good else 503, {"status": "ready" if good else "degraded"} | states)
            elif path == "/metrics":
                super().do_GET()
            else:
                self._tell(404, {"status": "unknown"})

        def _tell(self, status: int, body: dict[str, str]) -> None:
            data = json.dumps(body).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

    return Handler
