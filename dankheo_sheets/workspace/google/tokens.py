"""Access tokens for google-auth's sessions: one for all threads, renewed once, never quoted.

Here is only what google-auth alone does not do (reference/google.md §7): look whether another
thread has just renewed a token, wait by our clock, and keep to itself what a token server says.
"""

from collections.abc import Mapping, MutableMapping
from threading import RLock
from typing import Any

import requests
from google.auth import transport
from google.auth.credentials import Credentials
from google.auth.exceptions import GoogleAuthError, TransportError
from google.auth.transport.requests import Request

from dankheo_sheets.workspace.google import error_mapping
from dankheo_sheets.workspace.google.error_mapping import Again, Trouble
from dankheo_sheets.workspace.google.errors import SignInError
from dankheo_sheets.workspace.google.rate_limit import Manners
from dankheo_sheets.workspace.google.retry import patiently

_ODD_TOKENS = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError)
"""What google-auth raises where the token server's JSON has other types than agreed."""
_BRIEF_OUTAGES = {"internal_failure", "server_error", "temporarily_unavailable"}


class SharedToken(Credentials):
    """One session's hold on the token that all sessions of the run share."""

    def __init__(self, source: Credentials, lock: RLock) -> None:
        """`lock` is the same for all that share `source`: one at a time asks for a new token."""
        super().__init__()  # type: ignore[no-untyped-call]
        self._source, self._lock = source, lock

    def before_request(
        self, request: Request, method: str, url: str, headers: MutableMapping[str, str]
    ) -> None:
        """Put a token that is still good on `headers`. Raises `ServiceError`."""
        with self._lock:
            if not self._source.valid:
                self._renew(request)
            token: object = self._source.token
            self.token = token
            if token is None:  # AnonymousCredentials
                return
            if not (isinstance(token, str) and token.isascii() and token.isprintable()):
                raise SignInError("Mã truy cập nhận được không dùng được", "đăng nhập lại")
            self._source.apply(headers)  # type: ignore[no-untyped-call]

    def refresh(self, request: Request) -> None:
        """Get another token than the last one, which was refused, unless another thread has."""
        with self._lock:
            if self._source.token == self.token:
                self._renew(request)

    def _renew(self, request: Request) -> None:
        try:
            self._source.refresh(request)  # type: ignore[no-untyped-call]
        except (GoogleAuthError, *_ODD_TOKENS) as error:
            raise error_mapping.sign_in_error(error) from error_mapping.without_words(error)


class TokenRequest(Request):
    """google-auth's requests for tokens, with our timeout and patience instead of its own."""

    def __init__(self, session: requests.Session, manners: Manners) -> None:
        super().__init__(session)
        self._manners = manners

    def __call__(
        self,
        url: str,
        method: str = "GET",
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        timeout: object = None,
        **kwargs: Any,
    ) -> transport.Response:
        """Return what a token server answers, a refusal too: google-auth explains it.

        Raises :class:`~dankheo_sheets.workspace.google.errors.NoAnswer` after every try.
        """
        ask = super().__call__

        def attempt() -> transport.Response | Trouble:
            try:
                answer: transport.Response = ask(  # type: ignore[no-untyped-call]
                    url,
                    method,
                    body,
                    headers,
                    self._manners.timeout,
                    allow_redirects=False,
                    **kwargs,
                )
            except (TransportError, *error_mapping.LOST) as error:
                return error_mapping.judge_failure(error.__cause__ or error)
            said = error_mapping.parsed(answer.data)
            if answer.status == 200 and (said is not None or method != "POST"):
                return answer
            brief = not _BRIEF_OUTAGES.isdisjoint(map(str, (said or {}).values()))
            status = 503 if brief else answer.status
            trouble = error_mapping.judge(status, answer.data, answer.headers)
            return answer if trouble.again is Again.NEVER else trouble

        return patiently(attempt, retry_safe=True, manners=self._manners)
