"""What answers and exceptions mean: no body is too odd, and no library's exception leaks."""

import inspect
import json
import traceback
from collections.abc import Iterator
from contextlib import closing
from types import ModuleType
from typing import Any

import pytest
import requests
import urllib3.exceptions
from google.auth import exceptions as google_auth
from google.auth.credentials import Credentials
from hypothesis import given
from hypothesis import strategies as st
from requests.adapters import HTTPAdapter

from dankheo_sheets.errors import ServiceError
from dankheo_sheets.workspace.google.error_mapping import (
    Again,
    judge,
    judge_failure,
    sign_in_error,
)
from dankheo_sheets.workspace.google.errors import NoAnswer, SignInError
from dankheo_sheets.workspace.google.rate_limit import Manners
from dankheo_sheets.workspace.google.transport import Clients


def exceptions_of(module: ModuleType, base: type[Exception]) -> Iterator[type[Exception]]:
    for _, kind in inspect.getmembers(module, inspect.isclass):
        if issubclass(kind, base) and not issubclass(kind, Warning):
            yield kind


def example_of(kind: type[Exception]) -> Exception:
    if kind is requests.exceptions.JSONDecodeError:
        return requests.exceptions.JSONDecodeError("words", "document", 0)
    return kind("words")


OF_REQUESTS = list(exceptions_of(requests.exceptions, requests.RequestException))
OF_GOOGLE_AUTH = list(exceptions_of(google_auth, google_auth.GoogleAuthError))


class Broken(HTTPAdapter):
    """Sends nothing, and raises."""

    def __init__(self, error: Exception) -> None:
        super().__init__()
        self.error = error

    def send(self, *_: object, **__: object) -> requests.Response:
        raise self.error


class Unsigned(Credentials):
    """Has no token, and gets none."""

    def __init__(self, error: Exception) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.error = error

    def refresh(self, request: object) -> None:
        raise self.error


def asked(clients: Clients, error: Exception | None = None) -> ServiceError:
    """Return what comes out of a request; `error`, what comes out of the line below it."""
    with closing(clients), pytest.raises(ServiceError) as raised:
        client = clients.here()
        if error:
            client.session.mount("http://", Broken(error))
        client.request("get", "/drive/v3/files")
    return raised.value


@pytest.mark.parametrize("kind", OF_REQUESTS, ids=lambda kind: kind.__name__)
def test_no_exception_of_requests_leaks(kind: type[Exception], clients: Clients) -> None:
    error = example_of(kind)

    raised = asked(clients, error)

    assert raised.message
    assert raised.__cause__ is error


@pytest.mark.parametrize("kind", OF_GOOGLE_AUTH, ids=lambda kind: kind.__name__)
def test_no_exception_of_google_auth_leaks(kind: type[Exception], manners: Manners) -> None:
    raised = asked(Clients(Unsigned(kind("words")), manners))

    assert raised.message
    assert str(raised.__cause__) == kind.__name__  # it may quote a secret


def test_the_walk_found_the_exceptions_of_both() -> None:
    assert len(OF_REQUESTS) > 15
    assert len(OF_GOOGLE_AUTH) > 15


def test_urllib3s_do_not_leak_either(clients: Clients) -> None:
    assert type(asked(clients, urllib3.exceptions.ProtocolError("Connection broken"))) is NoAnswer


def test_other_errors_pass_as_they_are(clients: Clients) -> None:
    """A bug keeps its own name and traceback."""
    client = clients.here()
    client.session.mount("http://", Broken(KeyError("bug")))

    with pytest.raises(KeyError):
        client.request("get", "/drive/v3/files")


def test_a_line_that_breaks_is_no_answer(clients: Clients) -> None:
    assert type(asked(clients, requests.ReadTimeout("x"))) is NoAnswer


def test_a_refresh_error_keeps_its_code_and_loses_its_words(manners: Manners) -> None:
    secret = "1//refresh-secret"
    error = google_auth.RefreshError(f"invalid_grant: {secret}", {"error_description": secret})  # type: ignore[no-untyped-call]

    raised = asked(Clients(Unsigned(error), manners))

    assert type(raised) is SignInError
    assert raised.reason == "invalid_grant"
    assert str(raised.__cause__) == "RefreshError"
    assert secret not in "".join(traceback.format_exception(raised))


def test_an_unknown_reason_for_not_signing_in_still_says_what_to_do() -> None:
    error = sign_in_error(ValueError("?"))

    assert error.message == "Google: không đăng nhập được"
    assert error.hint.startswith("kiểm tra đồng hồ của máy")


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)
envelopes = st.fixed_dictionaries(
    {
        "error": json_values
        | st.fixed_dictionaries(
            {},
            optional={
                "errors": json_values | st.lists(st.fixed_dictionaries({"reason": json_values})),
                "details": json_values,
                "status": json_values,
                "message": json_values,
                "code": json_values,
            },
        )
    }
)
bodies = (
    st.binary()
    | json_values.map(json.dumps).map(str.encode)
    | envelopes.map(json.dumps).map(str.encode)
)
statuses = st.integers(200, 599)


@given(status=statuses, body=bodies, retry_after=st.text(max_size=30), date=st.text(max_size=30))
def test_no_answer_is_too_odd_to_judge(
    status: int, body: bytes, retry_after: str, date: str
) -> None:
    trouble = judge(status, body, {"Retry-After": retry_after, "Date": date})

    assert trouble.error.status == status
    assert trouble.error.message
    assert trouble.after >= 0.0


@given(status=statuses, body=bodies)
def test_only_outages_leave_a_doubt(status: int, body: bytes) -> None:
    """A refusal is never mistaken for "perhaps", nor "perhaps" for "nothing was done"."""
    again = judge(status, body, {}).again

    if status in {408, 500, 502, 503, 504} or status < 400:
        assert again in {Again.IF_SAFE, Again.NEVER}
    else:
        assert again is not Again.IF_SAFE


@given(domain=st.sampled_from(["usageLimits", "global"]), body=st.data())
def test_the_reason_decides_and_never_the_domain(domain: str, body: Any) -> None:
    """StorageQuotaExceeded has domain usageLimits, and is final (reference/google.md §6.3)."""
    reason = body.draw(st.sampled_from(["storageQuotaExceeded", "userRateLimitExceeded"]))
    errors = [{"domain": domain, "reason": reason}]

    trouble = judge(403, json.dumps({"error": {"errors": errors}}).encode(), {})

    assert trouble.again is (Again.NEVER if reason == "storageQuotaExceeded" else Again.ALWAYS)


def test_a_certificate_that_is_not_googles_is_no_outage() -> None:
    """An inspecting proxy or a wrong clock stays wrong: it is not asked again."""
    trouble = judge_failure(requests.exceptions.SSLError("[SSL: CERTIFICATE_VERIFY_FAILED]"))

    assert trouble.again is Again.NEVER
    assert trouble.error.hint == "kiểm tra đồng hồ của máy và chứng chỉ của proxy cơ quan"


def test_a_proxy_that_cannot_be_reached_has_sent_nothing() -> None:
    trouble = judge_failure(requests.exceptions.ProxyError("Cannot connect to proxy."))

    assert trouble.again is Again.ALWAYS


def test_words_of_googles_page_are_not_repeated() -> None:
    error = judge(429, b"<html>" + b"sorry " * 1000, {}).error

    assert (error.message, error.said) == ("Google báo quá nhiều yêu cầu (429)", "")
