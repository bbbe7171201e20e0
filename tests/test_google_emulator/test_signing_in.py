"""Tokens: who is believed, and for how long."""

import time
from typing import Any

import pytest
import requests
from cryptography.hazmat.primitives.asymmetric import rsa
from google.auth.exceptions import RefreshError
from google.auth.transport.requests import AuthorizedSession, Request
from google.oauth2.credentials import Credentials as UserCredentials
from google.oauth2.service_account import Credentials

from tests.google_emulator import Caller, Emulator
from tests.test_google_emulator.api import UNIT, USER, Api

DRIVE = "https://www.googleapis.com/auth/drive"
DRIVE_FILE = "https://www.googleapis.com/auth/drive.file"
SHEETS = "https://www.googleapis.com/auth/spreadsheets"
ABOUT = "/drive/v3/about?fields=user"


def who(session: requests.Session, google: Emulator) -> Any:
    return session.get(google.url + ABOUT, timeout=20).json()["user"]["emailAddress"]


def robot(google: Emulator, **more: Any) -> Any:
    return signed(google.service_account(), **more)


def signed(info: Any, **more: Any) -> Any:
    untyped: Any = Credentials
    return untyped.from_service_account_info(info, scopes=[DRIVE], **more)


def person(google: Emulator) -> Any:
    """Return credentials of a user; ``from_authorized_user_info`` would ask Google itself."""
    info = google.authorized_user(USER)
    keys = ("refresh_token", "token_uri", "client_id", "client_secret")
    untyped: Any = UserCredentials
    return untyped(None, **{key: info[key] for key in keys})


def session_of(credentials: Any) -> Any:
    untyped: Any = AuthorizedSession
    return untyped(credentials)


def test_a_service_account_file_signs_in(google: Emulator) -> None:
    with session_of(robot(google)) as session:
        assert who(session, google) == "may@du-an.iam.gserviceaccount.com"


def test_an_authorised_user_file_signs_in(google: Emulator) -> None:
    credentials = person(google)
    with session_of(credentials) as session:
        assert who(session, google) == USER


def test_a_given_token_is_believed_for_ever(google: Emulator) -> None:
    google.token(USER, "bi-mat")
    google.clock.advance(86_400 * 365)

    assert Api(google, USER, "bi-mat").ok("GET", ABOUT)["user"]["emailAddress"] == USER


def test_a_token_that_expired_is_refused_and_the_client_gets_another(google: Emulator) -> None:
    with session_of(robot(google)) as session:
        who(session, google)
        google.clock.advance(3601)

        assert who(session, google) == "may@du-an.iam.gserviceaccount.com"

    assert [request.status for request in google.log] == [200, 200, 401, 200, 200]


def test_a_refused_token_is_told_in_the_words_of_drive(google: Emulator) -> None:
    user = Api(google, USER)
    google.identities.expire_tokens()

    answer = user.send("GET", ABOUT)

    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == (
        'Bearer realm="https://accounts.google.com/", error="invalid_token"'
    )
    error = answer.json()["error"]
    assert error["status"] == "UNAUTHENTICATED"
    assert error["errors"] == [
        {
            "message": "Invalid Credentials",
            "domain": "global",
            "reason": "authError",
            "locationType": "header",
            "location": "Authorization",
        }
    ]


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/drive/v3/files", 403),
        ("POST", "/drive/v3/files", 401),
        ("GET", "/v4/spreadsheets/x", 403),
    ],
)
def test_without_a_token_reading_is_403_and_writing_401(
    google: Emulator, method: str, path: str, status: int
) -> None:
    assert requests.request(method, google.url + path, timeout=20).status_code == status


def test_a_forged_signature_is_refused(google: Emulator) -> None:
    info = google.service_account()
    google.identities._keys[info["client_email"]] = rsa.generate_private_key(
        65537, 2048
    ).public_key()
    credentials = signed(info)

    with pytest.raises(RefreshError, match="Invalid JWT Signature"):
        credentials.refresh(Request())


def test_a_clock_that_is_wrong_is_refused(google: Emulator) -> None:
    google.identities.jwt_time = lambda: time.time() - 3600

    with pytest.raises(RefreshError, match="reasonable timeframe"):
        robot(google).refresh(Request())


def test_a_revoked_refresh_token_is_refused(google: Emulator) -> None:
    credentials = person(google)
    google.identities.revoke(USER)

    with pytest.raises(RefreshError, match="expired or revoked"):
        credentials.refresh(Request())


def test_acting_for_somebody_needs_delegation(google: Emulator) -> None:
    credentials = robot(google, subject=USER)
    with pytest.raises(RefreshError, match="unauthorized_client"):
        credentials.refresh(Request())

    google.identities.delegated.add("may@du-an.iam.gserviceaccount.com")

    with session_of(credentials) as session:
        assert who(session, google) == USER


def test_scopes_decide_what_a_token_may_do(google: Emulator) -> None:
    only_sheets = Api(google, USER, google.token(USER, scopes=frozenset({SHEETS})))

    assert only_sheets.reason("GET", "/drive/v3/files") == (403, "insufficientPermissions")


def test_drive_file_reaches_only_what_the_app_made(google: Emulator, user: Api, sheet: str) -> None:
    """Another app of the same person does not see it (reference/google.md §2.5)."""
    other = google.identities.give(Caller(USER, "another-app", frozenset({DRIVE_FILE})))
    stranger = Api(google, USER, other)

    assert stranger.reason("GET", f"/drive/v3/files/{sheet}") == (404, "notFound")
    assert stranger.ok("GET", "/drive/v3/files")["files"] == []
    assert stranger.refused("GET", f"/v4/spreadsheets/{sheet}")[0] == 404


def test_a_stranger_finds_nothing(google: Emulator, sheet: str) -> None:
    unit = Api(google, UNIT)

    assert unit.refused("GET", f"/drive/v3/files/{sheet}") == (
        404,
        {
            "code": 404,
            "message": f"File not found: {sheet}.",
            "errors": [
                {
                    "message": f"File not found: {sheet}.",
                    "domain": "global",
                    "reason": "notFound",
                    "locationType": "parameter",
                    "location": "fileId",
                }
            ],
        },
    )
    assert unit.refused("GET", f"/v4/spreadsheets/{sheet}") == (
        403,
        {
            "code": 403,
            "message": "The caller does not have permission",
            "status": "PERMISSION_DENIED",
        },
    )
