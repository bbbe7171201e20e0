"""What an answer of Google means, by status and reason, never by status alone.

The classes are those of reference/google.md §6.3, the envelopes those of reference/google.md §6.2.
Everything here is pure: bytes in, or what a library raised, a :class:`Trouble` out, whatever the
bytes are.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from enum import Enum
from typing import Any, TypeGuard

import urllib3.exceptions as urllib3
from google.auth.exceptions import GoogleAuthError
from requests import exceptions as requests

from dankheo_sheets.errors import Halted, NoRoom, Refused, ServiceError
from dankheo_sheets.redaction import without_secrets
from dankheo_sheets.workspace.google.errors import (
    NoAnswer,
    NotFound,
    SharingLimit,
    SignInError,
    TryLater,
)

LOST = (requests.RequestException, urllib3.HTTPError)
"""Nothing came back, or not all of it."""


class Again(Enum):
    """Whether the same request may be sent again."""

    NEVER = "the answer would be the same"
    ALWAYS = "nothing was done"
    IF_SAFE = "it may have been done"


@dataclass(frozen=True, slots=True)
class Trouble:
    """One request that failed: what to raise in the end, and whether to try again."""

    error: ServiceError
    again: Again
    after: float = 0.0
    """Seconds Google asks to wait (Retry-After); 0 where it says nothing."""
    cause: BaseException | None = None


_RATE = {"rateLimitExceeded", "userRateLimitExceeded", "RATE_LIMIT_EXCEEDED"}
_SCOPES = {"insufficientPermissions", "ACCESS_TOKEN_SCOPE_INSUFFICIENT"}
_KINDS: dict[str, type[ServiceError]] = {
    "storageQuotaExceeded": NoRoom,
    "accessNotConfigured": Halted,
    "SERVICE_DISABLED": Halted,
}
"""Refusals that would be the same for every sheet."""
_TRANSIENT = {408, 500, 502, 503, 504}

_SIGN_IN_AGAIN = (
    "kiểm tra đồng hồ của máy; tài khoản người dùng thì chạy lại dankheo login, "
    "tài khoản dịch vụ thì tải tệp khoá mới"
)
_SHARE_IT = "chia sẻ tệp, thư mục hoặc bộ nhớ dùng chung cho tài khoản đang đăng nhập"
_ENABLE = (
    "bật Google Sheets API và Google Drive API cho dự án trong Google Cloud Console, "
    "đợi vài phút rồi chạy lại"
)
_NO_STORAGE = (
    "tài khoản dịch vụ không có dung lượng riêng: đặt thư mục trong bộ nhớ dùng chung "
    "(shared drive), hoặc uỷ quyền toàn miền (subject), hoặc dùng tài khoản người dùng "
    "(dankheo login), hoặc để một người chép sẵn tệp (dankheo provision --adopt); tài khoản "
    "người dùng thì dọn bớt dung lượng"
)
_LATER = "chạy lại lệnh này; những gì đã làm xong được giữ nguyên"

_REASONS: dict[str, tuple[str, str]] = {
    "storageQuotaExceeded": ("không còn dung lượng để tạo tệp", _NO_STORAGE),
    "insufficientFilePermissions": ("tài khoản không đủ quyền với tệp này", _SHARE_IT),
    "forbidden": ("tài khoản không đủ quyền", _SHARE_IT),
    "PERMISSION_DENIED": ("tài khoản không đủ quyền với bảng tính này", _SHARE_IT),
    "appNotAuthorizedToFile": (
        "với phạm vi drive.file, chương trình chỉ mở được tệp do chính nó tạo",
        "để chương trình tự tạo tệp này, hoặc đặt scope = “drive” rồi đăng nhập lại",
    ),
    "accessNotConfigured": ("API chưa được bật cho dự án", _ENABLE),
    "SERVICE_DISABLED": ("API chưa được bật cho dự án", _ENABLE),
    "invalidSharingRequest": (
        "không chia sẻ được cho địa chỉ này",
        "xem lại địa chỉ; địa chỉ không có tài khoản Google cần thư mời hoặc đường liên kết",
    ),
    "domainPolicy": (
        "quy định của đơn vị quản lý tên miền không cho phép",
        "hỏi người quản trị Google Workspace",
    ),
    "FAILED_PRECONDITION": (
        "tệp này không phải bảng tính Google",
        "mở tệp bằng Google Trang tính rồi lưu thành bảng tính Google",
    ),
}
_STATUSES: dict[int, tuple[str, str]] = {
    400: ("yêu cầu không hợp lệ", "nếu bảng đã bị sửa cấu trúc, chạy dankheo doctor để xem"),
    403: ("tài khoản không đủ quyền", _SHARE_IT),
    404: ("không tìm thấy tệp", f"xem lại mã tệp hoặc thư mục; {_SHARE_IT}"),
}
_UNKNOWN = ("không làm theo yêu cầu", "")

_SIGN_IN: dict[str, tuple[str, str]] = {
    "invalid_grant": ("khoá hoặc phiên đăng nhập đã hết hạn hay bị thu hồi", _SIGN_IN_AGAIN),
    "unauthorized_client": (
        "tài khoản dịch vụ chưa được uỷ quyền toàn miền",
        "người quản trị Google Workspace thêm mã khách (client ID) và phạm vi ở mục uỷ quyền "
        "toàn miền",
    ),
    "invalid_client": (
        "mã ứng dụng OAuth không đúng hoặc đã bị xoá",
        "tải lại tệp ứng dụng OAuth trong Google Cloud Console rồi chạy dankheo login",
    ),
    "invalid_scope": ("phạm vi xin quyền không được chấp nhận", "xem lại mục scope"),
    "access_denied": ("chưa được đồng ý cấp quyền", "chạy lại dankheo login và bấm đồng ý"),
    "iam.serviceAccounts.getAccessToken": (
        "chưa được phép thay mặt tài khoản dịch vụ",
        "cấp vai trò Workload Identity User hoặc Service Account Token Creator trên tài khoản đó",
    ),
    "invalid_target": (
        "Workload Identity Federation chưa đúng",
        "xem lại nhà cung cấp danh tính và tài khoản dịch vụ trong tệp external_account",
    ),
}


def judge(status: int, body: bytes, headers: Mapping[str, str]) -> Trouble:
    """Return what an answer that is no success means (reference/google.md §6.3)."""
    reason, said = _reason_and_words(body)
    details = f" ({status} {reason})" if reason else f" ({status})"
    kind: type[ServiceError]
    again, after = Again.NEVER, 0.0
    if reason == "sharingRateLimitExceeded":
        kind, hint = SharingLimit, f"vài giờ nữa {_LATER}"
        message = f"Google tạm ngừng cho chia sẻ thêm{details}"
    elif reason == "dailyLimitExceeded":
        kind, hint = TryLater, f"ngày mai {_LATER}"
        message = f"Đã hết hạn mức trong ngày của Google{details}"
    elif status == 429 or (status == 403 and reason in _RATE):
        kind, hint = TryLater, f"vài phút nữa {_LATER}"
        message = f"Google báo quá nhiều yêu cầu{details}"
        again, after = Again.ALWAYS, _seconds_to_wait(headers)
    elif status in _TRANSIENT or status < 400:
        kind, hint = NoAnswer, f"vài phút nữa {_LATER}"
        how = "trả lời không đúng điều được hỏi" if status < 300 else "đang trục trặc"
        message = f"Google {how}{details}"
        again, after = Again.IF_SAFE, _seconds_to_wait(headers)
    elif status == 401 or reason in _SCOPES:
        kind, hint = SignInError, _SIGN_IN_AGAIN
        what = "không đủ phạm vi quyền" if reason in _SCOPES else "không nhận thông tin đăng nhập"
        message = f"Google: {what}{details}"
        said = ""  # Google may quote the token
    else:
        kind = _KINDS.get(reason) or (NotFound if status == 404 else Refused)
        what, hint = _REASONS.get(reason) or _STATUSES.get(status) or _UNKNOWN
        message = f"Google: {what}{details}" + (f": {said}" if said else "")
    return Trouble(kind(message, hint, status=status, reason=reason, said=said), again, after)


def judge_failure(error: BaseException) -> Trouble:
    """Return what an exception of requests or urllib3 means: nothing came back."""
    if "CERTIFICATE_VERIFY_FAILED" in str(error):
        hint = "kiểm tra đồng hồ của máy và chứng chỉ của proxy cơ quan"
        untrusted = NoAnswer("Không xác minh được chứng chỉ của Google", hint)
        return Trouble(untrusted, Again.NEVER, cause=error)
    if _was_never_sent(error):
        hint = "kiểm tra mạng và proxy, rồi chạy lại"
        return Trouble(NoAnswer("Không kết nối được tới Google", hint), Again.ALWAYS, cause=error)
    on_the_way = isinstance(
        error,
        requests.ConnectionError
        | requests.Timeout
        | requests.ChunkedEncodingError
        | requests.ContentDecodingError
        | urllib3.HTTPError,
    )
    lost = NoAnswer("Mất câu trả lời của Google giữa chừng", f"kiểm tra mạng; {_LATER}")
    return Trouble(lost, Again.IF_SAFE if on_the_way else Again.NEVER, cause=error)


def sign_in_error(error: Exception) -> SignInError:
    """Return what a failed sign-in means. The token server's words are not repeated."""
    words = " ".join(str(arg) for arg in error.args)
    reason = next((code for code in _SIGN_IN if code in words), "")
    what, hint = _SIGN_IN.get(reason, ("không đăng nhập được", _SIGN_IN_AGAIN))
    return SignInError(f"Google: {what}" + (f" ({reason})" if reason else ""), hint, reason=reason)


