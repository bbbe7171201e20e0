"""What answers and exceptions mean: no body is too odd, and no library's exception leaks."""

import inspect
import json
import traceback
from collections.abc import Iterator
from types import ModuleType
from typing import Any

import pytest
import requests
import urllib3.exceptions
from google.auth import exceptions as google_auth
from gspread import exceptions as gspread
from hypothesis import given
from hypothesis import strategies as st

from dankheo_sheets.errors import GoogleError, NoAnswer, NotFound, Refused, SignInError
from dankheo_sheets.workspace.google.answers import (
    Again,
    judge,
    judge_failure,
    sign_in_error,
    translated,
)


def answer(status: int, body: bytes) -> requests.Response:
    made = requests.Response()
    made.status_code = status
    made._content = body
    return made


def exceptions_of(module: ModuleType, base: type[Exception]) -> Iterator[type[Exception]]:
    for _, kind in inspect.getmembers(module, inspect.isclass):
        if issubclass(kind, base) and not issubclass(kind, Warning):
            yield kind


EVERY_EXCEPTION = [
    *exceptions_of(gspread, gspread.GSpreadException),
    gspread.UnSupportedExportFormat,
    *exceptions_of(google_auth, google_auth.GoogleAuthError),
    *exceptions_of(requests.exceptions, requests.RequestException),
]


def example_of(kind: type[Exception]) -> Exception:
    if kind is gspread.APIError:
        return gspread.APIError(answer(403, b'{"error": {"code": 403, "message": "no"}}'))
    if kind is requests.exceptions.JSONDecodeError:
        return requests.exceptions.JSONDecodeError("words", "document", 0)
    return kind("words")


@pytest.mark.parametrize(
    "kind", EVERY_EXCEPTION, ids=lambda kind: f"{kind.__module__}.{kind.__name__}"
)
def test_no_exception_of_a_library_leaks(kind: type[Exception]) -> None:
    error = example_of(kind)

    with pytest.raises(GoogleError) as raised, translated():
        raise error

    assert raised.value.message
    if isinstance(error, google_auth.GoogleAuthError):  # may quote a secret
        assert str(raised.value.__cause__) == kind.__name__
    else:
        assert raised.value.__cause__ is error


def test_the_walk_found_the_exceptions_of_all_three() -> None:
    found = {kind.__module__.split(".")[0] for kind in EVERY_EXCEPTION}

    assert found == {"gspread", "google", "requests"}
    assert len(EVERY_EXCEPTION) > 40


def test_urllib3s_do_not_leak_either() -> None:
    with pytest.raises(NoAnswer), translated():
        raise urllib3.exceptions.ProtocolError("Connection broken")


def test_other_errors_pass_as_they_are() -> None:
    """A bug keeps its own name and traceback."""
    with pytest.raises(KeyError), translated():
        raise KeyError("bug")


@pytest.mark.parametrize(
    ("raised", "ours"),
    [
        (gspread.SpreadsheetNotFound("x"), NotFound),
        (gspread.WorksheetNotFound("x"), NotFound),
        (gspread.IncorrectCellLabel("x"), Refused),
        (google_auth.TransportError("x"), NoAnswer),  # type: ignore[no-untyped-call]
        (google_auth.RefreshError("invalid_grant: x"), SignInError),  # type: ignore[no-untyped-call]
        (requests.ReadTimeout("x"), NoAnswer),
    ],
)
def test_each_becomes_what_it_means(raised: Exception, ours: type[GoogleError]) -> None:
    with pytest.raises(GoogleError) as error, translated():
        raise raised

    assert type(error.value) is ours


def test_a_refresh_error_keeps_its_code_and_loses_its_words() -> None:
    secret = "1//refresh-secret"
    error = google_auth.RefreshError(f"invalid_grant: {secret}", {"error_description": secret})  # type: ignore[no-untyped-call]

    with pytest.raises(SignInError) as raised, translated():
        raise error

    assert raised.value.reason == "invalid_grant"
    assert str(raised.value.__cause__) == "RefreshError"
    assert secret not in "".join(traceback.format_exception(raised.value))


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
