"""Workload Identity Federation: a job's token, then an account's (reference/google.md §2.4)."""

import json
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import requests
from google.auth.exceptions import RefreshError
from google.auth.transport.requests import Request

from dankheo_sheets.workspace.google.auth import SignIn, credentials
from dankheo_sheets.workspace.google.errors import SignInError
from dankheo_sheets.workspace.google.rate_limit import Manners
from dankheo_sheets.workspace.google.transport import Clients
from tests.google_emulator import Caller, Emulator
from tests.google_emulator.federation import AUDIENCE, PRINCIPAL
from tests.google_emulator.identities import CLOUD
from tests.test_google_emulator.api import ROBOT, USER, Api

DRIVE = "https://www.googleapis.com/auth/drive"
ABOUT = "/drive/v3/about"
ACCOUNTS = "/v1/projects/-/serviceAccounts"


@pytest.fixture
def file(google: Emulator, tmp_path: Path) -> Path:
    """Return an external_account file, the job's token beside it."""
    made = tmp_path / "lien-ket.json"
    made.write_text(json.dumps(google.external_account(tmp_path / "ma-cua-viec")))
    return made


def who(google: Emulator, sign_in: SignIn) -> Any:
    with closing(Clients(credentials(sign_in), Manners(endpoint=google.url))) as clients:
        answer = clients.here().request("get", ABOUT, params={"fields": "user"})
    return answer.json()["user"]["emailAddress"]


class _Relocated(requests.adapters.HTTPAdapter):
    """Takes a request to the emulator: google-auth has these addresses written into it."""

    def __init__(self, host: str, url: str) -> None:
        super().__init__()
        self._host, self._url = host, url

    def send(self, request: requests.PreparedRequest, *args: Any, **more: Any) -> Any:
        assert request.url is not None
        request.url = request.url.replace(self._host, self._url)
        return super().send(request, *args, **more)


@pytest.fixture
def transport(google: Emulator) -> Any:
    session = requests.Session()
    for host in ("https://iamcredentials.googleapis.com", "https://oauth2.googleapis.com"):
        session.mount(host, _Relocated(host, google.url))
    untyped: Any = Request
    yield untyped(session)
    session.close()


def test_a_job_works_as_the_service_account(google: Emulator, file: Path) -> None:
    assert who(google, SignIn("federation", file)) == ROBOT
    assert [(request.path, request.status) for request in google.log] == [
        ("/v1/token", 200),
        (f"{ACCOUNTS}/{ROBOT}:generateAccessToken", 200),
        (ABOUT, 200),
    ]


def test_its_token_has_the_scope_that_was_asked_for(google: Emulator, file: Path) -> None:
    sign_in = SignIn("federation", file, scope="drive.file")

    assert who(google, sign_in) == ROBOT
    assert google.log[1].body["scope"] == ["https://www.googleapis.com/auth/drive.file"]


def test_a_token_that_is_not_believed_gives_nothing(google: Emulator, file: Path) -> None:
    google.federation.subject_tokens.clear()

    with pytest.raises(SignInError):
        who(google, SignIn("federation", file))


def test_the_token_of_a_job_grows_stale(google: Emulator, tmp_path: Path) -> None:
    """GitHub's lives for five minutes; what was made from it lives on for an hour."""
    file = tmp_path / "lien-ket.json"
    info = google.external_account(tmp_path / "ma-cua-viec", lifetime=300.0)
    file.write_text(json.dumps(info))
    sign_in = SignIn("federation", file)

    with closing(Clients(credentials(sign_in), Manners(endpoint=google.url))) as clients:
        http = clients.here()
        for seconds in (0, 3000):
            google.clock.advance(seconds)
            http.request("get", ABOUT, params={"fields": "user"})
        google.clock.advance(3000)
        with pytest.raises(SignInError):
            http.request("get", ABOUT, params={"fields": "user"})


def test_an_account_that_may_not_be_used_is_refused(google: Emulator, file: Path) -> None:
    google.federation.may_use.clear()

    with pytest.raises(SignInError):
        who(google, SignIn("federation", file))

    assert google.log[-1].status == 403


def test_an_identity_without_an_address_is_not_pretended_on_drive(google: Emulator) -> None:
    direct = Api(google, "", google.identities.give(Caller(PRINCIPAL, scopes=frozenset({DRIVE}))))

    assert direct.refused("GET", "/drive/v3/files")[0] == 501


