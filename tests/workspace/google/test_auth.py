"""Signing in, over real HTTP to a token server; and that no secret gets out."""

import base64
import json
import stat
import threading
import traceback
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from google.auth.credentials import Credentials

from dankheo_sheets.errors import ServiceError, SettingsError
from dankheo_sheets.workspace.google.auth import SignIn, credentials, from_environment, scopes
from dankheo_sheets.workspace.google.errors import SignInError
from dankheo_sheets.workspace.google.login import login
from dankheo_sheets.workspace.google.rate_limit import Kind, Manners
from dankheo_sheets.workspace.google.transport import Clients
from tests.workspace.google.conftest import CLIENT_SECRET, REFRESH_TOKEN
from tests.workspace.google.scripted import JSON, Answer, Asked, Script, ok, token

Write = Callable[[object], Path]

DRIVE = "https://www.googleapis.com/auth/drive"
DRIVE_FILE = "https://www.googleapis.com/auth/drive.file"
COORDINATOR = "dau-moi@so.quangngai.gov.vn"


@pytest.fixture(autouse=True)
def no_credentials_of_this_machine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("CLOUDSDK_CONFIG", str(tmp_path / "gcloud"))
    monkeypatch.setenv("NO_GCE_CHECK", "true")
    monkeypatch.delenv("GOOGLE_APPLICATION_CREDENTIALS", raising=False)


def ask_once(made: Credentials, manners: Manners) -> dict[Kind, int]:
    with closing(Clients(made, manners)) as clients:
        clients.here().request("get", "/drive/v3/files")
        return clients.requests()


def claims(asked: Asked) -> dict[str, Any]:
    """Return what a service account's signed request says."""
    payload = asked.form["assertion"].split(".")[1]
    value: dict[str, Any] = json.loads(base64.urlsafe_b64decode(payload + "=="))
    return value


class TestServiceAccount:
    """The key of a service account."""

    def test_asks_for_drive_and_nothing_else(
        self, google: Script, manners: Manners, service_account: dict[str, Any], written: Write
    ) -> None:
        google.will_answer(token("ya29.robot"), ok())

        counts = ask_once(credentials(SignIn(file=written(service_account))), manners)

        assert claims(google.asked[0])["iss"] == service_account["client_email"]
        assert claims(google.asked[0])["scope"] == DRIVE
        assert "sub" not in claims(google.asked[0])
        assert google.tokens_seen == [None, "Bearer ya29.robot"]
        assert (counts[Kind.TOKEN], counts[Kind.LIST]) == (1, 1)

    def test_acts_for_a_person_with_less(
        self, google: Script, manners: Manners, service_account: dict[str, Any], written: Write
    ) -> None:
        """Delegation would open all of that person's Drive (reference/google.md §2.5)."""
        google.will_answer(token(), ok())
        sign_in = SignIn("service-account", written(service_account), subject=COORDINATOR)

        ask_once(credentials(sign_in), manners)

        assert claims(google.asked[0])["sub"] == COORDINATOR
        assert claims(google.asked[0])["scope"] == DRIVE_FILE

    def test_may_ask_another_token_server(
        self, google: Script, manners: Manners, service_account: dict[str, Any], written: Write
    ) -> None:
        google.will_answer(token(), ok())
        file = written({**service_account, "token_uri": "https://oauth2.googleapis.com/token"})

        ask_once(credentials(SignIn(file=file, token_uri=f"{google.url}/emulated")), manners)

        assert google.paths == ["POST /emulated", "GET /drive/v3/files"]


class TestPerson:
    """What signing in with the browser left."""

    def test_asks_for_the_programs_own_files_alone(
        self, google: Script, manners: Manners, authorised_user: dict[str, Any], written: Write
    ) -> None:
        google.will_answer(token(), ok())

        ask_once(credentials(SignIn("user", written(authorised_user))), manners)

        assert google.asked[0].form == {
            "grant_type": "refresh_token",
            "refresh_token": REFRESH_TOKEN,
            "client_id": "client-id",
            "client_secret": CLIENT_SECRET,
            "scope": DRIVE_FILE,
        }

    def test_may_choose_more_and_another_token_server(
        self, google: Script, manners: Manners, authorised_user: dict[str, Any], written: Write
    ) -> None:
        google.will_answer(token(), ok())
        file = written({**authorised_user, "token_uri": "https://oauth2.googleapis.com/token"})
        sign_in = SignIn("user", file, scope="drive", token_uri=f"{google.url}/emulated")

        ask_once(credentials(sign_in), manners)

        assert google.asked[0].path == "/emulated"
        assert google.asked[0].form["scope"] == DRIVE


