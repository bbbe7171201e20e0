"""What the page draws: bars, and the line of units received by day. Lengths are in percent."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import accumulate

from dankheo_sheets import vietnamese
from dankheo_sheets.board.model import Board, Completeness, FieldTotals
from dankheo_sheets.vietnamese import dotted, short_date

_DATES, _LONG_DATES = 7, 4
"""Dates under the line at the most, without and with a year, so that they do not touch on a phone.
Our choice."""


@dataclass(frozen=True, slots=True)
class Part:
    """One stretch of a bar."""

    kind: str
    start: str
    length: str


def shares(completeness: Completeness) -> list[Part]:
    """Return the units on time, late and missing, as parts of one bar."""
    counts = {key: getattr(completeness, key) for key in ("on_time", "late", "missing")}
    return _parts(counts, sum(counts.values()))


def bars(by_field: Sequence[FieldTotals]) -> list[tuple[FieldTotals, list[Part]]]:
    """Return each field with its bar against the largest field's."""
    largest = max((row.total for row in by_field), default=0)
    return [
        (row, _parts({"collective": row.collective, "individual": row.individual}, largest))
        for row in by_field
    ]


def _parts(counts: Mapping[str, int], whole: int) -> list[Part]:
    starts = accumulate(counts.values(), initial=0)
    return [
        Part(kind, _percent(start / whole), _percent(count / whole))
        for (kind, count), start in zip(counts.items(), starts, strict=False)
        if count
    ]


def _percent(share: float) -> str:
    return f"{100 * share:.2f}".rstrip("0").rstrip(".")


@dataclass(frozen=True, slots=True)
class Mark:
    """A word at a place: along the days for a date, up the plot for a number."""

    at: str
    text: str
    anchor: str = "middle"


@dataclass(frozen=True, slots=True)
class Progress:
    """The step line of units received, from the opening day to the last unit's deadline or beyond.

    In a plot of 100 by 100. A day's number stands from its beginning to its end, its date below
    the middle.
    """

    line: str
    last: Mark
    height: str
    """How far down from the top the line ends."""
    below: bool
    """The last number stands under the line's end: above it are the words of the deadline."""
    due: Mark
    dates: Sequence[Mark]
    levels: Sequence[Mark]
    said: str
    """The same in a sentence."""
    days: Sequence[tuple[str, int]]
    """The same as a table: only the days on which the number changed, and the last."""


def progress(board: Board) -> Progress | None:
    """Return the line, or `None` before the first day."""
    if not board.progress:
        return None
    days = [(each.date, each.received) for each in board.progress]
    (first_day, at_first), (last_day, last) = days[0], days[-1]
    deadline, expected = board.campaign.deadline, board.completeness.expected
    midnight = time(tzinfo=deadline.tzinfo)
    first = datetime.combine(first_day, midnight)
    after = datetime.combine(last_day + timedelta(days=1), midnight)
    end = max(after, board.last_deadline)
    length = (end - first) / timedelta(days=1)
    top = max(expected, *(received for _, received in days), 1)

    def along(day: date, hours: float) -> float:
        return min((day - first_day).days / length + hours / 24 / length, 1)

    def down(received: int) -> str:
        return _percent(1 - received / top)

    steps = (f"V{down(received)}H{_percent(along(day, 24))}" for day, received in days)
    reached = along(last_day, 24)
    due = (deadline - first) / timedelta(days=1) / length
    dates = _LONG_DATES if {first.year, last_day.year, end.year} != {board.year} else _DATES
    every = math.ceil(length / dates)
    marked = [first_day + timedelta(days=at) for at in range(0, math.ceil(length), every)]
    return Progress(
        line=f"M0 {down(0)}{''.join(steps)}",
        last=Mark(_percent(reached), dotted(last), "start" if reached < 0.1 else "end"),
        height=down(last),
        below=last > 0.9 * top and reached > 0.5,
        due=Mark(
            _percent(due), f"Hạn: {vietnamese.due_text(deadline)}", "end" if due > 0.5 else "start"
        ),
        dates=[_under(along(day, 12), _short(day, board.year)) for day in marked],
        levels=[
            Mark(down(level), dotted(level)) for level in sorted({expected // 2, expected} - {0})
        ],
        said=(
            f"Số đơn vị đã nhận từ ngày {short_date(first_day)} đến hết ngày "
            f"{short_date(last_day)}: từ {dotted(at_first)} lên {dotted(last)} trong "
            f"{dotted(expected)} đơn vị phải gửi."
        ),
        days=[
            (short_date(day), received)
            for at, (day, received) in enumerate(days)
            if at in (0, len(days) - 1) or received != days[at - 1][1]
        ],
    )


def _short(day: date, year: int) -> str:
    """Return "05/4", with its year where that is not `year`."""
    text = short_date(day)
    return text.rpartition("/")[0] if day.year == year else text


def _under(at: float, text: str) -> Mark:
    """Return a word below its place, moved inwards at either edge."""
    return Mark(_percent(at), text, "start" if at < 0.05 else "end" if at > 0.95 else "middle")
