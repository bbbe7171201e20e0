"""Who asks Google: one of four ways to sign in, chosen by one key.

============================  ========================================================
``method``                    what `file` is
============================  ========================================================
``service-account``           the key of a service account (reference/google.md §2.1)
``user``                      what ``dankheo login`` wrote for a person
``federation``                an external_account file (reference/google.md §2.4)
``default``                   nothing: Application Default Credentials
============================  ========================================================

`subject` is domain-wide delegation: the service account acts for that person. Scopes are always
explicit, and the least that will do (reference/google.md §2.5). No secret is in a `repr` or an
exception: what the libraries say of a key or a token is not repeated, and what a variable holds is
shown only where it is a path (:mod:`dankheo_sheets.workspace.google.key_file`).
"""

import os
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal, get_args

import google.auth
from google.auth import identity_pool, impersonated_credentials
from google.auth.credentials import Credentials
from google.auth.exceptions import GoogleAuthError
from google.oauth2 import credentials as user_credentials
from google.oauth2 import service_account

from dankheo_sheets.environment import setting
from dankheo_sheets.errors import SettingsError
from dankheo_sheets.workspace.google import error_mapping, key_file
from dankheo_sheets.workspace.google.errors import SignInError
from dankheo_sheets.workspace.google.transport import checked_address

Method = Literal["service-account", "user", "federation", "default"]
Scope = Literal["drive", "drive.file"]

METHODS: tuple[Method, ...] = get_args(Method)
CREDENTIALS = "DANKHEO_GOOGLE_CREDENTIALS"
"""The path of the file, or its text: a secret of GitHub Actions needs no file then."""
CREDENTIALS_OF_GOOGLE = "GOOGLE_APPLICATION_CREDENTIALS"
SIGN_IN = "DANKHEO_GOOGLE_SIGN_IN"
SUBJECT = "DANKHEO_GOOGLE_SUBJECT"
TOKEN_URI = "DANKHEO_GOOGLE_TOKEN_URI"

_CLOUD = "https://www.googleapis.com/auth/cloud-platform"
_TOKENS = "https://oauth2.googleapis.com/token"
_IMPERSONATE = "https://iamcredentials.googleapis.com/v1/projects/-/serviceAccounts/"
_TYPES: Mapping[str, Method] = {
    "service_account": "service-account",
    "authorized_user": "user",
    "external_account": "federation",
}
UNREADABLE = (GoogleAuthError, ArithmeticError, AttributeError, LookupError, TypeError, ValueError)
"""What google-auth and cryptography raise over a damaged file."""


@dataclass(frozen=True, slots=True)
class SignIn:
    """How to sign in, from campaign.toml; see :func:`from_environment` for the rest."""

    method: Method | None = None
    """None: as the file's own type says, or `default` where there is no file."""
    file: Path | None = None
    subject: str = ""
    """The person a service account acts for (domain-wide delegation)."""
    service_account: str = ""
    """The account to impersonate, where the file names none: `federation` and `default`."""
    scope: Scope | None = None
    """None: `drive.file` for people, also those acted for; `drive` for service accounts."""
    token_uri: str = ""
    """The token server in place of the file's: for an emulator."""
    text: str = field(default="", repr=False)
    """The file's text itself; a secret."""
    variable: str = CREDENTIALS
    """The environment variable that has the text."""


def from_environment(sign_in: SignIn, environ: Mapping[str, str] = os.environ) -> SignIn:
    """Return `sign_in` with what the environment says instead.

    Raises :class:`~dankheo_sheets.errors.SettingsError`,
    :class:`~dankheo_sheets.workspace.google.errors.SignInError` for a key that is not whole.
    """
    if given := environ.get(CREDENTIALS, "").strip():
        sign_in = _with_file(sign_in, given, CREDENTIALS)
    if method := setting(SIGN_IN, environ):
        if method not in METHODS:
            raise SettingsError([f"{SIGN_IN}: ghi “{method}”; cần một trong: {', '.join(METHODS)}"])
        sign_in = replace(sign_in, method=method)
    token_uri = setting(TOKEN_URI, environ) or sign_in.token_uri
    return replace(
        sign_in,
        subject=setting(SUBJECT, environ) or sign_in.subject,
        token_uri=checked_address(token_uri, TOKEN_URI),
    )


