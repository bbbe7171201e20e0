"""gspread's client with our own HTTP beneath it: on time, at the allowed pace, and patient.

gspread 6.2.1 waits for ever, and its BackOffHTTPClient repeats for ever, creates included
(reference/google.md §7). Here every request has a timeout, a bucket for each quota, a bounded
back-off (reference/google.md §6.3), and is repeated in place only where that cannot do a thing
twice (reference/google.md §6.1). Only errors of :mod:`dankheo_sheets.errors` come out.
"""

import os
import threading
from collections.abc import Mapping, MutableMapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import partial
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit

import gspread
import requests
from google.auth.credentials import Credentials
from gspread.http_client import FileType, ParamsType

from dankheo_sheets import environment
from dankheo_sheets.errors import SettingsError
from dankheo_sheets.redaction import is_secure
from dankheo_sheets.workspace.google import answers
from dankheo_sheets.workspace.google.answers import Trouble
from dankheo_sheets.workspace.google.pace import Kind, Manners, Pace, Patience, Tally, patiently
from dankheo_sheets.workspace.google.tokens import Signer
from dankheo_sheets.workspace.google.wanted import Wanted

ENDPOINT = "DANKHEO_GOOGLE_ENDPOINT"
_SHEETS, _DRIVE = "https://sheets.googleapis.com", "https://www.googleapis.com"
_IDEMPOTENT_POSTS = ("/values:batchUpdate", "/values:batchClear", ":clear")


class GoogleHTTP(gspread.HTTPClient):
    """gspread's HTTP for one thread; :class:`Clients` makes them."""

    def __init__(self, signer: Signer, manners: Manners, shared: "_Shared") -> None:
        session = requests.Session()
        session.auth = _as_it_is  # else requests would put in what ~/.netrc says
        super().__init__(signer.credentials, session)
        self.auth = signer.credentials
        self.set_timeout(manners.timeout)
        self._signer = signer
        self._manners = manners
        self._shared = shared

    def login(self) -> None:
        """Get a token now instead of at the first request. Raises `GoogleError`."""
        self._signer.sign({}, self.session)

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
        kind: Kind | None = None,
        retry_safe: bool | None = None,
        wanted: Wanted | None = None,
    ) -> requests.Response:
        """Send one request; return an answer whose body is whole, and what was `wanted`.

        `endpoint` is one of Google's addresses, or their path alone. `kind` is told from method
        and path where it is not given. `retry_safe` says that doing it twice is the same as
        once; where it is not given, all but POST are, and the POSTs that write fixed ranges.

        Raises :class:`~dankheo_sheets.errors.GoogleError`; of these
        :class:`~dankheo_sheets.errors.OutcomeUnknown` where it may have been done.
        """
        if files is not None:
            raise TypeError("files cannot be sent twice: pass data as bytes")
        url = self._locate(endpoint)
        path = urlsplit(url).path
        kind = kind or kind_of(method, path, params or {})
        if retry_safe is None:
            retry_safe = is_retry_safe(method, path)
        is_wanted = wanted or partial(_is_whole, method=method, kind=kind)

        def attempt() -> requests.Response | Trouble:
            for renewed in (False, True):
                self._shared.pace.wait(kind)
                signed = dict(headers or {})
                token = self._signer.sign(signed, self.session)
                self._shared.tally.add(kind)
                try:
                    answer = self.session.request(
                        method=method,
                        url=url,
                        params=params,
                        data=data,
                        json=json,
                        headers=signed,
                        timeout=self.timeout,
                        allow_redirects=False,
                    )
                except answers.LOST as error:
                    return answers.judge_failure(error)
                self._shared.clock.set(answer.headers.get("Date", ""))
                if answer.status_code != 401 or renewed:
                    break
                self._signer.renew(token, self.session)
            if 200 <= answer.status_code < 300 and is_wanted(answer):
                return answer
            return answers.judge(answer.status_code, answer.content, answer.headers)

        return patiently(
            attempt,
            retry_safe=retry_safe,
            manners=self._manners,
            patience=self._shared.patience[kind],
        )

    def _locate(self, endpoint: str) -> str:
        for host in (_SHEETS, _DRIVE):
            if endpoint.startswith(f"{host}/"):
                return (self._manners.endpoint or host) + endpoint.removeprefix(host)
        if not endpoint.startswith("/"):
            raise ValueError("not an address of the Sheets or Drive API")  # it gets the token
        host = _SHEETS if endpoint.startswith("/v4/") else _DRIVE
        return (self._manners.endpoint or host) + endpoint


