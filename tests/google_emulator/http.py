"""HTTP on loopback: reads a request, writes the answer, or breaks the connection on purpose."""

import json
import socket
import sys
import threading
from collections.abc import Callable, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .server import Wire

Respond = Callable[[str, str, Mapping[str, str], bytes], "Wire"]


class Server:
    """A server in threads of its own."""

    def __init__(self, port: int, respond: Respond, now: Callable[[], float]) -> None:
        self._http = _Http(("127.0.0.1", port), _Handler)
        self._http.respond, self._http.now = respond, now
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.01,), daemon=True)

    @property
    def url(self) -> str:
        """Return where it listens."""
        return f"http://127.0.0.1:{self._http.server_address[1]}"

    def start(self) -> None:
        """Begin to answer."""
        self._thread.start()

    def stop(self) -> None:
        """Stop answering and close every connection."""
        self._http.shutdown()
        self._thread.join()
        self._http.close_connections()
        self._http.server_close()


class _Http(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = True
    request_queue_size = 64
    respond: Respond
    now: Callable[[], float]

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self._open: set[socket.socket] = set()

    def process_request(self, request: Any, client_address: Any) -> None:
        self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        self._open.discard(request)
        super().shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Show what went wrong, unless it is only a client that went away."""
        if not isinstance(sys.exc_info()[1], ConnectionError | TimeoutError):
            super().handle_error(request, client_address)

    def close_connections(self) -> None:
        for connection in list(self._open):
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:
                continue  # it is closed already


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1
    server: _Http

    def handle_one_request(self) -> None:
        """Answer any method: which ones exist is for the emulator to say."""
        self.raw_requestline = self.rfile.readline(65537)
        if not self.raw_requestline or not self.parse_request():
            self.close_connection = True
            return
        length = int(self.headers.get("Content-Length", 0))
        raw = self.rfile.read(length)
        if len(raw) < length:  # who sent it went away in the middle: it never came
            self.close_connection = True
            return
        headers = {name.title(): value for name, value in self.headers.items()}
        self._send(self.server.respond(self.command, self.path, headers, raw))

    def _send(self, wire: "Wire") -> None:
        if wire.drop:
            self.close_connection = True
            self.connection.shutdown(socket.SHUT_RDWR)
            return
        answer = wire.answer
        body = answer.body
        if isinstance(body, dict):
            # Two spaces and a newline at the end, as Google writes it (reference/google.md §9.1).
            body = (json.dumps(body, ensure_ascii=False, indent=2) + "\n").encode()
        self.send_response(answer.status)
        self.send_header("Content-Type", answer.content_type)
        self.send_header("Vary", "Origin, X-Origin, Referer")
        for name, value in answer.headers.items():
            self.send_header(name, value)
        if answer.status != 204:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if wire.cut:
            self.close_connection = True
            body = body[: len(body) // 2]
        self.wfile.write(body)
        self.wfile.flush()

    def version_string(self) -> str:
        return "ESF"

    def date_time_string(self, timestamp: float | None = None) -> str:
        """Tell the emulator's time, not the machine's."""
        return super().date_time_string(self.server.now() if timestamp is None else timestamp)

    def log_message(self, format: str, *args: Any) -> None:
        """Keep quiet: the emulator keeps its own log."""
