"""The file one signs in with, whatever became of it on its way into a variable or onto a disk.

It is one JSON object. Shells, secret stores and chats put it in quotes, escape it once more, write
it as base64 or as a line of a settings file; editors give it a BOM. Where what is meant is certain
it is understood; nothing of it is ever shown.
"""

import json
import re
from base64 import urlsafe_b64decode
from collections.abc import Callable
from pathlib import Path
from textwrap import wrap
from typing import Any
from urllib.parse import unquote

from dankheo_sheets.redaction import kind_of_secret
from dankheo_sheets.workspace.google.errors import SignInError

_DEEPEST = 5
"""Wrappings one in another."""
_LONGEST_PATH = 1000
_NOTHING = "\ufeff\u200b\u2060\0 \t\r\n"
"""Blanks, and what a BOM leaves."""
_QUOTES = ('""', "''", "``", "“”", "‘’", "«»")


def given(value: str, where: str) -> Path | str:
    """Return the path that a variable says, or the text of the file itself.

    Raises :class:`SignInError` for a secret that is no such file: `where` is named, no more.
    """
    value = value.strip(_NOTHING)
    if understood(value) is not None:
        return value
    path = (_out_of_quotes(value) or value).strip(_NOTHING)
    kind = kind_of_secret(path)
    if kind or path.startswith(("{", "[")) or len(path) > _LONGEST_PATH or not path.isprintable():
        raise SignInError(
            f"{where}: trong biến này là {kind or 'một nội dung'}, không phải tệp khoá nguyên vẹn, "
            "cũng không phải đường dẫn; nội dung không hiện ra đây",
            "đặt vào đó nguyên nội dung tệp JSON tải từ Google Cloud Console, hoặc đường dẫn của "
            "tệp ấy",
        )
    return Path(path)


def understood(text: str) -> dict[str, Any] | None:
    """Return the JSON object of a text, out of whatever it is wrapped in; None where there is none.

    Its private key has the form that a PEM file must have.
    """
    for _ in range(_DEEPEST):
        text = text.strip(_NOTHING)
        found = _json(text)
        if isinstance(found, dict):
            return _with_whole_key(found)
        text = next(filter(None, (unwrap(text) for unwrap in _WRAPPINGS)), "")
    return None


def text_of(data: bytes) -> str:
    """Return the text of a file in UTF-8 or UTF-16, with a BOM or without."""
    return data.decode(json.detect_encoding(data), errors="replace")


def _json(text: str) -> object:
    try:
        return json.loads(text, strict=False)  # a key may have real line breaks in it
    except (ValueError, RecursionError):
        return None


def _out_of_json(text: str) -> str:
    """Of a JSON string: its quotes may have been lost."""
    found = next((f for f in map(_json, (text, f'"{text}"')) if isinstance(f, str)), "")
    return found if found != text else ""


def _out_of_quotes(text: str) -> str:
    return text[1:-1] if text[:1] + text[-1:] in _QUOTES else ""


def _out_of_assignment(text: str) -> str:
    found = re.fullmatch(r"(?s)(?:export\s+|set\s+)?[A-Z][A-Z0-9_]{3,}\s*[=:]\s*(.+)", text)
    return found[1] if found else ""


def _out_of_base64(text: str) -> str:
    compact = re.sub(r"\s|\\[nr]", "", text).rstrip("=")
    if not re.fullmatch(r"[A-Za-z0-9+/_-]{40,}", compact):
        return ""
    standard = compact.replace("+", "-").replace("/", "_")
    try:
        return text_of(urlsafe_b64decode(standard + "=" * (-len(standard) % 4)))
    except ValueError:
        return ""


def _out_of_percents(text: str) -> str:
    return unquote(text) if re.search("%7b", text, re.I) else ""


_WRAPPINGS: tuple[Callable[[str], str], ...] = (
    _out_of_assignment, _out_of_json, _out_of_quotes, _out_of_base64, _out_of_percents,
)  # fmt: skip


_PEM = re.compile(r"(?s)\s*(-----BEGIN [A-Z ]+-----)(.*?)(-----END [A-Z ]+-----)\s*")


def _with_whole_key(info: dict[str, Any]) -> dict[str, Any]:
    """Return it with the lines of its private key broken where a PEM file breaks them."""
    key = info.get("private_key")
    if not isinstance(key, str):
        return info
    found = _PEM.fullmatch(re.sub(r"\\+[nr]", "\n", key))
    if found is None:
        return info
    lines = [found[1], *wrap("".join(found[2].split()), 64), found[3], ""]
    return {**info, "private_key": "\n".join(lines)}
