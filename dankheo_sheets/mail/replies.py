"""What a mail server answers, or does not, and how that is said."""

import smtplib
from dataclasses import dataclass

from dankheo_sheets.campaign import Mail

TRY_LATER = "chạy lại lệnh này sau ít phút; nếu vẫn vậy, hỏi người quản trị máy chủ thư"
GARBLED = "máy chủ trả lời không hiểu được"

_QUOTED = 200
"""Characters of a server's own words that are shown."""


def server_name(mail: Mail) -> str:
    """Return what the server is called in what is said of it."""
    return f"Máy chủ thư {mail.host}:{mail.port}"


@dataclass(frozen=True, slots=True)
class Reply:
    """What a server answered."""

    code: int
    said: bytes | str

    @property
    def is_garbled(self) -> bool:
        """Whether it is no answer at all."""
        return not 200 <= self.code < 600

    @property
    def is_temporary(self) -> bool:
        """Whether it may do so later."""
        return 400 <= self.code < 500

    @property
    def why(self) -> str:
        """Why not, in Vietnamese: for now or for good, and in the server's words."""
        how = "tạm thời chưa được nhận" if self.is_temporary else "bị từ chối hẳn"
        return f"{how}: {self.quoted}"

    @property
    def quoted(self) -> str:
        """Its own words on one line, what cannot be shown taken out, cut short."""
        said = self.said if isinstance(self.said, str) else self.said.decode("utf-8", "replace")
        line = " ".join("".join(c if c.isprintable() else " " for c in said).split())
        shown = f"{self.code} {line}".strip()
        return f"“{shown[:_QUOTED]}…”" if len(shown) > _QUOTED else f"“{shown}”"


def gave_out(error: Exception) -> str:
    """Return in Vietnamese how a line gave out; smtplib hides a time-out in what it replaces."""
    if isinstance(error, TimeoutError) or isinstance(error.__context__, TimeoutError):
        return "máy chủ không trả lời kịp"
    if isinstance(error, ConnectionRefusedError):
        return "máy chủ không nhận kết nối ở cổng này"
    if isinstance(error, smtplib.SMTPServerDisconnected | ConnectionError):
        return "máy chủ ngắt kết nối"
    if isinstance(error, smtplib.SMTPException | ValueError):
        return GARBLED
    return f"đường truyền hỏng ({error.strerror})" if isinstance(error, OSError) else "lỗi"
