"""Signing in with a token: a real mail server that takes nothing else, a real token server."""

import base64
import os
import shlex
import shutil
import subprocess
import sys
import traceback
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from dankheo_sheets.campaign import Campaign, load_campaign
from dankheo_sheets.errors import MailHalted, SettingsError
from dankheo_sheets.mail.mailer import Mailer
from dankheo_sheets.mail.signing_in import PASSWORD
from dankheo_sheets.mail.tokens import CLIENT_SECRET, COMMAND, REFRESH_TOKEN
from tests.conftest import EXAMPLE
from tests.mail_server import MailServer, trust
from tests.test_mail import BY_HAND, DATE, LATER, mail
from tests.token_server import TokenServer

USER = "dieu-phoi@so-khcn.example"
TOKEN = "EwBgA8l6BAAU" + "kP9.x-_~+/" * 60 + "=="
"""As long as Microsoft's; with all that a token may have (RFC 6750 §2.1)."""
REFRESH = "1.AXoA-refresh-0123456789"
SECRET = "aB3-client~secret"
GUIDE = "xem docs/nhac-han.md"
TRY_IT = (
    "chạy thử lệnh ấy để xem nó nói gì (ở đây không hiện ra, vì có thể có mã); xem docs/nhac-han.md"
)

Mailers = Callable[..., Mailer]


@pytest.fixture
def server() -> Iterator[MailServer]:
    """Return a mail server that knows one user, by a token only."""
    with MailServer(tokens={USER: TOKEN}, ways=("XOAUTH2",)) as running:
        yield running


@pytest.fixture
def token_server(monkeypatch: pytest.MonkeyPatch) -> Iterator[TokenServer]:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with TokenServer() as running:
        running.sells(TOKEN)
        yield running


@pytest.fixture
def mailer(
    campaign: Campaign, server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Mailers]:
    """Return a function from an environment and changes of [mail] to a mailer."""
    trust(server, monkeypatch)
    with ExitStack() as opened:

        def make(environ: dict[str, str], timeout: float = 10.0, **changes: Any) -> Mailer:
            with_mail = campaign.model_copy(update={"mail": server.settings(**changes)})
            return opened.enter_context(Mailer(with_mail, environ, timeout=timeout))

        yield make


def python(code: str) -> dict[str, str]:
    """Return an environment whose token command is this program."""
    return {COMMAND: shlex.join([sys.executable, "-c", code])}


def halted(sending: Mailer) -> MailHalted:
    """Return why nothing goes out; nothing that is secret is in it, or in its traceback."""
    with pytest.raises(MailHalted) as caught:
        sending.send(mail(), DATE)
    told = "".join(traceback.format_exception(caught.value)) + repr(sending)
    for secret in (TOKEN, REFRESH, SECRET):
        assert secret not in told + caught.value.hint
        assert base64.b64encode(secret.encode()).decode().rstrip("=") not in told
    return caught.value


# --- a command ------------------------------------------------------------------------------


def test_a_command_prints_the_token_and_the_mail_arrives(
    server: MailServer, mailer: Mailers
) -> None:
    mailer(python(f"print({TOKEN!r})")).send(mail(), DATE)

    assert [(received.user, received.is_encrypted) for received in server.received] == [
        (USER, True)
    ]
    assert server.signed_in == ["XOAUTH2"]


def test_each_connection_asks_for_a_new_token(
    server: MailServer, mailer: Mailers, tmp_path: Path
) -> None:
    """They last for an hour, and a line that was idle is dropped before that."""
    asked = tmp_path / "asked"
    sending = mailer(python(f"open({str(asked)!r}, 'a').write('x'); print({TOKEN!r})"))
    sending.send(mail(number=1), DATE)
    sending.send(mail(number=2), DATE)

    server.hang_up()
    sending.send(mail(number=3), DATE)

    assert (len(server.received), asked.read_text()) == (3, "xx")


@pytest.mark.parametrize(
    ("command", "how"),
    [
        (f"import sys; print({TOKEN!r}); print({TOKEN!r}, file=sys.stderr); sys.exit(3)",
         "báo lỗi, mã thoát 3"),
        (f"print({TOKEN!r}, flush=True); import time; time.sleep(600)", "không xong sau 1 giây"),
        ("", "không in ra một mã truy cập, và chỉ mã ấy"),
        (f"print('token:', {TOKEN!r})", "không in ra một mã truy cập, và chỉ mã ấy"),
        (f"print({TOKEN!r}); print({TOKEN!r})", "không in ra một mã truy cập, và chỉ mã ấy"),
        ("print('mã truy cập')", "không in ra một mã truy cập, và chỉ mã ấy"),
        ("import sys; sys.stdout.buffer.write(bytes(range(256)))",
         "không in ra một mã truy cập, và chỉ mã ấy"),
        ("print('x\\1auth=Bearer y')", "không in ra một mã truy cập, và chỉ mã ấy"),
        ("input()", "báo lỗi, mã thoát 1"),  # nobody is asked anything
    ],
    ids=["fails", "hangs", "silent", "words", "twice", "accents", "bytes", "control", "asks"],
)  # fmt: skip
def test_a_command_that_gives_no_token(
    server: MailServer, mailer: Mailers, command: str, how: str
) -> None:
    slow = "sleep" in command

    error = halted(mailer(python(command), timeout=1.0 if slow else 30.0))

    assert error.message == f"Lệnh lấy mã truy cập ở biến môi trường {COMMAND} {how}"
    assert error.hint == TRY_IT
    assert server.connections == 0


