"""What must never be shown, wherever it comes from: keys, tokens, passwords.

People paste a key where its path belongs, and servers quote the token they refuse. Every error
passes through :func:`without_secrets` (:class:`~dankheo_sheets.errors.DankheoError`); what is set
passes through :func:`kind_of_secret` before it is used or quoted.
"""

import re
from dataclasses import dataclass
from itertools import pairwise
from urllib.parse import unquote

HIDDEN = "‹đã che›"
"""Stands where a secret was."""

_BREAK = r"(?:\s|\\+[nr])+"
"""The end of a line as it is, or as JSON writes it, however often escaped."""
_RUN = r"[A-Za-z0-9+/=_-]"


@dataclass(frozen=True)
class _Kind:
    """One kind of secret: what people call it, and what it looks like."""

    name: str
    pattern: re.Pattern[str]
    """Its group `secret` is what to hide; all of it where there is none."""
    told_by_looks: bool = False
    """Whether no prefix tells it, only how random it is."""

    def hidden(self, text: str) -> str:
        """Return `text` with :data:`HIDDEN` in place of each."""
        return self.pattern.sub(self._hide, text)

    def _hide(self, found: re.Match[str]) -> str:
        if self.told_by_looks and not _is_random(found[0]):
            return found[0]
        before, _, after = found[0].rpartition(found["secret"] if self._is_part else found[0])
        return f"{before}{HIDDEN}{after}"

    @property
    def _is_part(self) -> bool:
        return "secret" in self.pattern.groupindex


_KINDS = (
    _Kind(
        "khoá riêng (PEM)",
        re.compile(
            rf"-{{0,5}}BEGIN [A-Z0-9 ]*PRIVATE KEY-{{0,5}}(?:(?:{_BREAK})?{_RUN}{{16,}})*"
            rf"(?:(?:{_BREAK})?{_RUN}*?(?:{_BREAK})?-{{0,5}}END [A-Z0-9 ]*PRIVATE KEY-{{0,5}})?"
        ),
    ),
    _Kind("mã đăng nhập ký sẵn (JWT)", re.compile(r"\beyJ[\w-]{8,}(?:\.[\w-]+){1,4}")),
    _Kind("mã truy cập (access token)", re.compile(r"\bya29\.[\w.~+/-]*[\w-]")),
    _Kind("mã đăng nhập lâu dài (refresh token)", re.compile(r"\b1//[\w-]{8,}")),
    _Kind("mã đồng ý (authorization code)", re.compile(r"\b4/[\w-]{20,}")),
    _Kind("khoá API", re.compile(r"\bAIza[\w-]{20,}")),
    _Kind("bí mật của ứng dụng OAuth (client secret)", re.compile(r"\bGOCSPX-[\w-]{4,}")),
    _Kind("mã truy cập", re.compile(r"(?i)\bbearer (?P<secret>[\w.~+/-]{8,}=*)")),
    _Kind(
        "khoá hoặc mã đăng nhập",
        re.compile(
            r"(?i)\b(?:private_key|client_secret|\w*_token|token|assertion|password)"
            r"(?:\\*[\"'])?\s*[:=]\s*(?:\\*[\"'])?(?P<secret>[\w.~+/=-]{8,})"
        ),
    ),
    _Kind(
        "khoá viết bằng base64",
        re.compile(rf"{_RUN}{{20,}}(?:{_BREAK}{_RUN}{{20,}})*(?:{_BREAK}{_RUN}+={{1,2}})?"),
        told_by_looks=True,
    ),
)
"""The prefixes are Google's own; what has none is the body of a key."""


def without_secrets(text: str) -> str:
    """Return `text` with :data:`HIDDEN` for what looks like a secret; the rest stays as it is."""
    for kind in _KINDS:
        text = kind.hidden(text)
    return text


def kind_of_secret(text: str) -> str:
    """Return what secret a text holds, in Vietnamese; "" where there is none that can be told."""
    each = (
        kind.name for kind in _KINDS for way in (text, unquote(text)) if kind.hidden(way) != way
    )
    return next(each, "")


# --- base64, and neither words nor ids --------------------------------------------------------

_ID = 47
"""Characters: ids on Google Drive have up to 44, and are no secrets."""
_NAME = 160
"""Nothing that people name is as long as that, in one word."""
_CHANGES, _TO_DIGITS = 0.4, 0.08
"""Of all neighbours, those of two classes (capital, small, digit), and those of which one is a
digit: in base64 0.64 and 0.26; in “SoKhoaHoc2022” as many of the first, hardly any of the second.
"""


def _is_random(text: str) -> bool:
    lines = re.split(_BREAK, text)
    if len(lines) > 1:  # no words are 20 letters long one after another
        whole = "".join(lines)
        return len(whole) > _ID and _looks_random(whole)
    words = text.split("/")
    if any(len(word) > _NAME for word in words):
        return True
    random = [word for word in words if _looks_random(word)]
    if any(len(word) > _ID for word in random):
        return True
    # A path has words between its slashes, an address has one id among them.
    return len(random) > 1 and sum(map(len, random)) > max(_ID, 0.7 * len(text))


def _looks_random(text: str) -> bool:
    classes = ["A" if c.isupper() else "a" if c.islower() else "0" for c in text if c.isalnum()]
    if not {"A", "a"} <= {*classes}:  # a checksum in hexadecimal
        return False
    pairs = list(pairwise(classes))
    changes = sum(a != b for a, b in pairs)
    to_digits = sum((a == "0") != (b == "0") for a, b in pairs)
    return changes > _CHANGES * len(pairs) and to_digits > _TO_DIGITS * len(pairs)
