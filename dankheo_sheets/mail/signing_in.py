"""How we sign in to a mail server: with a password, or with an access token (XOAUTH2).

Both come from the environment and are shown nowhere, nor is what a server repeats of them.
"""

import base64
import json
import re
import smtplib
from collections.abc import Callable, Mapping

from dankheo_sheets.campaign import Mail
from dankheo_sheets.errors import MailHalted
from dankheo_sheets.mail import tokens
from dankheo_sheets.mail.replies import TRY_LATER, Reply, gave_out, server_name

PASSWORD = "DANKHEO_MAIL_PASSWORD"
"""The environment variable that has the password of `user` in [mail]."""

_USER = "xem lại user ở mục [mail] trong campaign.toml"
_SWITCHED_OFF = re.compile(
    r"SmtpClientAuthentication is disabled|basic authentication is (?:disabled|not supported)"
    r"|\b5\.7\.139\b.*\bdisabled\b|\b5\.7\.30\b",
    re.IGNORECASE,
)
"""What Microsoft 365 says where a password, or SMTP AUTH as a whole, is switched off
(https://aka.ms/smtp_auth_disabled)."""


def secret_of(mail: Mail, environ: Mapping[str, str], timeout: float) -> str:
    """Return what `user` signs in with, before the server is asked; "" where nobody does.

    Raises :class:`MailHalted` where there is none, or none that can be sent.
    """
    if not mail.user:
        return ""
    is_password = mail.auth == "password"
    password = environ.get(PASSWORD, "").rstrip("\r\n")  # as secrets stores and `echo` end it
    if is_password and not password:
        raise MailHalted(
            f"{server_name(mail)}: chưa có mật khẩu của {mail.user}",
            f"đặt biến môi trường {PASSWORD}",
        )
    if not (mail.user + password * is_password).isascii():
        raise MailHalted(
            f"{server_name(mail)}: tên đăng nhập hoặc mật khẩu có chữ có dấu, không gửi đi được",
            f"{_USER} và biến môi trường {PASSWORD}",
        )
    return password if is_password else tokens.access_token(mail, environ, timeout)


def sign_in(smtp: smtplib.SMTP, mail: Mail, secret: str) -> None:
    """Sign in once, in one way: a wrong password tried in several may lock an account.

    Raises :class:`MailHalted`.
    """
    bearer = _Bearer(mail.user, secret)
    ways: dict[str, Callable[..., str]] = {"PLAIN": smtp.auth_plain, "LOGIN": smtp.auth_login}
    if mail.auth == "xoauth2":
        ways = {"XOAUTH2": bearer}
    offered = smtp.esmtp_features.get("auth", "").upper().split()
    way = next((way for way in ways if way in offered), None)
    if way is None:
        raise _not_offered(mail, offered)
    smtp.user, smtp.password = mail.user, secret
    try:
        smtp.auth(way, ways[way])
    except smtplib.SMTPAuthenticationError as error:
        reply = Reply(error.smtp_code, _without(mail.user, secret, error.smtp_error))
        raise _refused(mail, reply, bearer.scope) from None  # it may repeat what it was told
    except (OSError, ValueError) as error:
        raise MailHalted(
            f"{server_name(mail)}: chưa đăng nhập được: {gave_out(error)}", TRY_LATER
        ) from None
    finally:
        smtp.password = ""


class _Bearer:
    """What we say by XOAUTH2: who we are and our token, then nothing, to hear the verdict.

    https://developers.google.com/workspace/gmail/imap/xoauth2-protocol
    """

    def __init__(self, user: str, token: str) -> None:
        self._first = f"user={user}\1auth=Bearer {token}\1\1"
        self.scope = ""
        """What the token would have to be for, where the server says so."""

    def __call__(self, challenge: bytes | None = None) -> str:
        if challenge is None:
            return self._first
        try:
            said = json.loads(challenge)["scope"]
        except (ValueError, LookupError, TypeError, RecursionError):
            said = ""
        self.scope = said if isinstance(said, str) and _SCOPE.fullmatch(said) else ""
        return ""


_SCOPE = re.compile(r"https://[a-z.]{4,40}/[A-Za-z.]{0,40}")


def _without(user: str, secret: str, said: bytes | str) -> bytes:
    """Return a server's words without what it was told, as it is or in base64."""
    text = said if isinstance(said, bytes) else said.encode()
    told = (f"\0{user}\0{secret}", f"user={user}\1auth=Bearer {secret}\1\1", secret)
    for each in told:
        text = text.replace(base64.b64encode(each.encode()), b"***")
    return text.replace(secret.encode(), b"***")


# --- what is said where it does not work ----------------------------------------------------

_BY_HAND = (
    "không dùng máy chủ nào thì bỏ mục [mail]: dankheo remind --draft lập thư nháp để gửi bằng "
    "Outlook"
)


def _not_offered(mail: Mail, offered: list[str]) -> MailHalted:
    server = server_name(mail)
    if mail.auth == "xoauth2":
        return MailHalted(
            f"{server} không cho đăng nhập bằng OAuth (XOAUTH2)",
            'bỏ auth = "xoauth2" ở mục [mail] trong campaign.toml để đăng nhập bằng mật khẩu, hoặc '
            "hỏi người quản trị máy chủ thư",
        )
    if "XOAUTH2" in offered:
        return MailHalted(
            f"{server} không cho đăng nhập bằng mật khẩu, chỉ bằng OAuth (XOAUTH2)",
            'ghi auth = "xoauth2" ở mục [mail] trong campaign.toml, cách lấy mã truy cập: '
            f"docs/nhac-han.md; {_BY_HAND}",
        )
    return MailHalted(
        f"{server} không cho đăng nhập bằng mật khẩu",
        "hỏi người quản trị máy chủ thư cách bật SMTP AUTH; máy chủ nhận thư của máy này "
        "mà không cần đăng nhập thì để trống user ở mục [mail] trong campaign.toml",
    )


def _refused(mail: Mail, reply: Reply, scope: str) -> MailHalted:
    server = server_name(mail)
    if reply.is_temporary:
        return MailHalted(f"{server} chưa cho đăng nhập: {reply.quoted}", TRY_LATER)
    if _SWITCHED_OFF.search(reply.quoted):
        what = "SMTP AUTH" if mail.auth == "xoauth2" else "đăng nhập bằng mật khẩu (SMTP AUTH)"
        oauth = ""  # of no use where SMTP AUTH is off as a whole
        if mail.auth == "password" and "basic authentication" in reply.quoted.casefold():
            oauth = ', hoặc đăng nhập bằng OAuth (auth = "xoauth2", docs/nhac-han.md)'
        return MailHalted(
            f"{server} đã tắt {what}: {reply.quoted}",
            f"quản trị viên phải bật SMTP AUTH cho hộp thư này{oauth}, hoặc dùng máy chủ khác; đổi "
            f"mật khẩu không giúp gì; {_BY_HAND}",
        )
    if mail.auth == "xoauth2":
        asked = f", phạm vi {scope}" if scope else ""
        return MailHalted(
            f"{server} không nhận mã truy cập của {mail.user}: {reply.quoted}",
            f"mã phải còn hạn, của đúng user, được phép gửi thư{asked}: {_USER} và biến môi "
            f"trường {tokens.COMMAND} hoặc {tokens.REFRESH_TOKEN}",
        )
    return MailHalted(
        f"{server} không nhận tên và mật khẩu của {mail.user}: {reply.quoted}",
        f"{_USER} và biến môi trường {PASSWORD}; Gmail "
        "và Microsoft 365 cần mật khẩu ứng dụng, không phải mật khẩu thường",
    )