class TestFederation:
    """GitHub Actions and the like: no key at all (reference/google.md §2.4)."""

    ACCOUNT = "may@dan-van-kheo.iam.gserviceaccount.com"

    @pytest.fixture
    def external_account(self, google: Script, tmp_path: Path) -> dict[str, Any]:
        (tmp_path / "oidc").write_text("github-oidc-token")
        act = f"{google.url}/v1/projects/-/serviceAccounts/{self.ACCOUNT}:generateAccessToken"
        return {
            "type": "external_account",
            "audience": "//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/p"
            "/providers/g",
            "subject_token_type": "urn:ietf:params:oauth:token-type:jwt",
            "token_url": f"{google.url}/sts",
            "credential_source": {"file": str(tmp_path / "oidc")},
            "service_account_impersonation_url": act,
        }

    STS = ok(
        {
            "access_token": "sts-token",
            "expires_in": 3600,
            "token_type": "Bearer",
            "issued_token_type": "urn:ietf:params:oauth:token-type:access_token",
        }
    )
    ROBOT = ok({"accessToken": "ya29.robot", "expireTime": "2999-01-01T00:00:00Z"})

    @pytest.mark.parametrize("method", ["federation", None])
    def test_becomes_the_service_account(
        self,
        google: Script,
        manners: Manners,
        external_account: dict[str, Any],
        written: Write,
        method: Any,
    ) -> None:
        google.will_answer(self.STS, self.ROBOT, ok())

        counts = ask_once(credentials(SignIn(method, written(external_account))), manners)

        sts, act, list_files = google.asked
        assert sts.form["subject_token"] == "github-oidc-token"
        assert act.path == f"/v1/projects/-/serviceAccounts/{self.ACCOUNT}:generateAccessToken"
        assert json.loads(act.body)["scope"] == [DRIVE]
        assert list_files.headers["authorization"] == "Bearer ya29.robot"
        assert counts[Kind.TOKEN] == 2

    def test_is_found_where_the_action_put_it(
        self,
        google: Script,
        manners: Manners,
        external_account: dict[str, Any],
        written: Write,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        """As google-github-actions/auth exports it; the project is not asked for."""
        google.will_answer(self.STS, self.ROBOT, ok())
        monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(written(external_account)))

        ask_once(credentials(SignIn("default")), manners)

        assert google.tokens_seen[-1] == "Bearer ya29.robot"

    def test_needs_an_account_that_can_be_shared_with(
        self, external_account: dict[str, Any], written: Write
    ) -> None:
        del external_account["service_account_impersonation_url"]

        with pytest.raises(SignInError, match="thiếu tài khoản dịch vụ") as raised:
            credentials(SignIn("federation", written(external_account)))

        assert "service_account trong campaign.toml" in raised.value.hint

    def test_takes_the_account_of_the_settings(
        self, google: Script, external_account: dict[str, Any], written: Write
    ) -> None:
        del external_account["service_account_impersonation_url"]
        file = written(external_account)

        made = credentials(SignIn("federation", file, service_account=self.ACCOUNT))

        assert getattr(made, "service_account_email", None) == self.ACCOUNT

    def test_acts_for_a_person_without_any_key(
        self, google: Script, external_account: dict[str, Any], written: Write
    ) -> None:
        """The rest of that way is at Google's fixed addresses: nothing is sent here."""
        made = credentials(SignIn(file=written(external_account), subject=COORDINATOR))

        assert getattr(made, "signer_email", None) == self.ACCOUNT
        assert getattr(made, "_subject", None) == COORDINATOR
        assert getattr(made, "_target_scopes", None) == [DRIVE_FILE]