def test_the_account_acts_for_a_person_where_that_is_allowed(
    google: Emulator, file: Path, transport: Any
) -> None:
    google.identities.delegated.add(ROBOT)
    made: Any = credentials(SignIn("federation", file, subject=USER))

    made.refresh(transport)

    about = Api(google, USER, made.token).ok("GET", ABOUT, fields="user/emailAddress")
    assert about == {"user": {"emailAddress": USER}}
    assert [request.path for request in google.log[:3]] == [
        "/v1/token",
        f"{ACCOUNTS}/{ROBOT}:signJwt",
        "/token",
    ]


def test_and_not_where_it_is_not(google: Emulator, file: Path, transport: Any) -> None:
    made: Any = credentials(SignIn("federation", file, subject=USER))

    with pytest.raises(RefreshError, match="unauthorized_client"):
        made.refresh(transport)


def test_a_key_acts_for_a_person_where_that_is_allowed(google: Emulator, tmp_path: Path) -> None:
    file = tmp_path / "khoa.json"
    file.write_text(json.dumps(google.service_account(ROBOT)))
    sign_in = SignIn("service-account", file, subject=USER)

    with pytest.raises(SignInError):
        who(google, sign_in)
    google.identities.delegated.add(ROBOT)

    assert who(google, sign_in) == USER


@pytest.fixture
def exchange(google: Emulator, tmp_path: Path) -> Callable[..., tuple[int, Any]]:
    token = tmp_path / "ma-cua-viec"
    token.write_text("ma")
    google.external_account(token)

    def send(**more: str) -> tuple[int, Any]:
        form = {
            "grant_type": "urn:ietf:params:oauth:grant-type:token-exchange",
            "requested_token_type": "urn:ietf:params:oauth:token-type:access_token",
            "subject_token_type": "urn:ietf:params:oauth:token-type:jwt",
            "audience": AUDIENCE,
            "subject_token": "ma",
            "scope": CLOUD,
        } | more
        answer = requests.post(f"{google.url}/v1/token", form, timeout=20)
        return answer.status_code, answer.json()

    return send


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({"audience": "//iam.googleapis.com/khac"}, (400, "invalid_target")),
        ({"subject_token": "khac"}, (400, "invalid_grant")),
        ({"grant_type": "password"}, (400, "unsupported_grant_type")),
        ({"requested_token_type": "id"}, (400, "invalid_request")),
        ({"scope": ""}, (400, "invalid_request")),
    ],
)
def test_an_exchange_that_makes_no_sense_is_refused(
    exchange: Callable[..., tuple[int, Any]], more: dict[str, str], expected: tuple[int, str]
) -> None:
    status, answer = exchange(**more)

    assert (status, answer["error"]) == expected


def test_only_a_token_for_the_cloud_makes_others(
    google: Emulator, exchange: Callable[..., tuple[int, Any]]
) -> None:
    path = f"{ACCOUNTS}/{ROBOT}:generateAccessToken"
    cloud, drive = (
        Api(google, "", exchange(scope=scope)[1]["access_token"]) for scope in (CLOUD, DRIVE)
    )

    assert drive.message("POST", path, {"scope": [DRIVE]}) == (
        403,
        "Request had insufficient authentication scopes.",
    )
    assert cloud.refused("POST", path, {"scope": []})[0] == 400
    assert cloud.refused("POST", path, {"scope": [DRIVE], "lifetime": "7200s"})[0] == 400
    assert cloud.refused("POST", path, {"scope": [DRIVE], "delegates": ["x"]})[0] == 501
    assert cloud.refused("POST", f"{ACCOUNTS}/{ROBOT}:signBlob", {})[0] == 501
    assert cloud.refused("POST", f"{ACCOUNTS}/{ROBOT}:signJwt", {"payload": "x"})[0] == 400
    assert cloud.message("POST", f"{ACCOUNTS}/la@x.vn:signJwt", {"payload": "{}"}) == (
        403,
        "Permission 'iam.serviceAccounts.signJwt' denied on resource (or it may not exist).",
    )
    assert sorted(cloud.ok("POST", path, {"scope": [DRIVE]})) == ["accessToken", "expireTime"]


def test_what_the_schema_does_not_know_is_noted(loose: Emulator, tmp_path: Path) -> None:
    loose.external_account(tmp_path / "ma-cua-viec")

    requests.post(f"{loose.url}/v1/token", {"colour": "red"}, timeout=20)

    assert loose.violations == [
        "sts GoogleIdentityStsV1ExchangeTokenRequest: colour: unknown field"
    ]
