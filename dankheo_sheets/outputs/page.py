"""The board as a page, tien-do.html: one file that opens from a mail, a disk or a web site.

It asks nothing of any other place: its style, script and icon are in it, and its content
security policy lets nothing else in. Everything is in the HTML already; the script only sorts
and filters. Drawn from the figures of bao-cao.json.
"""

import base64
import hashlib
import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from dankheo_sheets import vietnamese
from dankheo_sheets.outputs import board_lines
from dankheo_sheets.outputs.board_lines import Line
from dankheo_sheets.register import FIGURES
from dankheo_sheets.registration import Severity

NAME = "tien-do.html"

TONES = {
    "not-provisioned": "idle", "untouched": "idle", "drafting": "wait", "needs-fixing": "act",
    "returned": "act", "ready": "wait", "submitted": "good", "submitted-late": "late",
    "none-registered": "none", "excluded": "out", "lost": "act",
}  # fmt: skip
"""The colour of each status; its words always stand beside it."""
_MANY = 200
"""Units beyond which a browser lays out only the rows in sight."""
_DATES, _LONG_DATES = 7, 4
"""Dates under the line at the most, without and with a year, so that they do not touch on a phone.
Our choice."""
_NOTES = 6
"""Notes that are shown; those beyond are folded. Our choice: all that is to be done on a screen."""


def page(figures: Mapping[str, Any]) -> bytes:
    """Return the page, UTF-8; the same figures make the same bytes.

    Whatever a unit typed stands there as text.
    """
    environment = _environment()
    style, script = _source(environment, "page.css"), _source(environment, "page.js")
    units = list(board_lines.lines(figures))
    deadline = datetime.fromisoformat(figures["campaign"]["deadline"])
    html = environment.get_template("page.html.j2").render(
        figures=figures,
        campaign=figures["campaign"],
        style=style,
        script=script,
        policy=_policy(style, script),
        as_of=board_lines.as_of(figures),
        deadline=vietnamese.deadline_text(deadline),
        tiles=board_lines.completeness(figures),
        shares=_shares(figures["completeness"]),
        progress=_progress(figures, deadline),
        fields=_bars(figures["by_field"]),
        titles=FIGURES,
        most_notes=_NOTES,
        actions=board_lines.actions(figures),
        units=units,
        many=_MANY,
        statuses=_statuses(units),
        tones=TONES,
        due=vietnamese.due_text,
        until=vietnamese.until_text,
        counts=_counts,
    )
    return vietnamese.clean(html).encode()