class TestDefault:
    """Application Default Credentials."""

    def test_takes_a_service_account_with_its_subject(
        self,
        google: Script,
        manners: Manners,
        service_account: dict[str, Any],
        written: Write,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        google.will_answer(token(), ok())
        monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(written(service_account)))

        ask_once(credentials(SignIn(subject=COORDINATOR)), manners)

        assert claims(google.asked[0])["sub"] == COORDINATOR

    def test_takes_what_gcloud_keeps(self, authorised_user: dict[str, Any], tmp_path: Path) -> None:
        """Its token server is Google's, whatever the file says: nothing is sent here."""
        (tmp_path / "gcloud").mkdir()
        kept = tmp_path / "gcloud" / "application_default_credentials.json"
        kept.write_text(json.dumps(authorised_user))

        made = credentials(SignIn())

        assert getattr(made, "refresh_token", None) == REFRESH_TOKEN

    def test_says_what_to_do_where_there_are_none(self) -> None:
        with pytest.raises(SignInError, match="Chưa có thông tin đăng nhập Google") as raised:
            credentials(SignIn())

        assert raised.value.hint == (
            "chạy dankheo login, hoặc đặt khoá credentials trong campaign.toml, hoặc biến "
            "DANKHEO_GOOGLE_CREDENTIALS"
        )

    def test_a_person_to_act_for_needs_an_account(self) -> None:
        with pytest.raises(SignInError, match="subject cần service_account đi cùng"):
            credentials(SignIn("default", subject=COORDINATOR))


class TestEnvironment:
    """It comes before campaign.toml."""

    def test_names_a_file_of_any_kind(self) -> None:
        environ = {"DANKHEO_GOOGLE_CREDENTIALS": "khoa.json"}

        chosen = from_environment(SignIn("user", Path("nguoi.json")), environ)

        assert chosen == SignIn(None, Path("khoa.json"))

    def test_or_holds_its_text(
        self, google: Script, manners: Manners, service_account: dict[str, Any]
    ) -> None:
        """As a secret of a scheduled job does."""
        google.will_answer(token(), ok())
        environ = {"DANKHEO_GOOGLE_CREDENTIALS": json.dumps(service_account)}

        ask_once(credentials(from_environment(SignIn(), environ)), manners)

        assert claims(google.asked[0])["iss"] == service_account["client_email"]

    def test_chooses_the_rest(self) -> None:
        environ = {
            "DANKHEO_GOOGLE_SIGN_IN": "default",
            "DANKHEO_GOOGLE_SUBJECT": COORDINATOR,
            "DANKHEO_GOOGLE_TOKEN_URI": "http://127.0.0.1:1/token",
        }

        assert from_environment(SignIn(), environ) == SignIn(
            "default", subject=COORDINATOR, token_uri="http://127.0.0.1:1/token"
        )

    def test_changes_nothing_where_it_says_nothing(self) -> None:
        sign_in = SignIn("user", Path("a.json"), scope="drive")

        assert from_environment(sign_in, {}) == sign_in

    def test_a_method_that_does_not_exist(self) -> None:
        with pytest.raises(SettingsError) as raised:
            from_environment(SignIn(), {"DANKHEO_GOOGLE_SIGN_IN": "magic"})

        assert raised.value.mistakes == (
            "DANKHEO_GOOGLE_SIGN_IN: ghi “magic”; cần một trong: service-account, user, "
            "federation, default",
        )

    def test_no_key_goes_out_in_the_clear(self) -> None:
        with pytest.raises(SettingsError, match=r"^DANKHEO_GOOGLE_TOKEN_URI: cần địa chỉ https"):
            from_environment(SignIn(), {"DANKHEO_GOOGLE_TOKEN_URI": "http://example.vn/token"})


@pytest.mark.parametrize(
    ("content", "message", "hint"),
    [
        ("", "không phải tệp JSON", "dùng nguyên tệp JSON tải từ Google Cloud Console"),
        ("[]", "không phải tệp JSON", "dùng nguyên tệp JSON tải từ Google Cloud Console"),
        (
            '{"installed": {}}',
            "không phải tệp đăng nhập kiểu đã biết",
            "đây là tệp ứng dụng OAuth: chạy dankheo login với tệp này trước",
        ),
        (
            '{"refresh_token": "1//x"}',
            "tệp đăng nhập hỏng hoặc thiếu mục",
            "tải lại tệp từ Google Cloud Console, hoặc chạy lại dankheo login",
        ),
        (
            '{"type": "service_account"}',
            "tệp đăng nhập hỏng hoặc thiếu mục",
            "tải lại tệp từ Google Cloud Console, hoặc chạy lại dankheo login",
        ),
        (
            '{"type": "gdch_service_account"}',
            "không phải tệp đăng nhập kiểu đã biết",
            "cần khoá tài khoản dịch vụ, tệp do dankheo login ghi, hoặc tệp external_account",
        ),
        (
            '{"type": ["user"]}',
            "không phải tệp đăng nhập kiểu đã biết",
            "cần khoá tài khoản dịch vụ, tệp do dankheo login ghi, hoặc tệp external_account",
        ),
    ],
)
def test_a_file_that_cannot_be_used(tmp_path: Path, content: str, message: str, hint: str) -> None:
    file = tmp_path / "khoa.json"
    file.write_text(content)

    with pytest.raises(SignInError) as raised:
        credentials(SignIn(file=file))

    assert raised.value.message == f"{file}: {message}"
    assert raised.value.hint == hint


