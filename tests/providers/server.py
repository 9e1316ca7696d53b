"""An HTTP server that answers as a test says, and keeps what it was asked."""

from __future__ import annotations

import contextlib
import http.server
import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Asked:
    """A request as it came."""

    method: str
    path: str
    headers: dict[str, str]
    body: Any


@dataclass
class Reply:
    """An answer: JSON, or bytes of a media type."""

    content: Any
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)


Script = Callable[[Asked], Reply]


@dataclass
class Scripted:
    """The running server."""

    url: str
    asked: list[Asked]


@contextlib.contextmanager
def scripted(script: Script) -> Iterator[Scripted]:
    """Serve ``script`` on loopback."""
    asked: list[Asked] = []

    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _serve(self) -> None:
            data = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            request = Asked(
                self.command,
                self.path,
                {name.lower(): value for name, value in self.headers.items()},
                json.loads(data) if data else None,
            )
            asked.append(request)
            reply = script(request)
            body = reply.content if isinstance(reply.content, bytes) else json.dumps(reply.content).encode()
            kind = "application/octet-stream" if isinstance(reply.content, bytes) else "application/json"
            with contextlib.suppress(BrokenPipeError, ConnectionResetError):
                self.send_response(reply.status)
                for name, value in {"Content-Type": kind, "Content-Length": str(len(body)), **reply.headers}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)

        do_GET = do_POST = _serve

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield Scripted(f"http://127.0.0.1:{server.server_port}", asked)
        finally:
            server.shutdown()
            thread.join()


def chat_completion(request: Asked, output: dict[str, Any], tokens: tuple[int, int] = (1200, 300)) -> Reply:
    """Answer as OpenAI's chat completions do: the output as the arguments of the tool that was offered for it."""
    call = {"name": request.body["tools"][0]["function"]["name"], "arguments": json.dumps(output)}
    message = {
        "role": "assistant",
        "content": None,
        "tool_calls": [{"id": "call_1", "type": "function", "function": call}],
    }
    return Reply(
        {
            "id": "chatcmpl-1",
            "object": "chat.completion",
            "created": 1_700_000_000,
            "model": request.body["model"],
            "choices": [{"index": 0, "message": message, "finish_reason": "tool_calls"}],
            "usage": {"prompt_tokens": tokens[0], "completion_tokens": tokens[1], "total_tokens": sum(tokens)},
        }
    )
