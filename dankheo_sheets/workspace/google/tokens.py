"""Access tokens: got when needed, renewed once when refused, never quoted.

google-auth would wait by its own clock and repeat by its own rules; here its requests have our
timeout, patience and count (reference/google.md §6.3, §7).
"""

import threading
from collections.abc import Callable, Mapping, MutableMapping
from typing import Any

import requests
from google.auth.credentials import Credentials
from google.auth.exceptions import GoogleAuthError
from google.auth.transport import Request as TokenTransport
from google.auth.transport import Response as TokenAnswer

from dankheo_sheets.errors import SignInError
from dankheo_sheets.workspace.google import answers
from dankheo_sheets.workspace.google.answers import Again, Trouble
from dankheo_sheets.workspace.google.pace import Kind, Manners, Tally, patiently

_ODD_TOKENS = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError)
"""What google-auth raises where the token server's JSON has other types than agreed."""
_BRIEF_OUTAGES = {"internal_failure", "server_error", "temporarily_unavailable"}


class Signer:
    """Who we are, shared by all clients: one thread at a time asks for a new token."""

    def __init__(
        self,
        credentials: Credentials,
        manners: Manners,
        tally: Tally,
        heard: Callable[[str], None] = lambda date: None,
    ) -> None:
        """`heard` is told the Date of each answer: a wrong clock shows when signing in fails."""
        self.credentials = credentials
        self._manners = manners
        self._tally = tally
        self._heard = heard
        self._lock = threading.Lock()

    def sign(self, headers: MutableMapping[str, str], session: requests.Session) -> str | None:
        """Put a token that is still good on `headers`, and return it. Raises `GoogleError`."""
        with self._lock:
            # before_request would also look up regional boundaries, in a thread of its own
            if not self.credentials.valid:
                self._refresh(session)
            return self._apply(headers)

    def renew(self, rejected: str | None, session: requests.Session) -> None:
        """Get another token than `rejected`, unless another thread just has."""
        with self._lock:
            if self.credentials.token == rejected:
                self._refresh(session)

    def _refresh(self, session: requests.Session) -> None:
        transport = _TokenTransport(session, self._manners, self._tally, self._heard)
        try:
            self.credentials.refresh(transport)  # type: ignore[no-untyped-call]
        except (GoogleAuthError, *_ODD_TOKENS) as error:
            raise answers.sign_in_error(error) from answers.without_words(error)

    def _apply(self, headers: MutableMapping[str, str]) -> str | None:
        token: object = self.credentials.token
        if token is None:  # AnonymousCredentials
            return None
        if not (isinstance(token, str) and token.isascii() and token.isprintable()):
            raise SignInError("Mã truy cập nhận được không dùng được", "đăng nhập lại")
        self.credentials.apply(headers)  # type: ignore[no-untyped-call]
        return token


class _TokenTransport(TokenTransport):
    """google-auth's requests, with our patience instead of its own, and counted."""

    def __init__(
        self,
        session: requests.Session,
        manners: Manners,
        tally: Tally,
        heard: Callable[[str], None],
    ) -> None:
        self._session = session
        self._manners = manners
        self._tally = tally
        self._heard = heard

    def __call__(
        self,
        url: str,
        method: str = "GET",
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        timeout: float | None = None,
        **kwargs: Any,
    ) -> TokenAnswer:
        def attempt() -> _TokenAnswer | Trouble:
            self._tally.add(Kind.TOKEN)
            try:
                answer = self._session.request(
                    method,
                    url,
                    data=body,
                    headers=headers,
                    timeout=self._manners.timeout,
                    allow_redirects=False,
                    **kwargs,
                )
            except answers.LOST as error:
                return answers.judge_failure(error)
            self._heard(answer.headers.get("Date", ""))
            said = answers.parsed(answer.content)
            if answer.status_code == 200 and (said is not None or method != "POST"):
                return _TokenAnswer(answer)
            brief = not _BRIEF_OUTAGES.isdisjoint(map(str, (said or {}).values()))
            status = 503 if brief else answer.status_code
            trouble = answers.judge(status, answer.content, answer.headers)
            # what is final is google-auth's to explain
            return _TokenAnswer(answer) if trouble.again is Again.NEVER else trouble

        return patiently(attempt, retry_safe=True, manners=self._manners)


class _TokenAnswer(TokenAnswer):
    def __init__(self, answer: requests.Response) -> None:
        self._answer = answer

    @property
    def status(self) -> int:
        return self._answer.status_code

    @property
    def headers(self) -> Mapping[str, str]:
        return self._answer.headers

    @property
    def data(self) -> bytes:
        return self._answer.content
