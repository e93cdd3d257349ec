"""A small server on loopback that streams answers with known delays, or fails in a known way."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Served:
    """How it answers, and what it was asked."""

    first_s: float = 0.0
    token_s: float = 0.0
    tokens: int = 5
    way: str = "well"
    from_request: int = 0  # from which request on it answers in that way, well before
    counts: bool = True
    slots: int = 1_000  # prompts that it reads at once
    url: str = ""
    asked: list[dict[str, Any]] = field(default_factory=list)
    heads: list[dict[str, str]] = field(default_factory=list)
    lock: Any = field(default_factory=threading.Lock)

    def number(self, body: dict[str, Any], heads: dict[str, str]) -> int:
        with self.lock:
            self.asked.append(body)
            self.heads.append(heads)
            return len(self.asked) - 1


def answering(state: Served) -> type[BaseHTTPRequestHandler]:
    """The handler of a server with a way to answer."""
    reading = threading.Semaphore(state.slots)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *_: Any) -> None:
            pass

        def plain(self, status: int, kind: str, body: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def event(self, value: Any) -> None:
            text = value if isinstance(value, str) else json.dumps(value)
            raw = f"data: {text}\n\n".encode()
            self.wfile.write(f"{len(raw):x}\r\n".encode() + raw + b"\r\n")
            self.wfile.flush()

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            number = state.number(body, dict(self.headers))
            way = state.way if number >= state.from_request else "well"
            if way in ("401", "404", "429", "500"):
                told = {"error": {"message": f"no: {self.headers.get('Authorization', '')}"}}
                self.plain(int(way), "application/json", json.dumps(told).encode())
            elif way == "page":
                self.plain(200, "text/html", b"<html>Welcome</html>")
            elif way == "whole":
                self.plain(200, "application/json", b'{"choices": [{"message": {}}]}')
            elif way == "no http":
                self.wfile.write(b"SSH-2.0-OpenSSH_9.6\r\n")
                self.close_connection = True
            elif way == "hangs":
                time.sleep(2.0)
            else:
                self.streamed(way)

        def streamed(self, way: str) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/event-stream; charset=utf-8")
            self.send_header("Transfer-Encoding", "chunked")
            self.end_headers()
            if way == "rubbish":
                self.event("{not json")
                return
            with reading:
                time.sleep(state.first_s)
            for place in range(state.tokens):
                if way == "dies" and place == 2:
                    self.wfile.flush()
                    self.connection.close()
                    return
                if way == "error" and place == 2:
                    self.event({"error": {"message": "out of memory"}})
                    return
                if way == "drips":
                    time.sleep(0.15)
                self.event({"choices": [{"delta": {"content": "" if way == "silent" else "x "}}]})
                if place < state.tokens - 1:
                    time.sleep(state.token_s)
            self.event({"choices": [{"delta": {}, "finish_reason": "length"}]})
            if state.counts:
                usage = {"prompt_tokens": 321, "completion_tokens": state.tokens}
                self.event({"choices": [], "usage": usage})
            self.event("[DONE]")
            self.wfile.write(b"0\r\n\r\n")

    return Handler


@contextmanager
def served(**how: Any) -> Iterator[Served]:
    """A server that answers so, for as long as it is needed."""
    state = Served(**how)
    server = ThreadingHTTPServer(("127.0.0.1", 0), answering(state))
    server.daemon_threads = True
    server.handle_error = lambda *_: None  # type: ignore[method-assign]
    state.url = f"http://127.0.0.1:{server.server_port}/v1"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield state
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