@pytest.mark.parametrize("command", ["khong-co-lenh-nay", TOKEN, "'", "echo 'x"])
def test_a_command_that_is_none(server: MailServer, mailer: Mailers, command: str) -> None:
    """Also where the token itself was put in its place: it is not shown."""
    error = halted(mailer({COMMAND: command}))

    assert error.message == f"Lệnh lấy mã truy cập ở biến môi trường {COMMAND} không chạy được"


# --- what the mail server says ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("challenge", "asked"),
    [
        ('{"status":"401","schemes":"bearer","scope":"https://mail.google.com/"}',
         ", phạm vi https://mail.google.com/"),
        ('{"status":"400","schemes":"Bearer","scope":"\\u001b[31m xem http://x.example"}', ""),
        ('["x"]', ""),
        ("không phải JSON", ""),
    ],
)  # fmt: skip
def test_an_expired_token_is_refused_after_an_explanation_in_base64(
    server: MailServer, mailer: Mailers, challenge: str, asked: str
) -> None:
    server.no_token = challenge

    error = halted(mailer(python("print('ya29.het-han')")))

    assert error.message == (
        f"Máy chủ thư 127.0.0.1:{server.port} không nhận mã truy cập của {USER}: "
        "“535 5.7.8 Authentication credentials invalid”"
    )
    assert error.hint == (
        f"mã phải còn hạn, của đúng user, được phép gửi thư{asked}: xem lại user ở mục [mail] "
        f"trong campaign.toml và biến môi trường {COMMAND} hoặc {REFRESH_TOKEN}"
    )
    assert (server.signed_in, server.received) == (["XOAUTH2"], [])


def test_a_server_that_repeats_the_token_is_not_repeated(
    server: MailServer, mailer: Mailers
) -> None:
    told = base64.b64encode(f"user={USER}\1auth=Bearer x.{SECRET}\1\1".encode()).decode()
    server.sign_in = f"535 You said {told}, that is x.{SECRET}"

    error = halted(mailer(python(f"print('x.{SECRET}')")))

    assert error.message.endswith(f"của {USER}: “535 You said ***, that is ***”")
    assert told not in error.message


def test_smtp_that_is_switched_off_is_so_for_tokens_too(
    server: MailServer, mailer: Mailers
) -> None:
    said = "535 5.7.139 SmtpClientAuthentication is disabled for the Mailbox."
    server.sign_in = said

    error = halted(mailer(python(f"print({TOKEN!r})")))

    assert error.message == f"Máy chủ thư 127.0.0.1:{server.port} đã tắt SMTP AUTH: “{said}”"
    assert error.hint == (
        "quản trị viên phải bật SMTP AUTH cho hộp thư này, hoặc dùng máy chủ khác; đổi mật khẩu "
        f"không giúp gì; {BY_HAND}"
    )


def test_a_server_that_is_busy_is_tried_later(server: MailServer, mailer: Mailers) -> None:
    server.sign_in = "454 4.7.0 Temporary authentication failure"

    assert halted(mailer(python(f"print({TOKEN!r})"))).hint == LATER


def test_a_server_that_takes_passwords_only(
    campaign: Campaign, monkeypatch: pytest.MonkeyPatch
) -> None:
    with MailServer(users={USER: "mat-khau"}) as server:
        trust(server, monkeypatch)
        settings = server.settings(auth="xoauth2")
        with_mail = campaign.model_copy(update={"mail": settings})
        error = halted(Mailer(with_mail, python(f"print({TOKEN!r})")))

    assert error.message == (
        f"Máy chủ thư 127.0.0.1:{server.port} không cho đăng nhập bằng OAuth (XOAUTH2)"
    )
    assert server.signed_in == []


