"""``dankheo login``: a person signs in with their browser (reference/google.md §2.3)."""

import json
import os
import tempfile
import webbrowser
from collections.abc import Callable
from pathlib import Path

from google_auth_oauthlib.flow import (  # type: ignore[import-untyped]
    InstalledAppFlow,
    WSGITimeoutError,
)
from oauthlib.oauth2 import OAuth2Error  # type: ignore[import-untyped]
from requests import RequestException

from dankheo_sheets.errors import ServiceError
from dankheo_sheets.workspace.google import error_mapping
from dankheo_sheets.workspace.google.auth import UNREADABLE, Scope, SignIn, read
from dankheo_sheets.workspace.google.errors import SignInError

_BROWSER = "dankheo"


def login(
    application: Path,
    target: Path,
    *,
    scope: Scope = "drive.file",
    open_url: Callable[[str], object] = webbrowser.open,
    timeout: float = 300.0,
) -> None:
    """Let a person sign in with their browser, and keep it in `target`, for them alone.

    `application` is the OAuth client file of Google Cloud Console (desktop application);
    `open_url` shows Google's page; it must not wait for the person. The token file has mode
    600 and is replaced as a whole.
    Raises :class:`~dankheo_sheets.errors.ServiceError`.
    """
    info = read(SignIn(file=application))
    if not {"installed", "web"} & info.keys():
        raise SignInError(
            f"{application}: không phải tệp ứng dụng OAuth",
            "tạo mã ứng dụng OAuth loại “Desktop app” trong Google Cloud Console và tải tệp JSON",
        )
    webbrowser.register(_BROWSER, None, _Browser(open_url))
    try:
        scopes = [f"https://www.googleapis.com/auth/{scope}"]
        flow = InstalledAppFlow.from_client_config(info, scopes)
        flow.run_local_server(
            port=0,
            authorization_prompt_message=None,  # it would be printed
            success_message="Đã đăng nhập. Có thể đóng trang này.",
            timeout_seconds=timeout,
            browser=_BROWSER,
            prompt="consent",  # else no refresh token the second time
        )
        person = flow.credentials
        kept = json.loads(person.to_json(strip=["token", "expiry"]))
    except WSGITimeoutError:
        raise SignInError(
            "Hết thời gian chờ đăng nhập trên trình duyệt", "chạy lại dankheo login"
        ) from None
    except (OAuth2Error, RequestException, Warning, OSError, *UNREADABLE) as error:
        raise _login_failed(error) from error_mapping.without_words(error)
    if not kept.get("refresh_token"):
        raise SignInError("Google không cấp phiên đăng nhập lâu dài", "chạy lại dankheo login")
    _keep(target, json.dumps({"type": "authorized_user", **kept}, indent=2))


class _Browser(webbrowser.BaseBrowser):
    def __init__(self, open_url: Callable[[str], object]) -> None:
        super().__init__(_BROWSER)
        self._open_url = open_url

    def open(self, url: str, new: int = 0, autoraise: bool = True) -> bool:
        self._open_url(url)
        return True


def _login_failed(error: Exception) -> ServiceError:
    if isinstance(error, RequestException):
        return error_mapping.judge_failure(error).error
    if isinstance(error, Warning):  # oauthlib raises one when fewer scopes were granted
        return SignInError(
            "Chưa đồng ý đủ các quyền được hỏi", "chạy lại dankheo login và chọn đủ các ô"
        )
    return error_mapping.sign_in_error(error)


def _keep(target: Path, text: str) -> None:
    try:
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=target.parent)  # mode 600 from the start
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        Path(name).replace(target)
    except OSError as error:
        raise SignInError(
            f"{target}: không ghi được phiên đăng nhập", "xem lại thư mục và quyền ghi"
        ) from error