def test_a_file_of_another_kind_says_which(service_account: dict[str, Any], written: Write) -> None:
    with pytest.raises(SignInError, match="không phải tệp đăng nhập kiểu user") as raised:
        credentials(SignIn("user", written(service_account)))

    assert raised.value.hint == "tệp này dùng với cách đăng nhập “service-account”"


def test_an_oauth_client_file_is_not_a_sign_in_yet(written: Write) -> None:
    with pytest.raises(SignInError) as raised:
        credentials(SignIn("service-account", written({"installed": {"client_id": "1"}})))

    assert raised.value.hint == ("đây là tệp ứng dụng OAuth: chạy dankheo login với tệp này trước")


def test_a_person_acts_for_nobody_else(authorised_user: dict[str, Any], written: Write) -> None:
    with pytest.raises(SignInError, match="subject chỉ dùng với tài khoản dịch vụ"):
        credentials(SignIn("user", written(authorised_user), subject=COORDINATOR))


def test_a_file_that_would_send_the_key_in_the_clear(
    service_account: dict[str, Any], written: Write
) -> None:
    with pytest.raises(SettingsError, match="token_uri: cần địa chỉ https"):
        credentials(SignIn(file=written({**service_account, "token_uri": "http://example.vn"})))


def test_a_missing_file(tmp_path: Path) -> None:
    with pytest.raises(SignInError, match="không có tệp đăng nhập này"):
        credentials(SignIn(file=tmp_path / "khoa.json"))


def test_a_file_that_cannot_be_opened(tmp_path: Path) -> None:
    with pytest.raises(SignInError, match="không đọc được tệp đăng nhập"):
        credentials(SignIn(file=tmp_path))


@pytest.mark.parametrize(
    ("method", "subject", "expected"),
    [
        ("service-account", "", DRIVE),
        ("federation", "", DRIVE),
        ("default", "", DRIVE),
        ("user", "", DRIVE_FILE),
        ("service-account", COORDINATOR, DRIVE_FILE),
        ("federation", COORDINATOR, DRIVE_FILE),
    ],
)
def test_the_least_scope_that_will_do(method: Any, subject: str, expected: str) -> None:
    assert scopes(method, SignIn(subject=subject)) == [expected]