def without_words(error: Exception) -> Exception:
    """Return a stand-in for an exception that may quote a secret: its type, none of its words."""
    return GoogleAuthError(type(error).__name__)  # type: ignore[no-untyped-call]


def parsed(body: bytes) -> dict[str, Any] | None:
    """Return the JSON object of a body; None for anything else."""
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def _reason_and_words(body: bytes) -> tuple[str, str]:
    """Return the most exact reason and Google's message; both envelopes, or neither."""
    error = (parsed(body) or {}).get("error")
    if isinstance(error, str):
        return (error if _is_reason(error) else ""), ""
    if not isinstance(error, dict):
        return "", ""
    items = [
        item
        for key in ("errors", "details")
        if isinstance(found := error.get(key), list)
        for item in found
        if isinstance(item, dict)
    ]
    reasons = [item.get("reason") for item in items]
    exact = next(filter(_is_reason, [*reasons, error.get("status")]), "")
    # Drive says only inside what it tells the person (reference/google.md §6.2).
    messages = [item.get("message") for item in items] + [error.get("message")]
    words = next((m for m in messages if isinstance(m, str) and m), "")
    return exact, without_secrets(" ".join(words.split()))[:300]


def _is_reason(value: object) -> TypeGuard[str]:
    """Whether it is a word such as rateLimitExceeded, and nothing that could be a secret."""
    return isinstance(value, str) and re.fullmatch(r"[A-Za-z_]{1,60}", value) is not None


def _seconds_to_wait(headers: Mapping[str, str]) -> float:
    """Return Retry-After in seconds; as a date it is measured from the answer's own Date."""
    asked = headers.get("Retry-After", "").strip()
    if re.fullmatch(r"[0-9]{1,9}", asked):
        return float(asked)
    try:
        until, since = (parsedate_to_datetime(text) for text in (asked, headers.get("Date", "")))
        return max(0.0, (until - since).total_seconds())
    except (TypeError, ValueError):
        return 0.0


def _was_never_sent(error: BaseException) -> bool:
    if isinstance(error, requests.ConnectTimeout | requests.ProxyError):
        return True
    inner = error.args[0] if error.args else None
    return isinstance(getattr(inner, "reason", inner), urllib3.NewConnectionError)
