"""Cell values: what typing means, and what is shown (reference/google.md §9.4)."""

import re
from datetime import UTC, date, datetime, timedelta
from typing import TypeAlias

from . import errors
from .document import Document
from .errors import Json

Value: TypeAlias = bool | float | int | str | None
_EPOCH = datetime(1899, 12, 30, tzinfo=UTC)
_PATTERNS = {"": "", "TEXT": "@", "DATE": "dd/mm/yyyy", "PERCENT": "0.00%", "NUMBER": "#,##0.00"}


# --- typing ---------------------------------------------------------------------------------


def typed(text: str, document: Document) -> tuple[Json, Json | None]:
    """Return the value, and a number format, of text typed by hand (``USER_ENTERED``)."""
    if text == "":
        return {}, None
    if text.startswith("'"):
        return {"stringValue": text[1:]}, None
    if text.startswith("=") and len(text) > 1:
        return {"formulaValue": text}, None
    if text.upper() in {"TRUE", "FALSE"}:
        return {"boolValue": text.upper() == "TRUE"}, None
    return (
        _typed_number(text, document)
        or _typed_date(text, document)
        or ({"stringValue": text}, None)
    )


def _typed_number(text: str, document: Document) -> tuple[Json, Json | None] | None:
    point, group = (",", ".") if document.decimal_comma else (".", ",")
    pattern = rf"[+-]?(\d+|\d{{1,3}}(?:{re.escape(group)}\d{{3}})+)(?:{re.escape(point)}(\d+))?(%)?"
    match = re.fullmatch(pattern, text.strip())
    if match is None:
        return None
    plain = text.strip().rstrip("%").replace(group, "").replace(point, ".")
    value = float(plain) / (100 if match[3] else 1)
    decimals = "." + "0" * min(len(match[2]), 2) if match[2] else ""
    if match[3]:
        return {"numberValue": value}, {"type": "PERCENT", "pattern": f"0{decimals}%"}
    if group in match[1]:
        return {"numberValue": value}, {"type": "NUMBER", "pattern": f"#,##0{decimals}"}
    return {"numberValue": value}, None


def _typed_date(text: str, document: Document) -> tuple[Json, Json | None] | None:
    iso = re.fullmatch(r"(\d{4})-(\d{1,2})-(\d{1,2})", text)
    local = re.fullmatch(r"(\d{1,2})/(\d{1,2})/(\d{4})", text)
    try:
        if iso:
            day, pattern = date(int(iso[1]), int(iso[2]), int(iso[3])), "yyyy-mm-dd"
        elif local and document.decimal_comma:
            day, pattern = date(int(local[3]), int(local[2]), int(local[1])), "dd/mm/yyyy"
        elif local:
            day, pattern = date(int(local[3]), int(local[1]), int(local[2])), "m/d/yyyy"
        else:
            return None
    except ValueError:
        return None
    serial = float((datetime(day.year, day.month, day.day, tzinfo=UTC) - _EPOCH).days)
    return {"numberValue": serial}, {"type": "DATE", "pattern": pattern}


# --- showing --------------------------------------------------------------------------------


def plain(number: float) -> float | int:
    """Return a number without a needless ``.0``."""
    return int(number) if float(number).is_integer() and abs(number) < 1e15 else number


def number_format(cell: Json) -> Json:
    """Return the number format of a cell, empty when it has none."""
    form: Json = cell.get("userEnteredFormat", {}).get("numberFormat", {})
    return form


def is_date(cell: Json) -> bool:
    """Whether a cell is formatted as a date or time."""
    return number_format(cell).get("type") in {"DATE", "TIME", "DATE_TIME"}


def is_text(cell: Json) -> bool:
    """Whether a cell is formatted as plain text: what is typed there stays text, formulas too."""
    form = number_format(cell)
    return form.get("type") == "TEXT" or form.get("pattern") == "@"


def pattern_of(cell: Json) -> str:
    """Return the pattern of a cell's number format; 501 where it depends on the locale."""
    form = number_format(cell)
    pattern = str(form.get("pattern", ""))
    kind = form.get("type", "")
    if not pattern and kind not in _PATTERNS:
        raise errors.unsupported(f"the number format {kind} without a pattern")
    return pattern or _PATTERNS[kind]


def shown(value: Value, cell: Json, document: Document) -> str:
    """Return the text a person sees (``FORMATTED_VALUE``)."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, str):
        return value
    pattern = pattern_of(cell)
    if is_date(cell):
        return _date_text(float(value), pattern)
    text = _number_text(float(value), pattern)
    return text.translate(str.maketrans(",.", ".,")) if document.decimal_comma else text


def _number_text(value: float, pattern: str) -> str:
    if pattern in {"", "@", "General"}:
        return repr(plain(value))
    match = re.fullmatch(r"(#,##)?0(\.0+)?(%)?", pattern)
    if match is None:
        raise errors.unsupported(f"the number format {pattern!r}")
    decimals = len(match[2]) - 1 if match[2] else 0
    scaled = value * 100 if match[3] else value
    return f"{scaled:{',' if match[1] else ''}.{decimals}f}{match[3] or ''}"


def _date_text(value: float, pattern: str) -> str:
    moment = _EPOCH + timedelta(days=value)
    parts = {
        "yyyy": "%Y", "yy": "%y", "mm": "%m", "dd": "%d", "hh": "%H", "ss": "%S",
        "m": str(moment.month), "d": str(moment.day), "h": str(moment.hour),
    }  # fmt: skip
    after_hours = re.sub(r"(?<=[hH]:)(mm)", "%M", pattern)
    text = re.sub(r"(?<!%)(yyyy|yy|mm|dd|hh|ss|m|d|h)", lambda m: parts[m[1]], after_hours)
    return moment.strftime(text.replace('"', ""))
