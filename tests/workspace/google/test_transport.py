"""The client over real HTTP: every attempt counted, every second slept known."""

import json
import threading
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from typing import Any

import pytest
import requests
from google.auth.credentials import AnonymousCredentials, Credentials
from google.oauth2 import service_account as service_accounts
from google.oauth2.credentials import Credentials as Bearer
from gspread.utils import ExportFormat

from dankheo_sheets.errors import (
    Halted,
    NoRoom,
    OutcomeUnknown,
    Refused,
    ServiceError,
    SettingsError,
)
from dankheo_sheets.workspace.google.errors import (
    NoAnswer,
    NotFound,
    SharingLimit,
    SignInError,
    TryLater,
)
from dankheo_sheets.workspace.google.rate_limit import TIMEOUT, Kind, Limits, Manners
from dankheo_sheets.workspace.google.tokens import SharedToken, TokenRequest
from dankheo_sheets.workspace.google.transport import Clients, checked_address, endpoint
from tests.workspace.google.scripted import (
    JSON,
    Answer,
    Clock,
    Script,
    ok,
    refused,
    sheets_refused,
    token,
)

LIST = "/drive/v3/files"
COPY = "/drive/v3/files/template/copy"
HTML = {"Content-Type": "text/html; charset=UTF-8"}
OUTAGE = refused(503, "backendError", "Backend Error")
SLOW_DOWN = refused(403, "userRateLimitExceeded", "User Rate Limit Exceeded")
NOT_SIGNED_IN = refused(401, "authError", "Invalid Credentials")
NONE = dict.fromkeys(Kind, 0)


def list_files(clients: Clients) -> Any:
    return clients.here().request("get", LIST).json()


def copy_template(clients: Clients) -> Any:
    return clients.here().request("post", COPY, json={"name": "Biểu"}).json()


class TestPathsAreGooglesOwn:
    """`endpoint` takes the place of the hosts alone."""

    def test_all_of_gspread_goes_to_the_endpoint(self, google: Script, clients: Clients) -> None:
        google.will_answer(ok({"sheets": []}), ok({"replies": []}), ok(), Answer(200, b"PK"), ok())
        http = clients.here()

        http.spreadsheets_get("S")
        http.batch_update("S", {"requests": []})
        http.values_update("S", "'Đăng ký'!A1", {"valueInputOption": "RAW"}, {"values": [["=1"]]})
        exported = http.export("S", ExportFormat.CSV)
        http.request("post", "/upload/drive/v3/files", data=b"x", retry_safe=False)

        assert exported == b"PK"
        assert google.paths == [
            "GET /v4/spreadsheets/S",
            "POST /v4/spreadsheets/S:batchUpdate",
            "PUT /v4/spreadsheets/S/values/%27%C4%90%C4%83ng%20k%C3%BD%27%21A1",
            "GET /drive/v3/files/S/export",
            "POST /upload/drive/v3/files",
        ]
        assert clients.requests() == NONE | {
            Kind.SHEETS_READ: 1,
            Kind.SHEETS_WRITE: 2,
            Kind.EXPORT: 1,
            Kind.DRIVE_WRITE: 1,
        }

    def test_what_was_sent_arrives_unchanged(self, google: Script, clients: Clients) -> None:
        google.will_answer(ok({"id": "1"}))

        clients.here().request(
            "patch", f"{LIST}/1", params={"fields": "id"}, json={"name": "Dân vận khéo"}
        )

        (asked,) = google.asked
        assert json.loads(asked.body) == {"name": "Dân vận khéo"}
        assert asked.query == {"fields": ["id"]}
        assert asked.headers["authorization"] == "Bearer ya29.first"

    def test_no_other_host_ever_gets_the_token(self, google: Script, clients: Clients) -> None:
        with pytest.raises(ValueError, match="not an address"):
            clients.here().request("get", "https://sheets.googleapis.com.example/v4/")

    def test_a_redirect_is_not_followed(
        self, google: Script, clients: Clients, clock: Clock
    ) -> None:
        """A network's sign-in page is no answer of Google; the token does not go there."""
        elsewhere = Answer(302, b"", {"Location": f"{google.url}/elsewhere"})
        google.will_answer(elsewhere, ok({"files": []}))

        assert list_files(clients) == {"files": []}
        assert google.paths == [f"GET {LIST}", f"GET {LIST}"]

    def test_a_file_handle_is_refused(self, clients: Clients) -> None:
        """It could not be sent a second time."""
        with pytest.raises(TypeError, match="files"):
            clients.here().request("post", "/upload/drive/v3/files", files={})


