"""Requests to Google: signed by google-auth, on time, at the allowed pace, and patient.

google-auth's AuthorizedSession carries them, in gspread's HTTPClient. gspread 6.2.1 waits for ever,
and its BackOffHTTPClient repeats for ever, creates included (reference/google.md §7). Here every
request has a timeout, its turn (:mod:`.rate_limit`) and a bounded back-off (:mod:`.retry`), and is
repeated in place only where that cannot do a thing twice (reference/google.md §6.1). Only errors of
:mod:`dankheo_sheets.errors` come out.
"""

import os
import threading
from collections.abc import Mapping, MutableMapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import partial
from typing import Any
from urllib.parse import parse_qs, urlsplit

import gspread
import requests
from google.auth.credentials import Credentials
from google.auth.transport.requests import AuthorizedSession
from gspread.http_client import FileType, ParamsType
from requests.adapters import HTTPAdapter

from dankheo_sheets import environment
from dankheo_sheets.errors import SettingsError
from dankheo_sheets.redaction import is_secure
from dankheo_sheets.workspace.google import error_mapping
from dankheo_sheets.workspace.google.error_mapping import Trouble
from dankheo_sheets.workspace.google.rate_limit import Kind, Manners, RateLimit
from dankheo_sheets.workspace.google.retry import Patience, patiently
from dankheo_sheets.workspace.google.tokens import SharedToken, TokenRequest
from dankheo_sheets.workspace.google.wanted import Wanted

ENDPOINT = "DANKHEO_GOOGLE_ENDPOINT"
_SHEETS, _DRIVE = "https://sheets.googleapis.com", "https://www.googleapis.com"


class GoogleClock:
    """The time by Google's answers (their Date header, to the second), whatever ours says."""

    def __init__(self) -> None:
        self.ahead = timedelta()
        """How far Google's clock is ahead of this machine's, by the last answer."""
        self.is_known = False
        """Whether there was an answer that told the time."""

    def set(self, date: str) -> None:
        """Take the Date header of an answer; anything else is passed over."""
        try:
            self.ahead = parsedate_to_datetime(date) - datetime.now(UTC)
            self.is_known = True
        except (TypeError, ValueError):
            return

    def now(self) -> datetime:
        """Return the present moment as Google sees it, in UTC."""
        return datetime.now(UTC) + self.ahead


class GoogleHTTP(gspread.HTTPClient):
    """gspread's HTTP for one thread; :class:`Clients` makes them."""

    def __init__(self, clients: "Clients") -> None:
        token = SharedToken(clients.credentials, clients.token_lock)
        self.tokens = TokenRequest(clients.prepare(requests.Session(), Kind.TOKEN), clients.manners)
        session = AuthorizedSession(  # type: ignore[no-untyped-call]
            token, max_refresh_attempts=1, auth_request=self.tokens
        )
        super().__init__(token, clients.prepare(session))
        self._token = token
        self.set_timeout(clients.manners.timeout)
        self._clients = clients

    def login(self) -> None:
        """Get a token now instead of at the first request. Raises `ServiceError`."""
        self._token.before_request(self.tokens, "", "", {})

    def request(
        self,
        method: str,
        endpoint: str,
        params: ParamsType | None = None,
        data: bytes | None = None,
        json: Mapping[str, Any] | None = None,
        files: FileType = None,
        headers: MutableMapping[str, str] | None = None,
        *,
        retry_safe: bool | None = None,
        wanted: Wanted | None = None,
    ) -> requests.Response:
        """Send one request; return an answer whose body is whole, and what was `wanted`.

        `endpoint` is one of Google's addresses, or their path alone. `retry_safe` says that
        doing it twice is the same as once; where it is not given, all but POST are.

        Raises :class:`~dankheo_sheets.errors.ServiceError`; of these
        :class:`~dankheo_sheets.errors.OutcomeUnknown` where it may have been done.
        """
        if files is not None:
            raise TypeError("files cannot be sent twice: pass data as bytes")
        url = self._locate(endpoint)
        kind = kind_of(method, urlsplit(url).path, params or {})
        is_wanted = wanted or partial(_is_whole, kind=kind)

        def attempt() -> requests.Response | Trouble:
            try:
                answer = self.session.request(
                    method=method,
                    url=url,
                    params=params,
                    data=data,
                    json=json,
                    headers=headers,
                    timeout=self.timeout,
                    allow_redirects=False,
                )
            except error_mapping.LOST as error:
                return error_mapping.judge_failure(error)
            if 200 <= answer.status_code < 300 and is_wanted(answer):
                return answer
            return error_mapping.judge(answer.status_code, answer.content, answer.headers)

        return patiently(
            attempt,
            retry_safe=method.upper() != "POST" if retry_safe is None else retry_safe,
            manners=self._clients.manners,
            patience=self._clients.patience[kind],
        )

    def _locate(self, endpoint: str) -> str:
        path = endpoint.removeprefix(_SHEETS).removeprefix(_DRIVE)
        if not path.startswith("/"):
            raise ValueError("not an address of the Sheets or Drive API")  # it gets the token
        host = _SHEETS if path.startswith("/v4/") else _DRIVE
        return (self._clients.manners.endpoint or host) + path


