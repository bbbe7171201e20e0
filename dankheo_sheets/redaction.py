"""What must never be shown, wherever it comes from: keys, tokens, passwords.

People paste a key where its path belongs, and servers quote the token they refuse. Every error
passes through :func:`without_secrets` (:class:`~dankheo_sheets.errors.DankheoError`); what is set
passes through :func:`kind_of_secret` before it is used or quoted.
"""

import re
from ipaddress import ip_address
from itertools import pairwise
from urllib.parse import unquote, urlsplit

HIDDEN = "‹đã che›"
"""Stands where a secret was."""

_BREAK = r"(?:\s|\\+[nr])+"
"""The end of a line as it is, or as JSON writes it, however often escaped."""
_RUN = r"[A-Za-z0-9+/=_-]"
_BASE64 = "khoá viết bằng base64"
"""Told by no prefix, only by how random it is."""
_KINDS = {
    "khoá riêng (PEM)": (
        rf"-{{0,5}}BEGIN [A-Z0-9 ]*PRIVATE KEY-{{0,5}}(?:(?:{_BREAK})?{_RUN}{{16,}})*"
        rf"(?:(?:{_BREAK})?{_RUN}*?(?:{_BREAK})?-{{0,5}}END [A-Z0-9 ]*PRIVATE KEY-{{0,5}})?"
    ),
    "mã đăng nhập ký sẵn (JWT)": r"\beyJ[\w-]{8,}(?:\.[\w-]+){1,4}",
    "mã truy cập (access token)": r"\bya29\.[\w.~+/-]*[\w-]",
    "mã đăng nhập lâu dài (refresh token)": r"\b1//[\w-]{8,}",
    "mã đồng ý (authorization code)": r"\b4/[\w-]{20,}",
    "khoá API": r"\bAIza[\w-]{20,}",
    "bí mật của ứng dụng OAuth (client secret)": r"\bGOCSPX-[\w-]{4,}",
    "mã truy cập": r"(?i)(?P<shown>\bbearer )[\w.~+/-]{8,}=*",
    "khoá hoặc mã đăng nhập": (
        r"(?i)(?P<shown>\b(?:private_key|client_secret|\w*_token|token|assertion|password)"
        r"(?:\\*[\"'])?\s*[:=]\s*(?:\\*[\"'])?)[\w.~+/=-]{8,}"
    ),
    _BASE64: rf"{_RUN}{{20,}}(?:{_BREAK}{_RUN}{{20,}})*(?:{_BREAK}{_RUN}+={{1,2}})?",
}
"""What people call each kind of secret, and what it looks like. The prefixes are Google's own;
what has none is the body of a key."""


def without_secrets(text: str) -> str:
    """Return `text` with :data:`HIDDEN` for what looks like a secret; the rest stays as it is."""
    for kind in _KINDS:
        text = _without(kind, text)
    return text


def kind_of_secret(text: str) -> str:
    """Return what secret a text holds, in Vietnamese; "" where there is none that can be told."""
    ways = (text, unquote(text))
    return next((kind for kind in _KINDS for way in ways if _without(kind, way) != way), "")


def _without(kind: str, text: str) -> str:
    def hide(found: re.Match[str]) -> str:
        if kind == _BASE64 and not _is_random(found[0]):
            return found[0]
        return f"{found.groupdict().get('shown', '')}{HIDDEN}"

    return re.sub(_KINDS[kind], hide, text)


def is_secure(address: str) -> bool:
    """Tell whether secrets may go there: over https, or over plain http to this machine."""
    try:
        parts = urlsplit(address)
        host = parts.hostname or ""
    except ValueError:
        return False
    return bool(host) and (parts.scheme == "https" or (parts.scheme == "http" and _is_here(host)))


def _is_here(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


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
