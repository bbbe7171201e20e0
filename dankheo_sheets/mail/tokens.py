"""Access tokens for a mail server: printed by a command, or bought with a refresh token.

Each connection asks for a new one: they last for an hour. Nothing that a command or a token server
says is repeated but the names of known mistakes: it may hold a token.
"""

import http.client
import json
import os
import re
import shlex
import ssl
import subprocess
from collections.abc import Mapping
from urllib.error import HTTPError
from urllib.parse import urlencode, urlsplit
from urllib.request import Request, urlopen

from dankheo_sheets.campaign import Mail
from dankheo_sheets.errors import MailHalted
from dankheo_sheets.mail.replies import server_name

COMMAND = "DANKHEO_MAIL_TOKEN_COMMAND"
"""A command that prints an access token of `user`; it comes before :data:`REFRESH_TOKEN`.

Never in campaign.toml: that file goes round, and what it named would be run.
"""
REFRESH_TOKEN = "DANKHEO_MAIL_REFRESH_TOKEN"
CLIENT_SECRET = "DANKHEO_MAIL_CLIENT_SECRET"
"""Of the application `client_id` in [mail]; not every application has one (RFC 6749 §2.1)."""

SERVERS: Mapping[str, str] = {
    "smtp.gmail.com": "https://oauth2.googleapis.com/token",
    "smtp.office365.com": "https://login.microsoftonline.com/common/oauth2/v2.0/token",
}
"""Mail server → the token server that belongs to it, where `token_uri` names none."""

_TOKEN = re.compile(r"[A-Za-z0-9._~+/-]+=*")  # RFC 6750 §2.1
_MISTAKE = re.compile(r"[a-z_]{3,40}")  # RFC 6749 §5.2
_OF_MICROSOFT = re.compile(r"\bAADSTS\d{4,8}\b")
_LONGEST = 100_000
"""Bytes that are read of an answer; a token has some thousands."""
_GUIDE = "xem docs/nhac-han.md"


def access_token(mail: Mail, environ: Mapping[str, str], timeout: float) -> str:
    """Return an access token of `user`. Raises :class:`MailHalted`."""
    if command := environ.get(COMMAND, "").strip():
        return _printed(command, timeout)
    if refresh_token := environ.get(REFRESH_TOKEN, "").strip():
        return _bought(mail, refresh_token, environ.get(CLIENT_SECRET, "").strip(), timeout)
    raise MailHalted(
        f"{server_name(mail)}: chưa có cách lấy mã truy cập của {mail.user}",
        f"đặt biến môi trường {COMMAND} (lệnh in ra mã truy cập) hoặc {REFRESH_TOKEN}; {_GUIDE}",
    )


# --- a command ------------------------------------------------------------------------------


def _printed(command: str, timeout: float) -> str:
    try:
        done = subprocess.run(
            command if os.name == "nt" else shlex.split(command),
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            timeout=timeout, check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        raise _command(f"không xong sau {timeout:g} giây") from None
    except (OSError, ValueError):  # ValueError: a quotation that does not end
        raise _command("không chạy được") from None
    token = done.stdout.decode("ascii", errors="replace").strip()
    if done.returncode:
        raise _command(f"báo lỗi, mã thoát {done.returncode}")
    if not _TOKEN.fullmatch(token):
        raise _command("không in ra một mã truy cập, và chỉ mã ấy")
    return token


def _command(how: str) -> MailHalted:
    return MailHalted(
        f"Lệnh lấy mã truy cập ở biến môi trường {COMMAND} {how}",
        f"chạy thử lệnh ấy để xem nó nói gì (ở đây không hiện ra, vì có thể có mã); {_GUIDE}",
    )


# --- a token server -------------------------------------------------------------------------


def _bought(mail: Mail, refresh_token: str, client_secret: str, timeout: float) -> str:
    """Return the token that a refresh token buys (RFC 6749 §6)."""
    address = mail.token_uri or SERVERS.get(mail.host, "")
    needed = {"client_id": mail.client_id, "token_uri": address}
    if missing := [key for key, value in needed.items() if not value]:
        raise MailHalted(
            f"Để đổi {REFRESH_TOKEN} lấy mã truy cập còn thiếu {' và '.join(missing)}",
            f"điền ở mục [mail] trong campaign.toml; {_GUIDE}",
        )
    fields = {
        "grant_type": "refresh_token",
        "refresh_token": refresh_token,
        "client_id": mail.client_id,
        **({"client_secret": client_secret} if client_secret else {}),
    }
    request = Request(address, urlencode(fields).encode(), {"Accept": "application/json"})
    server = f"Nơi cấp mã truy cập {urlsplit(address).hostname}"
    try:
        trust = ssl.create_default_context()  # honours SSL_CERT_FILE
        with urlopen(request, timeout=timeout, context=trust) as answer:
            said = _read(answer.read(_LONGEST))
    except HTTPError as error:
        with error:
            raise _refused(server, mail, error.code, error.read(_LONGEST)) from None
    except (OSError, ValueError, http.client.HTTPException):
        raise MailHalted(
            f"{server} không trả lời",
            "xem lại đường mạng và token_uri ở mục [mail] trong campaign.toml, rồi chạy lại",
        ) from None
    token = said.get("access_token")
    if not isinstance(token, str) or not _TOKEN.fullmatch(token):
        raise MailHalted(
            f"{server} trả lời không hiểu được",
            "xem lại token_uri ở mục [mail] trong campaign.toml",
        )
    return token


def _read(answer: bytes) -> dict[str, object]:
    """Return the object that an answer is; an empty one where it is none."""
    try:
        said = json.loads(answer)
    except (ValueError, RecursionError):
        return {}
    return said if isinstance(said, dict) else {}


def _refused(server: str, mail: Mail, status: int, answer: bytes) -> MailHalted:
    """Return what to say of a refusal: its name, and Microsoft's number, nothing else of it."""
    said = _read(answer)
    name, words = str(said.get("error", "")), str(said.get("error_description", ""))
    of_microsoft = _OF_MICROSOFT.search(words)
    known = [name] if _MISTAKE.fullmatch(name) else []
    quoted = ", ".join([str(status), *known, *([of_microsoft[0]] if of_microsoft else [])])
    match name:
        case "invalid_grant":
            return MailHalted(
                f"{server}: mã đăng nhập lâu dài (refresh token) của {mail.user} đã hết hạn, bị "
                f"thu hồi hay không phải của ứng dụng này ({quoted})",
                f"lấy mã mới rồi đặt lại biến môi trường {REFRESH_TOKEN}; {_GUIDE}",
            )
        case "invalid_client" | "unauthorized_client":
            return MailHalted(
                f"{server} không nhận ứng dụng này ({quoted})",
                f"xem lại client_id ở mục [mail] trong campaign.toml và biến môi trường "
                f"{CLIENT_SECRET}; {_GUIDE}",
            )
    return MailHalted(
        f"{server} không cấp mã truy cập ({quoted})",
        "xem lại token_uri, client_id ở mục [mail] trong campaign.toml, hoặc chạy lại sau; "
        f"{_GUIDE}",
    )
