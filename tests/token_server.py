"""A real token server on this machine, over HTTP: what a refresh token buys, and its refusals.

Use it as a context manager; its fields can be changed while it runs.
"""

import json
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl


@dataclass
class TokenServer:
    """The server: the same answer to everybody."""

    status: int = 200
    answer: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    is_silent: bool = False
    """It takes requests and never answers."""
    asked: list[dict[str, str]] = field(default_factory=list)
    """The form of each request."""

    def sells(self, token: str) -> None:
        """Answer with a token, as servers do (RFC 6749 §5.1)."""
        known = {"access_token": token, "token_type": "Bearer", "expires_in": 3599}
        self.status, self.answer = 200, json.dumps(known).encode()

    def refuses(self, error: str, description: str = "", status: int = 400) -> None:
        """Answer with a refusal (RFC 6749 §5.2)."""
        said = {"error": error, "error_description": description}
        self.status, self.answer = status, json.dumps(said).encode()

    @property
    def address(self) -> str:
        """Where it is."""
        return f"http://127.0.0.1:{self._http.server_port}/token"

    def __enter__(self) -> "TokenServer":
        server = self
        self._over = threading.Event()

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                server.asked.append(dict(parse_qsl(body.decode(), strict_parsing=True)))
                if server.is_silent:
                    server._over.wait()
                    return
                self.send_response(server.status)
                for name, value in server.headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(server.answer)))
                self.end_headers()
                self.wfile.write(server.answer)

            def do_GET(self) -> None:
                """Answer who was sent here from elsewhere."""
                self.send_error(404)

            def log_message(self, format: str, *args: object) -> None:
                pass

        self._http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._http.serve_forever, name="token server")
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._http.shutdown()
        self._thread.join()
        self._http.server_close()
