"""A person signs in with their browser: Google's page, the code, and what is kept."""

import json
import threading
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from dankheo_sheets.workspace.google.auth import SignIn, credentials
from dankheo_sheets.workspace.google.errors import SignInError
from dankheo_sheets.workspace.google.login import login
from dankheo_sheets.workspace.google.rate_limit import Manners
from dankheo_sheets.workspace.google.transport import Clients
from tests.google_emulator import Emulator
from tests.test_google_emulator.api import USER, Api

DRIVE_FILE = "https://www.googleapis.com/auth/drive.file"
PAGE = "/o/oauth2/auth"
BACK = "http://localhost:9/"
# The example of RFC 7636, appendix B.
VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"


@pytest.fixture
def log_in(google: Emulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[], Path]:
    """Return how to sign in as ``dankheo login`` does; it returns the file that is kept."""
    monkeypatch.setenv("OAUTHLIB_INSECURE_TRANSPORT", "1")  # on loopback there is no https
    application = tmp_path / "ung-dung.json"
    application.write_text(json.dumps(google.application()))
    target = tmp_path / "nguoi.json"

    def signing_in() -> Path:
        browsers: list[threading.Thread] = []

        def browser(url: str) -> None:
            browsers.append(
                threading.Thread(target=requests.get, args=(url,), kwargs={"timeout": 20})
            )
            browsers[0].start()

        try:
            login(application, target, open_url=browser, timeout=20.0)
        finally:
            browsers[0].join()
        return target

    return signing_in


def test_a_person_signs_in_and_the_file_they_get_makes_a_sheet(
    google: Emulator, log_in: Callable[[], Path]
) -> None:
    made = credentials(SignIn("user", log_in()))

    with closing(Clients(made, Manners(endpoint=google.url))) as clients:
        http = clients.here()
        body = {"name": "Mẫu", "mimeType": "application/vnd.google-apps.spreadsheet"}
        sheet = http.request("post", "/drive/v3/files", json=body).json()["id"]
        about = http.request("get", "/drive/v3/about", params={"fields": "user"}).json()

    assert about["user"]["emailAddress"] == USER
    assert google.store.files[sheet].owner == USER
    assert google.store.files[sheet].app == "emulator-app"


def test_what_they_get_reaches_no_more_than_was_agreed_to(
    google: Emulator, user: Api, log_in: Callable[[], Path]
) -> None:
    """The least that will do: files of the app itself (reference/google.md §2.5)."""
    other = user.new_sheet("Việc khác")
    info = json.loads(log_in().read_text())

    form = {key: info[key] for key in ("client_id", "client_secret", "refresh_token")}
    form["grant_type"] = "refresh_token"
    answer = requests.post(f"{google.url}/token", form, timeout=20).json()
    wider = {**form, "scope": "https://www.googleapis.com/auth/drive"}

    assert answer["scope"] == DRIVE_FILE
    stranger = Api(google, USER, answer["access_token"])
    assert stranger.reason("GET", f"/drive/v3/files/{other}") == (404, "notFound")
    assert requests.post(f"{google.url}/token", wider, timeout=20).json() == {
        "error": "invalid_scope",
        "error_description": "Bad Request",
    }


def test_a_person_who_refuses_is_not_signed_in(
    google: Emulator, log_in: Callable[[], Path], tmp_path: Path
) -> None:
    google.consent.agrees = ""

    with pytest.raises(SignInError, match="chưa được đồng ý cấp quyền"):
        log_in()

    assert not (tmp_path / "nguoi.json").exists()


def test_a_box_left_unticked_is_noticed(google: Emulator, log_in: Callable[[], Path]) -> None:
    google.consent.granted = frozenset({"openid"})

    with pytest.raises(SignInError):
        log_in()


def ask(google: Emulator, **more: str) -> requests.Response:
    """Open Google's page as a browser does, and stay there."""
    client = google.application()["installed"]["client_id"]
    query = {"client_id": client, "redirect_uri": BACK, "response_type": "code"}
    query |= {"scope": DRIVE_FILE, "access_type": "offline", "state": "s", **more}
    return requests.get(google.url + PAGE, query, allow_redirects=False, timeout=20)


def code(google: Emulator, **more: str) -> str:
    answer = ask(google, **more)
    assert answer.status_code == 302
    back = parse_qs(urlsplit(answer.headers["Location"]).query)
    assert back["state"] == ["s"]
    return back["code"][0]


def redeem(google: Emulator, given: str, **more: str) -> tuple[int, Any]:
    client = google.application()["installed"]
    form = {key: client[key] for key in ("client_id", "client_secret")}
    form |= {"grant_type": "authorization_code", "code": given, "redirect_uri": BACK, **more}
    answer = requests.post(f"{google.url}/token", form, timeout=20)
    return answer.status_code, answer.json()


def test_a_code_is_good_once_and_for_ten_minutes(google: Emulator) -> None:
    once, late = code(google), code(google)
    bad = {"error": "invalid_grant", "error_description": "Malformed auth code."}

    first, second = redeem(google, once), redeem(google, once)
    google.clock.advance(600)

    assert sorted(first[1]) == [
        "access_token",
        "expires_in",
        "refresh_token",
        "scope",
        "token_type",
    ]
    assert second == (400, bad)
    assert redeem(google, late) == (400, bad)


@pytest.mark.parametrize(
    ("way", "challenge", "verifier", "description"),
    [
        ("S256", CHALLENGE, VERIFIER, ""),
        ("plain", VERIFIER, VERIFIER, ""),
        ("S256", CHALLENGE, CHALLENGE, "Invalid code verifier."),
        ("S256", CHALLENGE, "", "Missing code verifier."),
    ],
)
def test_whoever_asked_for_the_code_must_prove_it(
    google: Emulator, way: str, challenge: str, verifier: str, description: str
) -> None:
    given = code(google, code_challenge=challenge, code_challenge_method=way)

    status, answer = redeem(google, given, code_verifier=verifier)

    assert (status, answer.get("error_description", "")) == (
        400 if description else 200,
        description,
    )


def test_a_lasting_sign_in_is_given_the_first_time_or_when_asked_for_again(
    google: Emulator,
) -> None:
    """Which is why ``dankheo login`` sends ``prompt=consent``."""
    asked: list[dict[str, str]] = [{}, {}, {"prompt": "consent"}, {"access_type": "online"}]
    answers = [redeem(google, code(google, **more))[1] for more in asked]

    assert ["refresh_token" in answer for answer in answers] == [True, False, True, False]


@pytest.mark.parametrize(
    ("more", "status", "said"),
    [
        ({"client_id": "la"}, 401, "invalid_client"),
        ({"redirect_uri": "https://example.vn/"}, 400, "redirect_uri_mismatch"),
        ({"response_type": "token"}, 400, "invalid_request"),
        ({"scope": ""}, 400, "invalid_request"),
    ],
)
def test_a_page_that_makes_no_sense_sends_nobody_back(
    google: Emulator, more: dict[str, str], status: int, said: str
) -> None:
    answer = ask(google, **more)

    assert (answer.status_code, said in answer.text, "Location" in answer.headers) == (
        status,
        True,
        False,
    )


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({"client_secret": "sai"}, (401, "invalid_client")),
        ({"redirect_uri": "http://localhost:10/"}, (400, "redirect_uri_mismatch")),
        ({"code": "4/khac"}, (400, "invalid_grant")),
    ],
)
def test_a_code_in_other_hands_is_worth_nothing(
    google: Emulator, more: dict[str, str], expected: tuple[int, str]
) -> None:
    status, answer = redeem(google, code(google), **more)

    assert (status, answer["error"]) == expected
