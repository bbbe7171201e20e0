"""A file of settings that people write by hand: find it, take its values out, word its mistakes.

A day typed without quotes is no TOML; it is understood all the same
(:mod:`dankheo_sheets.written_dates`).
"""

import re
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from dankheo_sheets import files, vietnamese, written_dates
from dankheo_sheets.errors import SettingsError
from dankheo_sheets.redaction import kind_of_secret

Model = TypeVar("Model", bound=BaseModel)


def validated(kind: type[Model], path: Path, **context: object) -> Model:
    """Return what a file of settings says. Raises :class:`SettingsError` with every mistake.

    `context` is told to the validators.
    """
    values = read_toml(path)
    try:
        return kind.model_validate(values, context=context)
    except ValidationError as error:
        raise SettingsError([f"{path.name}: {line}" for line in mistakes(error)]) from None


def read_toml(path: Path) -> dict[str, Any]:
    """Return the values of one file, none of them a secret. Raises :class:`SettingsError`."""
    try:
        values = _values(vietnamese.decode(path.read_bytes()))
        mistakes = [f"{path.name}: {line}" for line in _secrets(values)]
    except (FileNotFoundError, NotADirectoryError):
        said = files.misnamed(path)
        mistakes = [said or f"{path}: không có tệp này; -C chỉ đến thư mục của đợt đăng ký"]
    except OSError:
        mistakes = [f"{path}: không đọc được; xem lại quyền mở tệp"]
    except tomllib.TOMLDecodeError as error:
        mistakes = [f"{path.name}{_place(error)}: {_SYNTAX}"]
    if mistakes:
        raise SettingsError(mistakes)
    return values


def _secrets(value: object, key: str = "") -> Iterator[str]:
    """Yield a line for each key or value that holds a secret: such a file goes round."""
    if isinstance(value, dict):
        for name, inner in value.items():
            whole = f"{key}.{name}" if key else name
            yield from _secrets(name, f"{key}: tên mục" if key else "tên mục")
            yield from _secrets(inner, whole)
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from _secrets(inner, f"{key}.{number}")
    elif isinstance(value, str) and (kind := kind_of_secret(value)):
        where = (
            'để khoá trong một tệp riêng, ví dụ khoa.json, ghi credentials = "khoa.json", hoặc đặt '
            "vào biến DANKHEO_GOOGLE_CREDENTIALS"
        )
        if key.startswith("mail."):
            where = "đặt vào biến môi trường DANKHEO_MAIL_…, xem docs/nhac-han.md"
        yield f"{key}: ở đây có {kind}, không hiện ra; tệp này nhiều người xem: {where}"


# --- TOML -----------------------------------------------------------------------------

_SYNTAX = "sai cú pháp TOML; xem lại dấu =, dấu ngoặc kép thẳng và mục ghi hai lần"
_WHOLE_LINE = re.compile(r"""(\s*[\w.-]+\s*=\s*)([^\s"'\[{#][^"'\[\]{}#]*?)(\s*(?:#.*)?)""")
_IN_LIST = re.compile(
    r"""(?P<head>[=\[,{]\s*|^\s*)(?P<value>[^\s"'=\[\],{}#][^"'=\[\],{}#]*?)(?=\s*(?:[,\]}#]|$))"""
)


def _values(text: str) -> dict[str, Any]:
    while True:
        try:
            return tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            mended = _with_days_quoted(text, error)
            if mended == text:
                raise
            text = mended


def _with_days_quoted(text: str, error: tomllib.TOMLDecodeError) -> str:
    """Return `text` with the days quoted that stand bare on the line of the error."""
    at = re.search(r"at line (\d+)", str(error))
    lines = text.split("\n")
    number = int(at[1]) - 1 if at else len(lines) - 1
    if number >= len(lines):
        return text
    line = lines[number].rstrip("\r")
    whole = _WHOLE_LINE.fullmatch(line)
    if whole and written_dates.is_meant(whole[2]):
        lines[number] = f'{whole[1]}"{whole[2]}"{whole[3]}'
    else:
        lines[number] = _IN_LIST.sub(_quoted, line)
    return "\n".join(lines)


def _quoted(found: re.Match[str]) -> str:
    meant = written_dates.is_meant(found["value"])
    return f'{found["head"]}"{found["value"]}"' if meant else found[0]


def _place(error: tomllib.TOMLDecodeError) -> str:
    at = re.search(r"at line (\d+), column (\d+)", str(error))
    return f", dòng {at[1]}, cột {at[2]}" if at else ", cuối tệp"


# --- what is wrong with the values ------------------------------------------------------

_EXPECTED = {
    "missing": "thiếu mục này",
    "extra_forbidden": "không có mục này; xem lại chính tả",
    "string_type": "cần chữ trong dấu ngoặc kép",
    "string_too_short": "không được để trống",
    "string_pattern_mismatch": "cần 2 đến 63 ký tự gồm chữ thường không dấu, chữ số, dấu -",
    "int_type": "cần số nguyên",
    "bool_type": "cần true hoặc false",
    "date_type": written_dates.DAY_EXPECTED,
    "datetime_type": written_dates.MOMENT_EXPECTED,
    "date_from_datetime_inexact": f"{written_dates.DAY_EXPECTED}, không kèm giờ",
    "greater_than_equal": "cần số từ {ge} trở lên",
    "less_than_equal": "cần số không quá {le}",
    "literal_error": "cần một trong: {expected}",
    "model_type": "cần một mục [tên] riêng",
    "tuple_type": "cần một danh sách",
    "too_short": "cần ít nhất {min_length} mục",
}
_OF_TWO_FORMS = (("deadline", "before"), ("opens",))
"""Keys that take a day or a moment: one mistake, told by pydantic for each of the two."""


def key_of(detail: ErrorDetails) -> str:
    """Return the key of a mistake as the file has it: "deadline.before"."""
    loc = next((each for each in _OF_TWO_FORMS if detail["loc"][: len(each)] == each), None)
    return ".".join(str(part) for part in loc or detail["loc"])


def mistakes(
    error: ValidationError, key_of: Callable[[ErrorDetails], str] = key_of
) -> Iterator[str]:
    """Yield each mistake once: its key, what was found, what is expected."""
    seen: set[str] = set()
    for detail in error.errors():
        key = key_of(detail)
        part_of_another = any(other.startswith(f"{key}.") for other in seen)
        if key not in seen and not part_of_another:
            seen.add(key)
            of = f"{key}: " if key else ""  # "" where it is of the whole file
            yield f"{of}{_found(detail)}{_expected(detail)}"


_SECRET_KEY = re.compile("pass|secret|token|key|credential|mat_?khau|mật khẩu|khoa|khoá", re.I)
"""A key of that name is not asked for here: whatever is beside it is not shown."""


def _found(detail: ErrorDetails) -> str:
    found, kind = detail["input"], detail["type"]
    unasked = kind == "extra_forbidden" and _SECRET_KEY.search(str(detail["loc"][-1]))
    if unasked or kind == "missing" or isinstance(found, dict | list | tuple):
        return ""
    return f"ghi “{str(found).lower() if isinstance(found, bool) else found}”; "


def _expected(detail: ErrorDetails) -> str:
    context = {
        key: value.replace(" or ", " hoặc ") if key == "expected" else value
        for key, value in detail.get("ctx", {}).items()
    }
    if detail["type"] == "value_error":
        return str(context["error"])
    return _EXPECTED.get(detail["type"], detail["msg"]).format(**context)
