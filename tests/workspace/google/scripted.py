"""A server that gives the answers of a list, one a request, over real HTTP; and a fake clock."""

import json
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit


@dataclass(frozen=True)
class Answer:
    """One answer; `drop` closes the connection after the request was read, `silent` waits."""

    status: int = 200
    body: bytes = b"{}"
    headers: Mapping[str, str] = field(default_factory=dict)
    drop: bool = False
    silent: bool = False
    missing: int = 0
    """Bytes promised in Content-Length and never sent."""


def ok(value: object = None) -> Answer:
    """Return a success with this JSON."""
    return Answer(200, json.dumps({} if value is None else value).encode(), JSON)


JSON = {"Content-Type": "application/json; charset=UTF-8"}


def refused(status: int, reason: str = "", message: str = "", **headers: str) -> Answer:
    """Return an error in Drive's envelope (reference/google.md §6.2)."""
    errors = [{"domain": "global", "reason": reason, "message": message}]
    error = {"error": {"errors": errors, "code": status, "message": message}}
    return Answer(
        status,
        json.dumps(error).encode(),
        {**JSON, **{name.replace("_", "-"): value for name, value in headers.items()}},
    )


def sheets_refused(status: int, code: str, message: str = "", detail: str = "") -> Answer:
    """Return an error in the envelope of Sheets (reference/google.md §6.2)."""
    error: dict[str, Any] = {"code": status, "message": message, "status": code}
    if detail:
        info = "type.googleapis.com/google.rpc.ErrorInfo"
        error["details"] = [{"@type": info, "reason": detail}]
    return Answer(status, json.dumps({"error": error}).encode(), JSON)


def token(value: str = "ya29.first", seconds: int = 3600) -> Answer:
    """Return what a token server answers."""
    return ok({"access_token": value, "expires_in": seconds, "token_type": "Bearer"})


@dataclass(frozen=True)
class Asked:
    """One request as it arrived; the names of headers in small letters."""

    method: str
    path: str
    query: Mapping[str, list[str]]
    headers: Mapping[str, str]
    body: bytes

    @property
    def form(self) -> dict[str, str]:
        """The body of a token request."""
        return {name: values[0] for name, values in parse_qs(self.body.decode()).items()}


class Script:
    """Answers in order; a request too many is answered 418 and fails the test at the end."""

    def __init__(self) -> None:
        self.answers: list[Answer] = []
        self.asked: list[Asked] = []
        self.unexpected: list[str] = []
        self._lock = threading.Lock()
        self._server = _Server(self)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))

    def will_answer(self, *given: Answer) -> None:
        """Add answers to the list."""
        self.answers += given

    def take(self, asked: Asked) -> Answer:
        """Return the next answer."""
        with self._lock:
            self.asked.append(asked)
            if self.answers:
                return self.answers.pop(0)
            self.unexpected.append(f"{asked.method} {asked.path}")
            return Answer(418)

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self._server.server_port}"

    @property
    def paths(self) -> Sequence[str]:
        """Method and path of each request, in order."""
        return [f"{asked.method} {asked.path}" for asked in self.asked]

    @property
    def tokens_seen(self) -> Sequence[str | None]:
        """The Authorization header of each request, in order."""
        return [asked.headers.get("authorization") for asked in self.asked]

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, script: Script) -> None:
        self.script = script
        super().__init__(("127.0.0.1", 0), _Handler)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def _answer(self) -> None:
        parts = urlsplit(self.path)
        body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        asked = Asked(
            self.command,
            parts.path,
            parse_qs(parts.query),
            {name.lower(): value for name, value in self.headers.items()},
            body,
        )
        answer = self.server.script.take(asked)
        if answer.silent:
            self.rfile.read(1)  # until the client hangs up
        if answer.silent or answer.drop:
            self.close_connection = True
            return
        self.send_response_only(answer.status)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(answer.body) + answer.missing))
        self.end_headers()
        self.wfile.write(answer.body)
        self.close_connection = self.close_connection or answer.missing > 0

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = _answer  # noqa: N815

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


class Clock:
    """Time that passes only by sleeping; keeps what was slept."""

    def __init__(self) -> None:
        self.time = 0.0
        self.slept: list[float] = []

    def now(self) -> float:
        """Return the seconds since the start."""
        return self.time

    def sleep(self, seconds: float) -> None:
        """Let time pass."""
        self.slept.append(seconds)
        self.time += seconds