def test_a_password_is_not_asked_for_and_not_sent(server: MailServer, mailer: Mailers) -> None:
    error = halted(mailer({PASSWORD: "mật khẩu"}))

    assert error.message == (
        f"Máy chủ thư 127.0.0.1:{server.port}: chưa có cách lấy mã truy cập của {USER}"
    )
    assert error.hint == (
        f"đặt biến môi trường {COMMAND} (lệnh in ra mã truy cập) hoặc {REFRESH_TOKEN}; {GUIDE}"
    )
    assert server.connections == 0


# --- a refresh token --------------------------------------------------------------------------


def refreshing(mailer: Mailers, at: str, **changes: Any) -> Mailer:
    environ = {REFRESH_TOKEN: f"{REFRESH}\n", CLIENT_SECRET: f"{SECRET}\n"}
    known = {"client_id": "ung-dung", "token_uri": at}
    return mailer(environ, **{**known, **changes})


def test_a_refresh_token_buys_an_access_token(
    server: MailServer, token_server: TokenServer, mailer: Mailers
) -> None:
    sending = refreshing(mailer, token_server.address)

    sending.send(mail(number=1), DATE)
    sending.send(mail(number=2), DATE)

    assert [received.user for received in server.received] == [USER, USER]
    assert token_server.asked == [
        {
            "grant_type": "refresh_token", "refresh_token": REFRESH,
            "client_id": "ung-dung", "client_secret": SECRET,
        }
    ]  # fmt: skip


def test_an_application_without_a_secret_sends_none(
    token_server: TokenServer, mailer: Mailers
) -> None:
    environ = {REFRESH_TOKEN: REFRESH}
    mailer(environ, client_id="ung-dung", token_uri=token_server.address).send(mail(), DATE)

    assert "client_secret" not in token_server.asked[0]


def test_a_command_comes_before_a_refresh_token(
    server: MailServer, token_server: TokenServer, mailer: Mailers
) -> None:
    environ = {**python(f"print({TOKEN!r})"), REFRESH_TOKEN: REFRESH}

    mailer(environ, client_id="ung-dung", token_uri=token_server.address).send(mail(), DATE)

    assert (len(server.received), token_server.asked) == (1, [])


AT = "Nơi cấp mã truy cập 127.0.0.1"
BOUGHT_ANEW = f"lấy mã mới rồi đặt lại biến môi trường {REFRESH_TOKEN}; {GUIDE}"


@pytest.mark.parametrize(
    ("error", "description", "status", "message", "hint"),
    [
        ("invalid_grant", "Token has been expired or revoked.", 400,
         f"{AT}: mã đăng nhập lâu dài (refresh token) của {USER} đã hết hạn, bị thu hồi hay không "
         "phải của ứng dụng này (400, invalid_grant)", BOUGHT_ANEW),
        ("invalid_grant", f"AADSTS700082: The refresh token {REFRESH} has expired.", 400,
         f"{AT}: mã đăng nhập lâu dài (refresh token) của {USER} đã hết hạn, bị thu hồi hay không "
         "phải của ứng dụng này (400, invalid_grant, AADSTS700082)", BOUGHT_ANEW),
        ("invalid_client", f"AADSTS7000215: Invalid client secret {SECRET}", 401,
         f"{AT} không nhận ứng dụng này (401, invalid_client, AADSTS7000215)",
         "xem lại client_id ở mục [mail] trong campaign.toml và biến môi trường "
         f"{CLIENT_SECRET}; {GUIDE}"),
        (f"{SECRET} <b>", REFRESH, 500,
         f"{AT} không cấp mã truy cập (500)",
         "xem lại token_uri, client_id ở mục [mail] trong campaign.toml, hoặc chạy lại sau; "
         f"{GUIDE}"),
    ],
    ids=["google", "microsoft", "application", "odd"],
)  # fmt: skip
def test_a_token_server_that_refuses_is_quoted_by_known_names_only(
    server: MailServer, token_server: TokenServer, mailer: Mailers, error: str, description: str,
    status: int, message: str, hint: str,
) -> None:  # fmt: skip
    token_server.refuses(error, description, status)

    refused = halted(refreshing(mailer, token_server.address))

    assert (refused.message, refused.hint) == (message, hint)
    assert server.connections == 0


@pytest.mark.parametrize(
    "answer",
    [
        b"", b"<html>", b"[]", b"{}", b'{"access_token": 1}', b'{"access_token": "a b"}',
        b'{"access_token": ""}', b"\xff\xfe", b"[" * 100_000,
    ],
)  # fmt: skip
def test_a_token_server_whose_answer_is_none(
    token_server: TokenServer, mailer: Mailers, answer: bytes
) -> None:
    token_server.answer = answer

    error = halted(refreshing(mailer, token_server.address))

    assert error.message == f"{AT} trả lời không hiểu được"
    assert error.hint == "xem lại token_uri ở mục [mail] trong campaign.toml"