class TestSecretsStayIn:
    """Not in output, `repr` or exceptions, causes included."""

    def test_a_sign_in_shows_no_text(self, service_account: dict[str, Any]) -> None:
        sign_in = SignIn(text=json.dumps(service_account))

        assert "PRIVATE KEY" not in f"{sign_in!r} {sign_in}"

    def test_a_damaged_key(
        self,
        service_account: dict[str, Any],
        written: Write,
        capfd: pytest.CaptureFixture[str],
    ) -> None:
        damaged = service_account["private_key"].replace("MII", "XII")
        file = written({**service_account, "private_key": damaged})

        with pytest.raises(SignInError, match="tệp đăng nhập hỏng") as raised:
            credentials(SignIn(file=file))

        assert_no_secret(raised.value, capfd, *damaged.splitlines()[1:-1])

    def test_a_file_cut_short(
        self,
        service_account: dict[str, Any],
        tmp_path: Path,
        capfd: pytest.CaptureFixture[str],
    ) -> None:
        (tmp_path / "khoa.json").write_text(json.dumps(service_account)[:900])

        with pytest.raises(SignInError, match="không phải tệp JSON") as raised:
            credentials(SignIn(file=tmp_path / "khoa.json"))

        assert_no_secret(raised.value, capfd, *service_account["private_key"].splitlines()[1:-1])

    @pytest.mark.parametrize("code", ["invalid_grant", "unauthorized_client", "what_is_this"])
    def test_a_token_server_that_quotes_everything(
        self,
        google: Script,
        manners: Manners,
        authorised_user: dict[str, Any],
        written: Write,
        capfd: pytest.CaptureFixture[str],
        code: str,
    ) -> None:
        words = {"error": code, "error_description": f"{REFRESH_TOKEN} {CLIENT_SECRET}"}
        google.will_answer(Answer(400, json.dumps(words).encode(), JSON))

        with pytest.raises(SignInError) as raised:
            ask_once(credentials(SignIn(file=written(authorised_user))), manners)

        assert raised.value.reason == ("" if code == "what_is_this" else code)
        assert raised.value.hint
        assert_no_secret(raised.value, capfd, REFRESH_TOKEN, CLIENT_SECRET)

    @pytest.mark.parametrize(
        "quoting",
        [
            Answer(500, json.dumps({"error": REFRESH_TOKEN}).encode(), JSON),
            Answer(200, REFRESH_TOKEN.encode()),
            ok({"access_token": f"{REFRESH_TOKEN}\n", "expires_in": 3600}),
            Answer(403, f"<html>{CLIENT_SECRET}".encode()),
        ],
        ids=["500", "no JSON", "a token no header can carry", "HTML"],
    )
    def test_and_one_that_does_so_oddly(
        self,
        google: Script,
        manners: Manners,
        authorised_user: dict[str, Any],
        written: Write,
        capfd: pytest.CaptureFixture[str],
        quoting: Answer,
    ) -> None:
        retried = quoting.status == 500 or (not quoting.headers and quoting.status == 200)
        google.will_answer(*[quoting] * (6 if retried else 1))

        with pytest.raises(ServiceError) as raised:
            ask_once(credentials(SignIn(file=written(authorised_user))), manners)

        assert_no_secret(raised.value, capfd, REFRESH_TOKEN, CLIENT_SECRET)

    def test_a_refused_access_token(
        self, google: Script, person: Credentials, manners: Manners, capfd: Any
    ) -> None:
        said = {"error": {"code": 401, "message": "Invalid token ya29.second"}}
        refused = Answer(401, json.dumps(said).encode(), JSON)
        google.will_answer(refused, token("ya29.second"), refused)

        with pytest.raises(SignInError) as raised:
            ask_once(person, manners)

        assert_no_secret(raised.value, capfd, "ya29.first", "ya29.second")