class TestPatience:
    """What is asked again, when, and how often."""

    def test_an_outage_is_asked_six_times_over_62_seconds(
        self, google: Script, clients: Clients, clock: Clock
    ) -> None:
        google.will_answer(*[OUTAGE] * 6)

        with pytest.raises(NoAnswer, match=r"Google đang trục trặc \(503 backendError\)"):
            list_files(clients)

        assert len(google.asked) == 6
        assert clock.slept == [2.0, 4.0, 8.0, 16.0, 32.0]
        assert clients.requests() == NONE | {Kind.LIST: 6}

    @pytest.mark.parametrize(
        "trouble",
        [
            pytest.param(refused(408), id="408"),
            pytest.param(refused(500, "internalError", "Internal Error"), id="500"),
            pytest.param(sheets_refused(500, "INTERNAL"), id="500 of Sheets"),
            pytest.param(Answer(502, b"<html>Bad Gateway</html>", HTML), id="502 in HTML"),
            pytest.param(OUTAGE, id="503"),
            pytest.param(Answer(504, b""), id="504 and nothing"),
            pytest.param(Answer(drop=True), id="dropped connection"),
            pytest.param(Answer(200, b'{"files": [', JSON), id="truncated JSON"),
            pytest.param(Answer(200, b'{"files": []}', JSON, missing=9), id="truncated body"),
            pytest.param(Answer(200, b"", JSON), id="empty body"),
            pytest.param(Answer(200, b"<html>Welcome</html>", HTML), id="a portal's page"),
            pytest.param(Answer(200, b"[" * 100_000, JSON), id="absurdly deep JSON"),
            pytest.param(Answer(200, b"\xff\xfe\xfd", JSON), id="no text"),
            pytest.param(Answer(200, b"[]", JSON), id="no object"),
        ],
    )
    def test_what_may_be_repeated_is(
        self, google: Script, clients: Clients, clock: Clock, trouble: Answer
    ) -> None:
        google.will_answer(trouble, ok({"files": []}))

        assert list_files(clients) == {"files": []}
        assert clock.slept == [2.0]

    @pytest.mark.parametrize(
        "trouble",
        [
            pytest.param(refused(500, "responsePreparationFailure"), id="done, then failed"),
            pytest.param(OUTAGE, id="503"),
            pytest.param(Answer(drop=True), id="dropped connection"),
            pytest.param(Answer(200, b'{"id": "1', JSON), id="truncated JSON"),
            pytest.param(Answer(200, b'{"id": "1"}', JSON, missing=9), id="truncated body"),
            pytest.param(Answer(200, b"", JSON), id="empty body"),
        ],
    )
    def test_a_copy_whose_outcome_is_unknown_is_not_repeated(
        self, google: Script, clients: Clients, clock: Clock, trouble: Answer
    ) -> None:
        """It would make a second sheet (reference/google.md §6.1)."""
        google.will_answer(trouble)

        with pytest.raises(OutcomeUnknown, match="Không biết Google đã làm xong hay chưa"):
            copy_template(clients)

        assert clock.slept == []

    @pytest.mark.parametrize(
        "slow_down",
        [
            pytest.param(SLOW_DOWN, id="403 userRateLimitExceeded"),
            pytest.param(refused(403, "rateLimitExceeded"), id="403 rateLimitExceeded"),
            pytest.param(refused(429, "rateLimitExceeded"), id="429"),
            pytest.param(
                sheets_refused(429, "RESOURCE_EXHAUSTED", "Quota exceeded", "RATE_LIMIT_EXCEEDED"),
                id="429 of Sheets",
            ),
            pytest.param(Answer(429, b"<html>automated queries</html>", HTML), id="HTML 429"),
            pytest.param(Answer(429, b""), id="429 and nothing"),
        ],
    )
    def test_a_copy_that_was_held_back_is_repeated(
        self, google: Script, clients: Clients, clock: Clock, slow_down: Answer
    ) -> None:
        google.will_answer(slow_down, ok({"id": "1"}))

        assert copy_template(clients) == {"id": "1"}
        assert clock.slept == [2.0]

    def test_a_storm_of_429_ends_and_says_when_to_come_back(
        self, google: Script, clients: Clients, clock: Clock
    ) -> None:
        google.will_answer(*[SLOW_DOWN] * 6)

        with pytest.raises(TryLater) as raised:
            copy_template(clients)

        assert raised.value.reason == "userRateLimitExceeded"
        assert raised.value.status == 403
        assert raised.value.hint.startswith("vài phút nữa chạy lại lệnh này")
        assert sum(clock.slept) == 62.0

    def test_a_request_said_to_be_safe_is_repeated(
        self, google: Script, clients: Clients, clock: Clock
    ) -> None:
        google.will_answer(OUTAGE, ok({"replies": []}))

        clients.here().request(
            "post", "/v4/spreadsheets/S:batchUpdate", json={"requests": []}, retry_safe=True
        )

        assert clock.slept == [2.0]

    @pytest.mark.parametrize(
        ("method", "path", "again"),
        [
            ("get", "/v4/spreadsheets/S", True),
            ("put", "/v4/spreadsheets/S/values/A1", True),
            ("post", "/v4/spreadsheets/S/values:batchUpdate", False),
            ("post", "/v4/spreadsheets/S:batchUpdate", False),
            ("post", "/v4/spreadsheets/S/values/A1:append", False),
            ("post", "/v4/spreadsheets", False),
            ("patch", "/drive/v3/files/S", True),
            ("delete", "/drive/v3/files/S", True),
            ("post", "/drive/v3/files/S/permissions", False),
            ("post", "/drive/v3/files", False),
        ],
    )
    def test_unasked_only_what_cannot_happen_twice_is_repeated(
        self, google: Script, clients: Clients, clock: Clock, method: str, path: str, again: bool
    ) -> None:
        google.will_answer(OUTAGE, *[ok()] * again)
        http = clients.here()

        if again:
            http.request(method, path)
        else:
            with pytest.raises(OutcomeUnknown):
                http.request(method, path)

        assert clock.slept == [2.0] * again

    def test_retry_after_is_honoured_where_it_is_longer(
        self, google: Script, clients: Clients, clock: Clock
    ) -> None:
        google.will_answer(
            refused(429, Retry_After="7"), refused(503, Retry_After="1"), ok({"files": []})
        )

        list_files(clients)

        assert clock.slept == [7.0, 4.0]

    def test_retry_after_may_be_a_date(
        self, google: Script, clients: Clients, clock: Clock
    ) -> None:
        """Measured from the answer's own date: the clock of this machine does not matter."""
        later = {
            "Date": "Tue, 12 Apr 2022 10:00:00 GMT",
            "Retry-After": "Tue, 12 Apr 2022 10:00:30 GMT",
        }
        google.will_answer(Answer(429, b"", later), ok({"files": []}))

        list_files(clients)

        assert clock.slept == [30.0]

    @pytest.mark.parametrize("odd", ["soon", "-5", "", "nan", "Tue, 99 Apr 2022 10:00:30 GMT"])
    def test_an_odd_retry_after_is_passed_over(
        self, google: Script, clients: Clients, clock: Clock, odd: str
    ) -> None:
        google.will_answer(refused(429, Retry_After=odd), ok({"files": []}))

        list_files(clients)

        assert clock.slept == [2.0]

    def test_who_is_asked_to_wait_an_hour_comes_back_another_time(
        self, google: Script, clients: Clients, clock: Clock
    ) -> None:
        google.will_answer(refused(429, Retry_After="3600"))

        with pytest.raises(TryLater):
            list_files(clients)

        assert clock.slept == []

    def test_a_silent_server_is_left_after_the_timeout(
        self, google: Script, person: Credentials, manners: Manners, clock: Clock
    ) -> None:
        google.will_answer(Answer(silent=True), ok({"files": []}), Answer(silent=True))

        with closing(Clients(person, replace(manners, timeout=(5.0, 1.5)))) as clients:
            assert list_files(clients) == {"files": []}
            with pytest.raises(OutcomeUnknown):
                copy_template(clients)

        assert clock.slept == [2.0]

    def test_what_never_left_is_repeated_even_if_it_is_a_copy(
        self, person: Credentials, manners: Manners, clock: Clock
    ) -> None:
        """Nothing listens: six attempts, and no doubt about the outcome."""
        with Script() as gone:
            nowhere = gone.url
        with (
            closing(Clients(person, replace(manners, endpoint=nowhere))) as clients,
            pytest.raises(NoAnswer, match="Không kết nối được tới Google"),
        ):
            copy_template(clients)

        assert clock.slept == [2.0, 4.0, 8.0, 16.0, 32.0]

    def test_unless_told_otherwise_a_request_waits_no_longer_than_google(
        self, person: Credentials
    ) -> None:
        with closing(Clients(person, Manners())) as clients:
            assert clients.here().timeout == TIMEOUT == (10.0, 190.0)