@pytest.mark.parametrize("status", [302, 307])
def test_a_redirection_takes_no_secret_along(
    token_server: TokenServer, mailer: Mailers, status: int
) -> None:
    with TokenServer() as other:
        token_server.status, token_server.answer = status, b""
        token_server.headers = {"Location": other.address}
        halted(refreshing(mailer, token_server.address))

    assert other.asked == []


def test_a_token_server_that_never_answers(token_server: TokenServer, mailer: Mailers) -> None:
    token_server.is_silent = True

    error = halted(refreshing(mailer, token_server.address, timeout=1.0))

    assert error.message == f"{AT} không trả lời"
    assert error.hint == (
        "xem lại đường mạng và token_uri ở mục [mail] trong campaign.toml, rồi chạy lại"
    )


def test_a_port_where_no_token_server_is(token_server: TokenServer, mailer: Mailers) -> None:
    with TokenServer() as gone:
        address = gone.address

    assert halted(refreshing(mailer, address)).message == f"{AT} không trả lời"


@pytest.mark.parametrize(
    ("changes", "missing"),
    [
        ({"client_id": ""}, "client_id"),
        ({"token_uri": ""}, "token_uri"),
        ({"client_id": "", "token_uri": ""}, "client_id và token_uri"),
    ],
)
def test_what_is_missing_is_named(
    token_server: TokenServer, mailer: Mailers, changes: dict[str, str], missing: str
) -> None:
    """Only Gmail and Microsoft 365 are known by their mail server's name."""
    error = halted(refreshing(mailer, token_server.address, **changes))

    assert error.message == f"Để đổi {REFRESH_TOKEN} lấy mã truy cập còn thiếu {missing}"
    assert token_server.asked == []


def test_doctor_as_a_program_shows_none_of_it(
    server: MailServer, token_server: TokenServer, tmp_path: Path
) -> None:
    """The token server quotes in its refusal all that it was told."""
    token_server.refuses("invalid_grant", f"AADSTS70000: {REFRESH} of {SECRET}")
    toml = server.toml(client_id="ung-dung", token_uri=token_server.address)
    text = (EXAMPLE / "campaign.toml").read_text("utf-8")
    (tmp_path / "campaign.toml").write_text(text + toml, "utf-8")
    shutil.copy(EXAMPLE / "units.csv", tmp_path)
    secrets = {REFRESH_TOKEN: REFRESH, CLIENT_SECRET: SECRET}

    done = subprocess.run(
        [sys.executable, "-m", "dankheo_sheets", "doctor", "-C", str(tmp_path)],
        env={**os.environ, **server.environ, **secrets, "PYTHONIOENCODING": "utf-8"},
        encoding="utf-8", capture_output=True, check=False, timeout=60,
    )  # fmt: skip

    assert done.returncode == 4
    assert "(400, invalid_grant, AADSTS70000)" in " ".join(done.stdout.split())
    for secret in (REFRESH, SECRET):
        assert secret not in done.stdout + done.stderr


# --- settings ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lines", "mistake"),
    [
        ('auth = "xoauth2"', 'mail: auth = "xoauth2" cần user: hộp thư nào gửi'),
        ('auth = "oauth"', "mail.auth: ghi “oauth”; cần một trong: 'password' hoặc 'xoauth2'"),
        ('token_uri = "http://x.example/token"',
         "mail.token_uri: ghi “http://x.example/token”; cần địa chỉ https://…"),
        ('token_uri = "https://[x"', "mail.token_uri: ghi “https://[x”; cần địa chỉ https://…"),
        *((f'{key} = "Sở 2022"',
           f"mail: {key}: không ghi ở đây, tệp này nhiều người xem; đặt biến môi trường {variable}")
          for key, variable in (
              ("password", PASSWORD), ("token_command", COMMAND),
              ("refresh_token", REFRESH_TOKEN), ("client_secret", CLIENT_SECRET),
          )),
        ('client_id = "ya29.a0AfB_byC-0123456789abcdefghijklmnopqrstuvwxyz"',
         "mail.client_id: ở đây có mã truy cập (access token), không hiện ra; tệp này nhiều người "
         "xem: đặt vào biến môi trường DANKHEO_MAIL_…, xem docs/nhac-han.md"),
    ],
)  # fmt: skip
def test_settings_that_cannot_be(tmp_path: Path, lines: str, mistake: str) -> None:
    path = tmp_path / "campaign.toml"
    text = (EXAMPLE / "campaign.toml").read_text("utf-8")
    path.write_text(f'{text}\n[mail]\nhost = "x.example"\n{lines}\n', "utf-8")

    with pytest.raises(SettingsError) as caught:
        load_campaign(path)

    assert caught.value.mistakes == (f"campaign.toml: {mistake}",)