def chain(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__


def assert_no_secret(error: ServiceError, capfd: pytest.CaptureFixture[str], *secrets: str) -> None:
    shown = [*traceback.format_exception(error), *capfd.readouterr()]
    for one in chain(error):
        shown += [str(one), repr(one), repr(one.args), repr(vars(one))]
    for secret in secrets:
        assert secret not in "".join(shown)


class Person:
    """Someone at a browser: is shown Google's page, and is sent back from there."""

    def __init__(self, **answer: str) -> None:
        self.answer = answer
        self.shown = ""
        self.thread = threading.Thread(target=self._come_back)

    def open(self, url: str) -> None:
        """Look at Google's page, and answer when the program listens."""
        self.shown = url
        self.thread.start()

    def _come_back(self) -> None:
        asked = self.asked
        answer = {"state": asked["state"], "code": "4/code", **self.answer}
        with urllib.request.urlopen(f"{asked['redirect_uri']}?{urlencode(answer)}") as page:
            page.read()

    @property
    def asked(self) -> dict[str, str]:
        """What Google's page was asked for."""
        return {name: values[0] for name, values in parse_qs(urlsplit(self.shown).query).items()}


class TestLogin:
    """The browser flow, with a person who follows the redirect."""

    @pytest.fixture(autouse=True)
    def plain_http(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Let oauthlib take a server without a certificate."""
        monkeypatch.setenv("OAUTHLIB_INSECURE_TRANSPORT", "1")

    @pytest.fixture
    def application(self, google: Script, written: Write) -> Path:
        return written(
            {
                "installed": {
                    "client_id": "client-id",
                    "client_secret": CLIENT_SECRET,
                    "auth_uri": "https://accounts.google.com/o/oauth2/auth",
                    "token_uri": f"{google.url}/token",
                    "redirect_uris": ["http://localhost"],
                }
            }
        )

    GRANTED = ok(
        {
            "access_token": "ya29.new",
            "refresh_token": REFRESH_TOKEN,
            "expires_in": 3600,
            "scope": DRIVE_FILE,
            "token_type": "Bearer",
        }
    )

    def test_keeps_a_sign_in_for_this_user_alone(
        self, google: Script, application: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
    ) -> None:
        google.will_answer(self.GRANTED)
        person = Person()
        target = tmp_path / "config" / "google.json"

        login(application, target, open_url=person.open)
        person.thread.join()

        assert stat.S_IMODE(target.stat().st_mode) == 0o600
        kept = json.loads(target.read_text())
        assert (kept["type"], kept["refresh_token"]) == ("authorized_user", REFRESH_TOKEN)
        assert "token" not in kept
        assert person.asked["scope"] == DRIVE_FILE
        assert person.asked["access_type"] == "offline"
        assert google.asked[0].form["code"] == "4/code"
        assert capfd.readouterr() == ("", "")

    def test_replaces_a_file_others_could_read(
        self, google: Script, application: Path, tmp_path: Path
    ) -> None:
        google.will_answer(self.GRANTED)
        person = Person()
        target = tmp_path / "config.json"
        target.write_text("old")
        target.chmod(0o644)

        login(application, target, open_url=person.open)
        person.thread.join()

        assert stat.S_IMODE(target.stat().st_mode) == 0o600
        assert sorted(path.name for path in tmp_path.iterdir()) == ["config.json", "google.json"]

    def test_what_it_keeps_signs_in(
        self, google: Script, application: Path, tmp_path: Path, manners: Manners
    ) -> None:
        google.will_answer(self.GRANTED, token("ya29.later"), ok())
        person = Person()
        target = tmp_path / "kept.json"

        login(application, target, open_url=person.open)
        person.thread.join()
        ask_once(credentials(SignIn(file=target)), manners)

        assert google.tokens_seen[-1] == "Bearer ya29.later"

    @pytest.mark.parametrize(
        ("answer", "message"),
        [
            pytest.param(
                {"error": "access_denied"}, "chưa được đồng ý cấp quyền", id="the person declined"
            ),
            pytest.param({"state": "forged"}, "không đăng nhập được", id="another's answer"),
        ],
    )
    def test_an_answer_that_grants_nothing(
        self, google: Script, application: Path, tmp_path: Path, answer: Any, message: str
    ) -> None:
        person = Person(**answer)

        with pytest.raises(SignInError, match=message):
            login(application, tmp_path / "kept.json", open_url=person.open)
        person.thread.join()

        assert not (tmp_path / "kept.json").exists()

    @pytest.mark.parametrize(
        ("answer", "message"),
        [
            (ok({"access_token": "a", "scope": "openid"}), "Chưa đồng ý đủ các quyền"),
            (
                ok({"access_token": "a", "scope": DRIVE_FILE, "expires_in": 1}),
                "không cấp phiên đăng nhập lâu dài",
            ),
            (Answer(400, b'{"error": "invalid_grant"}', JSON), "hết hạn hay bị thu hồi"),
            (Answer(500, b"<html>"), "không đăng nhập được"),
            (Answer(drop=True), "Mất câu trả lời của Google"),
        ],
        ids=["a box left empty", "no refresh token", "refused", "HTML", "dropped"],
    )
    def test_a_token_server_that_grants_nothing(
        self,
        google: Script,
        application: Path,
        tmp_path: Path,
        answer: Answer,
        message: str,
        capfd: pytest.CaptureFixture[str],
    ) -> None:
        google.will_answer(answer)
        person = Person()

        with pytest.raises(ServiceError, match=message) as raised:
            login(application, tmp_path / "kept.json", open_url=person.open)
        person.thread.join()

        assert_no_secret(raised.value, capfd, CLIENT_SECRET, "4/code")
        assert not (tmp_path / "kept.json").exists()

    def test_nobody_at_the_browser(self, application: Path, tmp_path: Path) -> None:
        shown: list[str] = []

        with pytest.raises(SignInError, match="Hết thời gian chờ đăng nhập"):
            login(application, tmp_path / "kept.json", open_url=shown.append, timeout=0.01)

        assert len(shown) == 1

    def test_a_file_that_is_no_application(
        self, service_account: dict[str, Any], written: Write, tmp_path: Path
    ) -> None:
        with pytest.raises(SignInError, match="không phải tệp ứng dụng OAuth"):
            login(written(service_account), tmp_path / "kept.json")