def _with_file(sign_in: SignIn, value: str, variable: str) -> SignIn:
    """Return `sign_in` with the file that a variable names or holds; its own type decides."""
    given = key_file.given(value, variable)
    if isinstance(given, Path):
        return replace(sign_in, method=None, file=given, text="")
    return replace(sign_in, method=None, file=None, text=given, variable=variable)


def credentials(sign_in: SignIn) -> Credentials:
    """Return the credentials `sign_in` chooses; nothing is asked of Google yet, but by `default`.

    Raises :class:`~dankheo_sheets.workspace.google.errors.SignInError`.
    """
    has_file = bool(sign_in.file or sign_in.text)
    if sign_in.method == "default" or (sign_in.method is None and not has_file):
        return _default(sign_in)
    info = read(sign_in)
    kind = info.get("type", "authorized_user" if "refresh_token" in info else "")
    method = _TYPES.get(str(kind))
    if method is None or (sign_in.method and method != sign_in.method):
        raise SignInError(
            f"{_named(sign_in)}: không phải tệp đăng nhập kiểu {sign_in.method or 'đã biết'}",
            _what_it_is(info),
        )
    if method == "user" and sign_in.subject:
        raise SignInError(
            "subject chỉ dùng với tài khoản dịch vụ", "bỏ subject hoặc đổi cách đăng nhập"
        )
    try:
        return _MAKERS[method](info, sign_in)
    except UNREADABLE as error:
        raise SignInError(
            f"{_named(sign_in)}: tệp đăng nhập hỏng hoặc thiếu mục",
            "tải lại tệp từ Google Cloud Console, hoặc chạy lại dankheo login",
        ) from error_mapping.without_words(error)


def scopes(method: Method, sign_in: SignIn) -> list[str]:
    """Return the scopes asked for: the least that will do (reference/google.md §2.5)."""
    acts_for_a_person = method == "user" or bool(sign_in.subject)
    scope = sign_in.scope or ("drive.file" if acts_for_a_person else "drive")
    return [f"https://www.googleapis.com/auth/{scope}"]


def read(sign_in: SignIn) -> dict[str, Any]:
    """Return the JSON object of the sign-in's file. Raises `SignInError`."""
    text = sign_in.text
    if sign_in.file:
        try:
            text = key_file.text_of(sign_in.file.expanduser().read_bytes())
        except FileNotFoundError:
            raise SignInError(
                f"{sign_in.file}: không có tệp đăng nhập này",
                "xem lại đường dẫn; tài khoản người dùng thì chạy dankheo login",
            ) from None
        except (OSError, RuntimeError, ValueError) as error:
            raise SignInError(
                f"{sign_in.file}: không đọc được tệp đăng nhập", "xem lại quyền mở tệp"
            ) from error
    info = key_file.understood(text)
    if info is None:
        raise SignInError(
            f"{_named(sign_in)}: không phải tệp JSON",
            "dùng nguyên tệp JSON tải từ Google Cloud Console",
        )
    return info


def _service_account(info: dict[str, Any], sign_in: SignIn) -> Credentials:
    made: Credentials = service_account.Credentials.from_service_account_info(  # type: ignore[no-untyped-call]
        {**info, "token_uri": _token_uri(info, sign_in)},
        scopes=scopes("service-account", sign_in),
        subject=sign_in.subject or None,
    )
    return made


def _token_uri(info: dict[str, Any], sign_in: SignIn) -> str:
    return sign_in.token_uri or checked_address(info.get("token_uri") or _TOKENS, "token_uri")