class GoogleClient(gspread.Client):
    """gspread's client over :class:`GoogleHTTP`."""

    http_client: GoogleHTTP

    def __init__(self, http: GoogleHTTP) -> None:
        self.http_client = http  # all that gspread's own does


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


@dataclass(frozen=True)
class _Shared:
    """What the clients of all threads share, beside who they are."""

    pace: Pace
    tally: Tally
    patience: Mapping[Kind, Patience]
    clock: GoogleClock


class Clients:
    """One client per thread; they share who we are, the pace and the count."""

    def __init__(self, credentials: Credentials, manners: Manners | None = None) -> None:
        self._manners = manners or Manners(endpoint=endpoint())
        patience = {kind: Patience() for kind in Kind}
        self._shared = _Shared(Pace(self._manners), Tally(), patience, GoogleClock())
        shared = self._shared
        self._signer = Signer(credentials, self._manners, shared.tally, shared.clock.set)
        self._local = threading.local()
        self._made: list[GoogleClient] = []
        self._lock = threading.Lock()

    def here(self) -> GoogleClient:
        """Return this thread's client."""
        client: GoogleClient | None = getattr(self._local, "client", None)
        if client is None:
            client = GoogleClient(GoogleHTTP(self._signer, self._manners, self._shared))
            self._local.client = client
            with self._lock:
                self._made.append(client)
        return client

    def requests(self) -> dict[Kind, int]:
        """Return how many requests were sent, by kind; for the run's summary."""
        return self._shared.tally.by_kind()

    @property
    def scopes(self) -> frozenset[str]:
        """What we ask for, by the last word of each scope; empty where that is not known."""
        asked = getattr(self._signer.credentials, "scopes", None) or ()
        return frozenset(str(scope).rpartition("/")[2] for scope in asked)

    def sleep(self, seconds: float) -> None:
        """Wait, as the manners say."""
        self._manners.sleep(seconds)

    @property
    def clock(self) -> "GoogleClock":
        """What Google's own answers say the time is."""
        return self._shared.clock

    def close(self) -> None:
        """Close the connections of all threads; using a client again opens new ones."""
        with self._lock:
            for client in self._made:
                client.http_client.session.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()


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
        return Kind.SHEETS_READ if reads or _is_read_by_post(path) else Kind.SHEETS_WRITE
    if reads and (path.endswith("/export") or params.get("alt") == "media"):
        return Kind.EXPORT
    if reads and path.endswith("/files"):
        return Kind.LIST
    return Kind.DRIVE_READ if reads else Kind.DRIVE_WRITE


def is_retry_safe(method: str, path: str) -> bool:
    """Return whether doing it twice is the same as once (reference/google.md §6.1)."""
    if method.upper() != "POST":
        return True
    return path.startswith("/v4/") and (path.endswith(_IDEMPOTENT_POSTS) or _is_read_by_post(path))


def _is_read_by_post(path: str) -> bool:
    return path.endswith((":getByDataFilter", ":batchGetByDataFilter"))


def _is_whole(answer: requests.Response, method: str, kind: Kind) -> bool:
    """Whether a success carries what may have been asked for: JSON, or a file, or nothing."""
    if kind is Kind.EXPORT:
        return not answer.headers.get("Content-Type", "").startswith("text/html")
    if not answer.content:
        begun = "Location" in answer.headers  # of an upload: it says where to
        return answer.status_code == 204 or method.upper() == "DELETE" or begun
    return answers.parsed(answer.content) is not None


def _as_it_is(request: requests.PreparedRequest) -> requests.PreparedRequest:
    return request