class TestFinalAnswers:
    """What is not asked again."""

    @pytest.mark.parametrize(
        ("answer", "kind", "message"),
        [
            (
                refused(403, "sharingRateLimitExceeded", "Rate limit exceeded."),
                SharingLimit,
                "Google tạm ngừng cho chia sẻ thêm (403 sharingRateLimitExceeded)",
            ),
            (
                refused(403, "dailyLimitExceeded", "Daily Limit Exceeded"),
                TryLater,
                "Đã hết hạn mức trong ngày của Google (403 dailyLimitExceeded)",
            ),
            (
                refused(403, "storageQuotaExceeded", "The quota has been exceeded."),
                NoRoom,
                "Google: không còn dung lượng để tạo tệp (403 storageQuotaExceeded): "
                "The quota has been exceeded.",
            ),
            (
                refused(404, "notFound", "File not found: 1."),
                NotFound,
                "Google: không tìm thấy tệp (404 notFound): File not found: 1.",
            ),
            (
                sheets_refused(403, "PERMISSION_DENIED", "The caller does not have permission"),
                Refused,
                "Google: tài khoản không đủ quyền với bảng tính này (403 PERMISSION_DENIED): "
                "The caller does not have permission",
            ),
            (
                refused(403, "insufficientPermissions", "Insufficient Permission"),
                SignInError,
                "Google: không đủ phạm vi quyền (403 insufficientPermissions)",
            ),
            (
                sheets_refused(403, "PERMISSION_DENIED", "Disabled.", "SERVICE_DISABLED"),
                Halted,
                "Google: API chưa được bật cho dự án (403 SERVICE_DISABLED): Disabled.",
            ),
            (
                Answer(400, b'{"error": "invalid_grant"}', JSON),
                Refused,
                "Google: yêu cầu không hợp lệ (400 invalid_grant)",
            ),
            (
                Answer(409, b""),
                Refused,
                "Google: không làm theo yêu cầu (409)",
            ),
        ],
    )
    def test_is_raised_at_once(
        self,
        google: Script,
        clients: Clients,
        clock: Clock,
        answer: Answer,
        kind: type[ServiceError],
        message: str,
    ) -> None:
        google.will_answer(answer)

        with pytest.raises(ServiceError) as raised:
            list_files(clients)

        assert type(raised.value) is kind
        assert raised.value.message == message
        assert clock.slept == []

    def test_keeps_googles_own_words_for_the_caller(self, google: Script, clients: Clients) -> None:
        google.will_answer(refused(400, "invalidSharingRequest", "You are trying to invite a@b."))

        with pytest.raises(Refused) as raised:
            list_files(clients)

        assert (raised.value.status, raised.value.reason, raised.value.said) == (
            400,
            "invalidSharingRequest",
            "You are trying to invite a@b.",
        )

    def test_nothing_at_all_is_fine_after_deleting(self, google: Script, clients: Clients) -> None:
        google.will_answer(Answer(204, b""))

        assert clients.here().request("delete", f"{LIST}/1").status_code == 204

    def test_a_page_in_place_of_an_export_is_no_export(
        self, google: Script, clients: Clients, clock: Clock
    ) -> None:
        google.will_answer(Answer(200, b"<html>", HTML), Answer(200, b"PK"))

        assert clients.here().export("S", ExportFormat.CSV) == b"PK"
        assert clock.slept == [2.0]


