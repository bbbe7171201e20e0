"""Days and moments as people write them: "20/3/2026", "hết ngày 20/3/2026", "17 giờ 00, ngày …".

One place for campaign.toml, the roster and the command line; what is not understood is refused in
words about days. The order is always day, month, year, as in Vietnam, or that of ISO 8601.
"""

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import Enum
from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import BeforeValidator

from dankheo_sheets import vietnamese


class Bound(Enum):
    """What was written before the day."""

    NONE = ""
    BEFORE = "trước"
    """The day itself is already too late."""
    THROUGH = "hết"
    """The day itself is still in time."""


@dataclass(frozen=True, slots=True)
class Written:
    """A day or a moment, as it was written."""

    day: date
    clock: time | None = None
    bound: Bound = Bound.NONE


DAY_EXPECTED = "cần ngày, ghi như 12/4/2022"
MOMENT_EXPECTED = "cần ngày, ghi như 12/4/2022, hết ngày 12/4/2022 hoặc 17:00 12/4/2022"

_DAY = re.compile(
    r"(?<!\d)(?:(?P<d>\d{1,2})\s*(?:[/.-]|tháng)\s*(?P<m>\d{1,2})\s*(?:[/.-]|năm)\s*(?P<y>\d{4})"
    r"|(?P<iy>\d{4})[/.-](?P<im>\d{1,2})[/.-](?P<id>\d{1,2}))(?!\d)"
)
_ALMOST = re.compile(
    r"(?<!\d)\d{1,2}\s*(?:[/.-]|tháng)\s*\d{1,2}(?:\s*(?:[/.-]|năm)\s*\d{1,3})?(?!\d)"
)
"""A day without its year, or with two digits of it."""
_CLOCK = re.compile(
    r"(?<!\d)(?P<h>\d{1,2})(?::(?P<min>\d{2})(?::\d{2})?|\s*(?:giờ|h|g)\s*(?P<min2>\d{2})?"
    r"(?:\s*phút)?)(?![\w:])"
)
_WEEKDAY = re.compile(r"\b(?:thứ (?:hai|ba|tư|năm|sáu|bảy|[2-7])|chủ nhật)\b")
_BOUNDS = {
    Bound.NONE: r"(?:(?:từ|vào|lúc|vào lúc|hạn) ?)?(?:ngày)?",
    Bound.BEFORE: r"trước(?: (?:lúc|hạn))?(?: ngày)?",
    Bound.THROUGH: (
        r"(?:(?:cho )?(?:đến|tới) )?hết(?: ngày)?"
        r"|(?:chậm|muộn) nhất(?: là| vào)?(?: (?:đến )?hết)?(?: ngày)?"
    ),
}
_DATE_WORDS = re.compile(
    r"(?:\b(?:ngày|hết|trước|cho|đến|tới|chậm|muộn|nhất|là|từ|vào|lúc|hạn|t)\b| )*"
)


def parse(text: str) -> Written:
    """Return what `text` says. Raises ValueError, which says in Vietnamese what is wrong with it.

    "24:00" is the end of its day.
    """
    day, clock, rest = _parts(text)
    if day is None:
        if almost := _ALMOST.search(_lower(text)):
            raise ValueError(f"“{almost[0]}” thiếu năm; năm ghi đủ 4 chữ số, như 12/4/2022")
        raise ValueError(MOMENT_EXPECTED)
    numbers = (day["y"], day["m"], day["d"]) if day["y"] else (day["iy"], day["im"], day["id"])
    try:
        found = date(*map(int, numbers))
    except ValueError:
        raise ValueError(
            "không có ngày này trong lịch; ghi ngày, tháng, năm như 12/4/2022"
        ) from None
    if rest == "t" and day["iy"] and clock:  # 2022-04-12T17:00
        rest = ""
    if rest in {"đến", "đến ngày", "tới", "tới ngày"}:
        raise ValueError(
            "không rõ ngày đó còn kịp hay đã muộn; ghi “trước ngày …” hoặc “hết ngày …”"
        )
    bound = next((each for each, words in _BOUNDS.items() if re.fullmatch(words, rest)), None)
    if bound is None:
        raise ValueError(MOMENT_EXPECTED)
    if clock is None:
        return Written(found, None, bound)
    hour, minute = int(clock["h"]), int(clock["min"] or clock["min2"] or 0)
    if (hour, minute) == (24, 0):
        return Written(found, None, Bound.THROUGH)
    try:
        return Written(found, time(hour, minute), bound)
    except ValueError:
        raise ValueError("không có giờ này; ghi giờ như 17:00 12/4/2022") from None


def is_meant(text: str) -> bool:
    """Tell whether `text` is nothing but a day or a moment, right or wrong."""
    day, _, rest = _parts(text)
    if day is None:
        folded = _lower(text)
        if not _ALMOST.search(folded):
            return False
        rest = vietnamese.match_key(_CLOCK.sub(" ", _ALMOST.sub(" ", folded, count=1), count=1))
    return _DATE_WORDS.fullmatch(rest) is not None


def _lower(text: str) -> str:
    return vietnamese.folded(vietnamese.visible(text))


def _parts(text: str) -> tuple[re.Match[str] | None, re.Match[str] | None, str]:
    """Return the day, the time of day, and the words that are left."""
    folded = _lower(text)
    day = _DAY.search(folded)
    rest = folded[: day.start()] + " " + folded[day.end() :] if day else folded
    clock = _CLOCK.search(rest)
    rest = rest[: clock.start()] + " " + rest[clock.end() :] if clock else rest
    return day, clock, vietnamese.match_key(_WEEKDAY.sub(" ", rest))


def first_instant_after(text: str, zone: ZoneInfo) -> datetime:
    """Return the first instant after `text`: a day means to its end, an hour is that hour.

    "Trước ngày 20/3/2026" ends where that day begins. Raises ValueError.
    """
    written = parse(text)
    after = written.clock is None and written.bound is not Bound.BEFORE
    try:
        day = written.day + timedelta(days=after)
    except OverflowError:
        raise ValueError(MOMENT_EXPECTED) from None
    return datetime.combine(day, written.clock or time.min, zone)


# --- keys of campaign.toml ------------------------------------------------------------


def _day(value: object) -> object:
    if not isinstance(value, str):
        return value
    try:
        written = parse(value)
    except ValueError as error:
        raise ValueError(str(error).replace(MOMENT_EXPECTED, DAY_EXPECTED)) from None
    if written.clock is not None or written.bound is not Bound.NONE:
        raise ValueError(f"{DAY_EXPECTED}, không kèm giờ hay chữ khác")
    return written.day


def _start(value: object) -> object:
    if isinstance(value, str) and parse(value).bound is not Bound.NONE:
        raise ValueError("cần ngày mở đợt, ghi như 12/4/2022 hoặc 8:00 12/4/2022")
    return _moment(value)


def _moment(value: object) -> object:
    if not isinstance(value, str):
        return value
    written = parse(value)
    return datetime.combine(written.day, written.clock) if written.clock else written.day


Day = Annotated[date, BeforeValidator(_day)]
"""A day, also as a person writes it."""
Start = Annotated[datetime | date, BeforeValidator(_start)]
"""A day or a moment from which something holds."""
Moment = Annotated[datetime | date, BeforeValidator(_moment)]
"""A day or a moment before which something holds; of "hết ngày …" the day only, see `parse`."""