@cache
def _environment() -> Environment:
    """Return where the template is, compiled once: that takes longer than filling it in."""
    environment = Environment(
        loader=PackageLoader("dankheo_sheets", "outputs"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"number": board_lines.number, "short": board_lines.short_moment}
    return environment


def _source(environment: Environment, name: str) -> Markup:
    assert environment.loader
    return Markup(environment.loader.get_source(environment, name)[0])


def _policy(style: str, script: str) -> str:
    """Return a policy that lets in this style, this script and an icon written in the page."""
    hashes = [base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
              for text in (style, script)]  # fmt: skip
    return (
        f"default-src 'none'; style-src 'sha256-{hashes[0]}'; script-src 'sha256-{hashes[1]}'; "
        "img-src data:; base-uri 'none'; form-action 'none'"
    )


def _statuses(units: Sequence[Line]) -> list[tuple[str, str, int]]:
    """Return (value, name, how many units) of the statuses that occur, in their order."""
    counts = Counter(unit.status for unit in units)
    return [
        (value, name, counts[value]) for value, name in board_lines.NAMES.items() if counts[value]
    ]


def _counts(unit: Line) -> str:
    """Return "4 phải sửa, 1 nên xem": what its list of findings holds."""
    counts: Counter[Severity] = Counter()
    for remark in unit.remarks:
        counts[remark.severity] += remark.times
    words = {Severity.BLOCK: "phải sửa", Severity.WARN: "nên xem", Severity.NOTE: "ghi chú"}
    parts = [f"{counts[level]} {word}" for level, word in words.items() if counts[level]]
    return ", ".join(parts)


# --- shares and bars: lengths in percent -----------------------------------------------


@dataclass(frozen=True, slots=True)
class Part:
    """One stretch of a bar; start and length in percent of the whole."""

    kind: str
    start: str
    length: str


@dataclass(frozen=True, slots=True)
class Bar:
    """One field: its five figures, and its bar against the largest field's."""

    field: str
    counts: Mapping[str, int]
    parts: Sequence[Part]


def _percent(share: float) -> str:
    return f"{100 * share:.2f}".rstrip("0").rstrip(".")


def _parts(counts: Mapping[str, int], whole: int) -> list[Part]:
    parts, start = [], 0
    for kind, count in counts.items():
        if count:
            parts.append(Part(kind, _percent(start / whole), _percent(count / whole)))
        start += count
    return parts


def _shares(completeness: Mapping[str, int]) -> list[Part]:
    counts = {key: completeness[key] for key in ("on_time", "late", "missing")}
    return _parts(counts, sum(counts.values()))


def _bars(by_field: Sequence[Mapping[str, Any]]) -> list[Bar]:
    largest = max((row["total"] for row in by_field), default=0)
    return [
        Bar(
            row["field"],
            {key: row[key] for key in FIGURES},
            _parts({key: row[key] for key in ("collective", "individual")}, largest),
        )
        for row in by_field
    ]


# --- the line of units received by day ----------------------------------------------------


@dataclass(frozen=True, slots=True)
class Mark:
    """A word at a place: along the days for a date, up the plot for a number, in percent."""

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
    area: str
    last: Mark
    height: str
    """How far down from the top the line ends, in percent."""
    below: bool
    """The last number stands under the line's end: above it are the words of the deadline."""
    due: Mark
    dates: Sequence[Mark]
    levels: Sequence[Mark]
    said: str
    """The same in a sentence."""
    days: Sequence[tuple[str, int]]
    """The same as a table: only the days on which the number changed, and the last."""


def _progress(figures: Mapping[str, Any], deadline: datetime) -> Progress | None:
    """Return the line, or `None` before the first day."""
    days = [(date.fromisoformat(row["date"]), row["received"]) for row in figures["progress"]]
    if not days:
        return None
    midnight = time(tzinfo=deadline.tzinfo)
    first = datetime.combine(days[0][0], midnight)
    after = datetime.combine(days[-1][0] + timedelta(days=1), midnight)
    end = max(after, board_lines.last_deadline(figures))
    length = (end - first) / timedelta(days=1)
    expected = figures["completeness"]["expected"]
    top = max(expected, *(received for _, received in days), 1)

    def place(day: date) -> float:
        return (day - first.date()).days / length

    def down(received: int) -> str:
        return _percent(1 - received / top)

    line = f"M0 {down(0)}"
    for day, received in days:
        line += f"V{down(received)}H{_percent(min(place(day) + 1 / length, 1))}"
    last_day, last = days[-1]
    reached = min(place(last_day) + 1 / length, 1)
    due = (deadline - first) / timedelta(days=1) / length
    year = board_lines.this_year(figures)
    dates = _LONG_DATES if {first.year, last_day.year, end.year} != {year} else _DATES
    every = math.ceil(length / dates)
    marked = [first.date() + timedelta(days=at) for at in range(0, math.ceil(length), every)]
    changes = [
        (vietnamese.short_date(day), received)
        for at, (day, received) in enumerate(days)
        if at in (0, len(days) - 1) or received != days[at - 1][1]
    ]
    return Progress(
        line=line,
        area=f"{line}V100H0Z",
        last=Mark(_percent(reached), board_lines.number(last), "start" if reached < 0.1 else "end"),
        height=down(last),
        below=last > 0.9 * top and reached > 0.5,
        due=Mark(
            _percent(due), f"Hạn: {vietnamese.due_text(deadline)}", "end" if due > 0.5 else "start"
        ),
        dates=[_under(min(place(day) + 0.5 / length, 1), _short(day, year)) for day in marked],
        levels=[
            Mark(down(level), board_lines.number(level))
            for level in sorted({expected // 2, expected} - {0})
        ],
        said=(
            f"Số đơn vị đã nhận từ ngày {vietnamese.short_date(days[0][0])} đến hết ngày "
            f"{vietnamese.short_date(last_day)}: từ {board_lines.number(days[0][1])} lên "
            f"{board_lines.number(last)} trong {board_lines.number(expected)} đơn vị phải gửi."
        ),
        days=changes,
    )


def _short(day: date, year: int) -> str:
    """Return "05/4", with its year where that is not `year`."""
    text = vietnamese.short_date(day)
    return text.rpartition("/")[0] if day.year == year else text


def _under(at: float, text: str) -> Mark:
    """Return a word below its place, moved inwards at either edge."""
    return Mark(_percent(at), text, "start" if at < 0.05 else "end" if at > 0.95 else "middle")
