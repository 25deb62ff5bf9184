"""Be a server that speaks chat completions on a loopback port and answers as a test says, misbehaviour included."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass(frozen=True)
class Asked:
    """Be one request: its number from 1, path, headers in lower case, body."""

    number: int
    path: str
    headers: dict[str, str]
    body: dict[str, Any]

    @property
    def about(self) -> str:
        """Return the title of the schema that the answer must have: `Proposal`, `Judgement`."""
        return str(self.body["response_format"]["json_schema"]["name"])

    @property
    def words(self) -> str:
        """Return every message's text."""
        return "\n".join(str(message["content"]) for message in self.body["messages"])


@dataclass(frozen=True)
class Said:
    """Be one response; `pause` comes before it, `trickle` between its bytes (seconds), `closes` ends the connection without a word."""

    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    pause: float = 0.0
    trickle: float = 0.0
    closes: bool = False


Script = Callable[[Asked], Said]


def completion(
    text: str | None, *, finish: str = "stop", refusal: str | None = None, usage: tuple[int, int] = (100, 20), **rest: Any
) -> Said:
    """Return a completion as OpenAI's interface describes it."""
    body = {
        "id": "chatcmpl-stub",
        "object": "chat.completion",
        "created": 1700000000,
        "model": "stub",
        "choices": [
            {
                "index": 0,
                "finish_reason": finish,
                "logprobs": None,
                "message": {"role": "assistant", "content": text, "refusal": refusal, "annotations": []},
            }
        ],
        "usage": {
            "prompt_tokens": usage[0],
            "completion_tokens": usage[1],
            "total_tokens": sum(usage),
            "prompt_tokens_details": {"cached_tokens": 8, "audio_tokens": 0},
            "completion_tokens_details": {"reasoning_tokens": 5, "audio_tokens": 0},
        },
    }
    return Said(body=json.dumps(body).encode(), **rest)


def answer(value: Any, **rest: Any) -> Said:
    """Return a completion that holds a JSON value."""
    return completion(json.dumps(value), **rest)


def error(status: int, code: str | None = None, message: str = "told to fail", **headers: str) -> Said:
    """Return an error as OpenAI's interface describes it."""
    body = {"error": {"message": message, "type": "stub", "param": None, "code": code}}
    return Said(status, json.dumps(body).encode(), {name.replace("_", "-"): text for name, text in headers.items()})


def nothing_to_say(asked: Asked) -> Said:
    """Answer each question with the least that fits its schema."""
    return answer({"edits": []} if asked.about == "Proposal" else {"vote": "approve", "reason": "It can be carried out.", "remarks": []})


class Stub:
    """Hold the running server: its address, the script that it follows now, what it was asked."""

    def __init__(self, script: Script = nothing_to_say) -> None:
        self.script = script
        self.asked: list[Asked] = []
        self._lock = threading.Lock()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._server.daemon_threads = True

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}/v1"

    def about(self, title: str) -> list[Asked]:
        """Return the requests for one schema, in order."""
        return [asked for asked in self.asked if asked.about == title]

    def take(self, path: str, headers: dict[str, str], body: dict[str, Any]) -> Said:
        with self._lock:
            asked = Asked(len(self.asked) + 1, path, headers, body)
            self.asked.append(asked)
        return self.script(asked)

    @contextmanager
    def running(self) -> Iterator[Stub]:
        thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        try:
            yield self
        finally:
            self._server.shutdown()
            self._server.server_close()
            thread.join(5)


def _handler(stub: Stub) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["content-length"])))
            said = stub.take(self.path, {name.lower(): text for name, text in self.headers.items()}, body)
            time.sleep(said.pause)
            if said.closes:
                self.close_connection = True
                return
            try:
                self._say(said)
            except (BrokenPipeError, ConnectionResetError):
                self.close_connection = True

        def _say(self, said: Said) -> None:
            self.send_response(said.status)
            for name, text in ({"content-type": "application/json"} | said.headers).items():
                self.send_header(name, text)
            self.send_header("content-length", str(len(said.body)))
            self.end_headers()
            if not said.trickle:
                self.wfile.write(said.body)
                return
            for at in range(len(said.body)):
                self.wfile.write(said.body[at : at + 1])
                self.wfile.flush()
                time.sleep(said.trickle)

        def log_message(self, *_: Any) -> None:
            """Say nothing: what was asked is kept in the stub."""

    return Handler