class Clients:
    """One client per thread; they share who we are, the pace, the count and the clock."""

    def __init__(self, credentials: Credentials, manners: Manners) -> None:
        self.credentials, self.manners = credentials, manners
        self.token_lock = threading.RLock()
        self.clock = GoogleClock()
        self.patience: Mapping[Kind, Patience] = {kind: Patience() for kind in Kind}
        self._limit = RateLimit(manners)
        self._local = threading.local()
        self._made: list[GoogleHTTP] = []

    def here(self) -> GoogleHTTP:
        """Return this thread's client."""
        client: GoogleHTTP | None = getattr(self._local, "client", None)
        if client is None:
            client = self._local.client = GoogleHTTP(self)
            self._made.append(client)
        return client

    def prepare(self, session: requests.Session, kind: Kind | None = None) -> requests.Session:
        """Return `session`, with which nothing is sent before its turn, or uncounted."""
        session.auth = _as_it_is  # else requests would put in what ~/.netrc says
        for scheme in ("https://", "http://"):
            session.mount(scheme, _InTurn(self._limit, self.clock, kind))
        return session

    def requests(self) -> dict[Kind, int]:
        """Return how many requests were sent, by kind; for the run's summary."""
        return self._limit.sent()

    @property
    def scopes(self) -> frozenset[str]:
        """What we ask for, by the last word of each scope; empty where that is not known."""
        asked = getattr(self.credentials, "scopes", None) or ()
        return frozenset(str(scope).rpartition("/")[2] for scope in asked)

    def close(self) -> None:
        """Close the connections of all threads; using a client again opens new ones."""
        for client in self._made:
            client.session.close()
            client.tokens.session.close()


class _InTurn(HTTPAdapter):
    """Sends each request in its turn, counts it, and hears from the answer what time it is."""

    def __init__(self, limit: RateLimit, clock: GoogleClock, kind: Kind | None) -> None:
        super().__init__()
        self._limit, self._clock, self._kind = limit, clock, kind

    def send(
        self, request: requests.PreparedRequest, *args: Any, **kwargs: Any
    ) -> requests.Response:
        parts = urlsplit(str(request.url))
        kind = self._kind or kind_of(str(request.method), parts.path, parse_qs(parts.query))
        self._limit.wait(kind)
        answer = super().send(request, *args, **kwargs)
        self._clock.set(answer.headers.get("Date", ""))
        return answer


def endpoint(setting: str = "", environ: Mapping[str, str] = os.environ) -> str:
    """Return where Google is: the environment's :data:`ENDPOINT`, else `setting`, else ""."""
    return checked_address(environment.setting(ENDPOINT, environ) or setting, ENDPOINT)


def checked_address(address: str, key: str) -> str:
    """Return `address` without its last slash. Raises :class:`SettingsError`.

    Tokens and keys go there, so plain http is taken only for this machine.
    """
    if not address or is_secure(address):
        return address.rstrip("/")
    raise SettingsError([f"{key}: cần địa chỉ https://…, hoặc http://127.0.0.1:… trên máy này"])


def kind_of(method: str, path: str, params: Mapping[str, object]) -> Kind:
    """Return which quota a request takes from (reference/google.md §1.1, §1.2)."""
    reads = method.upper() == "GET"
    if path.startswith("/v4/"):
        return Kind.SHEETS_READ if reads else Kind.SHEETS_WRITE
    if reads and (path.endswith("/export") or "alt" in params):
        return Kind.EXPORT
    if reads and path.endswith("/files"):
        return Kind.LIST
    return Kind.DRIVE_READ if reads else Kind.DRIVE_WRITE


def _is_whole(answer: requests.Response, kind: Kind) -> bool:
    """Whether a success carries JSON, a file, or nothing after a deletion."""
    if kind is Kind.EXPORT:
        return not answer.headers.get("Content-Type", "").startswith("text/html")
    if not answer.content:
        return answer.status_code == 204 or answer.request.method == "DELETE"
    return error_mapping.parsed(answer.content) is not None


def _as_it_is(request: requests.PreparedRequest) -> requests.PreparedRequest:
    return request