def _user(info: dict[str, Any], sign_in: SignIn) -> Credentials:
    made = user_credentials.Credentials.from_authorized_user_info(  # type: ignore[no-untyped-call]
        info, scopes=scopes("user", sign_in)
    )
    # google-auth passes over the file's own
    person: Credentials = made.with_token_uri(_token_uri(info, sign_in))
    return person


def _federation(info: dict[str, Any], sign_in: SignIn) -> Credentials:
    """Through a service account: Drive takes no other identity (reference/google.md §2.4)."""
    act = "service_account_impersonation_url"
    url = info.get(act) or ""
    if not url and sign_in.service_account:
        url = f"{_IMPERSONATE}{sign_in.service_account}:generateAccessToken"
    if not url:
        raise SignInError(
            f"{_named(sign_in)}: thiếu tài khoản dịch vụ",
            "ghi service_account trong campaign.toml: Drive chỉ chia sẻ được cho một địa chỉ",
        )
    checked_address(url, act)
    token_url = sign_in.token_uri or checked_address(info["token_url"], "token_url")
    info = {**info, "token_url": token_url, act: None if sign_in.subject else url}
    wanted = [_CLOUD] if sign_in.subject else scopes("federation", sign_in)
    # Not by google.auth.load_credentials_from_dict, which asks Google for the project's name and
    # takes files that run a program.
    made: Credentials = identity_pool.Credentials.from_info(info, scopes=wanted)  # type: ignore[no-untyped-call]
    account = str(url).rsplit("/", 1)[-1].removesuffix(":generateAccessToken")
    return _acting_as(account, made, sign_in) if sign_in.subject else made


def _acting_as(account: str, source: Credentials, sign_in: SignIn) -> Credentials:
    """Return `account`, and through it `subject`, without any key (reference/google.md §2.4)."""
    made: Credentials = impersonated_credentials.Credentials(  # type: ignore[no-untyped-call]
        source,
        target_principal=account,
        target_scopes=scopes("default", sign_in),
        subject=sign_in.subject or None,
    )
    return made


_MAKERS: Mapping[Method, Callable[[dict[str, Any], SignIn], Credentials]] = {
    "service-account": _service_account,
    "user": _user,
    "federation": _federation,
}


def _default(sign_in: SignIn) -> Credentials:
    if value := os.environ.get(CREDENTIALS_OF_GOOGLE, "").strip():
        given = _with_file(sign_in, value, CREDENTIALS_OF_GOOGLE)
        kind = read(given).get("type")
        if given.text or kind in ("service_account", "external_account"):
            return credentials(given)
    account = sign_in.service_account
    if sign_in.subject and not account:
        raise SignInError("subject cần service_account đi cùng", "ghi thêm khoá service_account")
    wanted = [_CLOUD] if account else scopes("default", sign_in)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about projects and quota, in English
            made: Credentials = google.auth.default(scopes=wanted)[0]
        return _acting_as(account, made, sign_in) if account else made
    except (OSError, *UNREADABLE) as error:
        raise SignInError(
            "Chưa có thông tin đăng nhập Google",
            "chạy dankheo login, hoặc đặt khoá credentials trong campaign.toml, hoặc biến "
            f"{CREDENTIALS}",
        ) from error_mapping.without_words(error)


def _named(sign_in: SignIn) -> str:
    return str(sign_in.file) if sign_in.file else sign_in.variable


def _what_it_is(info: dict[str, Any]) -> str:
    if "installed" in info or "web" in info:
        return "đây là tệp ứng dụng OAuth: chạy dankheo login với tệp này trước"
    if known := _TYPES.get(str(info.get("type"))):
        return f"tệp này dùng với cách đăng nhập “{known}”"
    return "cần khoá tài khoản dịch vụ, tệp do dankheo login ghi, hoặc tệp external_account"