class TestTokens:
    """Expiry, renewal, and token servers that misbehave."""

    def test_one_that_expires_in_the_middle_of_a_run_is_renewed_once(
        self, google: Script, clients: Clients, clock: Clock
    ) -> None:
        google.will_answer(ok(), NOT_SIGNED_IN, token("ya29.second"), ok({"id": "1"}))

        list_files(clients)
        assert copy_template(clients) == {"id": "1"}

        assert google.paths == [f"GET {LIST}", f"POST {COPY}", "POST /token", f"POST {COPY}"]
        assert google.tokens_seen == [
            "Bearer ya29.first",
            "Bearer ya29.first",
            None,
            "Bearer ya29.second",
        ]
        assert clock.slept == []
        assert clients.requests() == NONE | {
            Kind.LIST: 1,
            Kind.DRIVE_WRITE: 2,
            Kind.TOKEN: 1,
        }

    def test_one_that_is_refused_again_ends_the_run(self, google: Script, clients: Clients) -> None:
        google.will_answer(NOT_SIGNED_IN, token("ya29.second"), NOT_SIGNED_IN)

        with pytest.raises(SignInError, match="không nhận thông tin đăng nhập") as raised:
            list_files(clients)

        assert "dankheo login" in raised.value.hint

    def test_the_token_server_is_asked_with_the_same_patience(
        self,
        google: Script,
        manners: Manners,
        clock: Clock,
        service_account: dict[str, Any],
    ) -> None:
        """Never with google-auth's own, which would sleep by the real clock."""
        busy = Answer(400, b'{"error": "temporarily_unavailable"}', JSON)
        google.will_answer(
            Answer(500, b""), Answer(drop=True), busy, Answer(200, b"<html>", HTML), token(), ok()
        )
        made = service_accounts.Credentials.from_service_account_info(  # type: ignore[no-untyped-call]
            service_account, scopes=["https://www.googleapis.com/auth/drive"]
        )

        with closing(Clients(made, manners)) as clients:
            list_files(clients)
            assert clients.requests() == NONE | {Kind.TOKEN: 5, Kind.LIST: 1}

        assert clock.slept == [2.0, 4.0, 8.0, 16.0]

    def test_a_token_server_that_points_elsewhere_is_not_followed(
        self, google: Script, clients: Clients
    ) -> None:
        """The refresh token would be sent there."""
        elsewhere = Answer(307, b"", {"Location": f"{google.url}/elsewhere"})
        google.will_answer(NOT_SIGNED_IN, elsewhere, token("ya29.second"), ok())

        list_files(clients)

        assert google.paths == [f"GET {LIST}", "POST /token", "POST /token", f"GET {LIST}"]

    def test_a_token_server_that_is_down_is_no_matter_of_who_we_are(
        self, google: Script, clients: Clients
    ) -> None:
        google.will_answer(NOT_SIGNED_IN, *[Answer(502, b"")] * 6)

        with pytest.raises(NoAnswer):
            copy_template(clients)

    @pytest.mark.parametrize(
        "odd",
        [
            {"access_token": 7, "expires_in": 3600},
            {"access_token": "a\nb", "expires_in": 3600},
            {"access_token": "đ", "expires_in": 3600},
            {"access_token": "a", "expires_in": "soon"},
            {"access_token": "a", "expires_in": 1e300},
            {"access_token": "a", "expires_in": [1]},
            {"access_token": "a", "scope": 7},
            {"no_token": "a"},
        ],
    )
    def test_an_odd_token_is_an_error_of_ours(
        self, google: Script, clients: Clients, odd: dict[str, object]
    ) -> None:
        google.will_answer(NOT_SIGNED_IN, ok(odd))

        with pytest.raises(SignInError):
            list_files(clients)

    def test_threads_that_meet_the_same_expired_token_renew_it_once(
        self, google: Script, person: Credentials, manners: Manners
    ) -> None:
        google.will_answer(token("ya29.second"))
        lock = threading.RLock()
        both = SharedToken(person, lock), SharedToken(person, lock)
        transport = TokenRequest(requests.Session(), manners)
        for each in both:
            each.before_request(transport, "", "", {})

        for each in both:
            each.refresh(transport)

        assert person.token == "ya29.second"
        assert google.paths == ["POST /token"]

    def test_a_bearer_token_alone_cannot_be_renewed(self, google: Script, manners: Manners) -> None:
        google.will_answer(NOT_SIGNED_IN)

        with (
            closing(Clients(Bearer(token="t"), manners)) as clients,  # type: ignore[no-untyped-call]
            pytest.raises(SignInError),
        ):
            list_files(clients)

    def test_nobody_sends_no_token(self, google: Script, manners: Manners) -> None:
        google.will_answer(ok())

        with closing(Clients(AnonymousCredentials(), manners)) as clients:  # type: ignore[no-untyped-call]
            list_files(clients)

        assert google.tokens_seen == [None]

    def test_what_netrc_says_is_not_sent(
        self,
        google: Script,
        clients: Clients,
        tmp_path: Any,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        netrc = tmp_path / "netrc"
        netrc.write_text("machine 127.0.0.1 login someone password else\n")
        monkeypatch.setenv("NETRC", str(netrc))
        google.will_answer(ok())

        list_files(clients)

        assert google.tokens_seen == ["Bearer ya29.first"]


class TestPace:
    """The buckets, in place."""

    def test_sheets_reads_sheets_writes_and_drive_wait_apart(
        self, google: Script, person: Credentials, manners: Manners, clock: Clock
    ) -> None:
        google.will_answer(*[ok()] * 11)
        slow = replace(manners, limits=Limits(2, 2, 200))

        with closing(Clients(person, slow)) as clients:
            http = clients.here()
            for _ in range(2):
                http.request("get", "/v4/spreadsheets/S")
                http.request("post", "/v4/spreadsheets/S:batchUpdate")
                http.request("get", LIST)
            assert clock.slept == []
            http.request("get", LIST)
            assert clock.slept == [60.0]
            for _ in range(3):
                http.request("get", "/v4/spreadsheets/S")
            assert clock.slept == [60.0, 60.0]
            http.request("post", "/v4/spreadsheets/S:batchUpdate")
            assert clock.slept == [60.0, 60.0]

    def test_a_repeated_request_takes_its_turn_again(
        self, google: Script, person: Credentials, manners: Manners, clock: Clock
    ) -> None:
        google.will_answer(OUTAGE, OUTAGE, ok())

        with closing(Clients(person, replace(manners, limits=Limits(1, 1, 100)))) as clients:
            clients.here().request("get", "/v4/spreadsheets/S")

        assert clock.slept == [2.0, 58.0, 4.0, 56.0]


class TestThreads:
    """One client each."""

    def test_each_has_its_own_client_and_connection(self, clients: Clients) -> None:
        seen = [clients.here()]
        thread = threading.Thread(target=lambda: seen.append(clients.here()))
        thread.start()
        thread.join()

        assert seen[0] is clients.here()
        assert seen[0] is not seen[1]
        assert seen[0].session is not seen[1].session

    def test_share_one_count(self, google: Script, clients: Clients) -> None:
        google.will_answer(*[ok()] * 20)
        work: Callable[[], list[Any]] = lambda: [list_files(clients) for _ in range(5)]  # noqa: E731
        threads = [threading.Thread(target=work) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        assert clients.requests() == NONE | {Kind.LIST: 20}


class TestEndpoint:
    """Where Google is."""

    def test_the_environment_comes_before_the_setting(self) -> None:
        environ = {"DANKHEO_GOOGLE_ENDPOINT": "http://127.0.0.1:1/"}

        assert endpoint("https://google.example", environ) == "http://127.0.0.1:1"
        assert endpoint("https://google.example/", {}) == "https://google.example"
        assert endpoint("", {}) == ""

    @pytest.mark.parametrize("address", ["http://localhost:8080", "http://[::1]:80", "https://a"])
    def test_this_machine_or_https(self, address: str) -> None:
        assert checked_address(address, "endpoint") == address

    @pytest.mark.parametrize(
        "address",
        ["http://google.example", "ftp://localhost", "localhost:80", "https://", "http://["],
    )
    def test_no_token_is_sent_in_the_clear(self, address: str) -> None:
        with pytest.raises(SettingsError, match=r"^endpoint: cần địa chỉ https://…"):
            checked_address(address, "endpoint")
