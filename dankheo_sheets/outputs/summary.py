"""The board as GitHub-flavoured Markdown, for the summary of an Action's context."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from dankheo_sheets import vietnamese
from dankheo_sheets.outputs import board_lines
from dankheo_sheets.outputs.board_lines import Line

MAX_ROWS = 300
"""Units shown; beyond that only those that are not done."""
MAX_BYTES = 900_000
"""GitHub refuses the summary of a step beyond 1 MiB (docs.github.com, workflow commands)."""
_MAX_NOTES = 100_000
_COLUMNS = {
    "Mã": ":--", "Đơn vị": ":--", "Trạng thái": ":--", "Được tính": "--:", "Phải sửa": "--:",
    "Sửa lần cuối": ":--", "Việc tiếp theo": ":--",
}  # fmt: skip
# What Markdown, HTML, GitHub's mentions, links, formulas and emoji are made of.
_SIGNS = re.compile(r"[\\`*_~{}\[\]<>()#|&@:$!]|(?<=www)\.", re.IGNORECASE)
# What a list or the rule under a heading begins with.
_BEGINNINGS = re.compile(r"^(?:[-+=]|\d+(?=\.))")


def summary(figures: Mapping[str, Any]) -> str:
    """Return the board, at most :data:`MAX_BYTES`: figures, what is to be done, a table by unit.

    Whatever a unit typed stands there as text. What had to be left out is counted.
    """
    units = list(board_lines.lines(figures))
    shown = units if len(units) <= MAX_ROWS else [unit for unit in units if not unit.done]
    notes = [f"- {text(note)}" for note in figures["notes"]]
    kept = _fitting(notes, _MAX_NOTES)
    todo = [*kept]
    if len(notes) > len(kept):
        todo.append(f"- … và {board_lines.number(len(notes) - len(kept))} ghi chú khác.")
    todo += [f"- {text(action)}" for action in board_lines.actions(figures)]
    head = [f"## {text(figures['campaign']['title'])}", "", _figures(figures)]
    if todo:
        head += ["", "### Việc cần làm", "", *todo]
    head += ["", f"| {' | '.join(_COLUMNS)} |", f"| {' | '.join(_COLUMNS.values())} |"]
    rows = _fitting((_row(unit) for unit in shown), MAX_BYTES - 2 * _MAX_NOTES)
    tail = []
    if len(units) > len(shown):
        done = board_lines.number(len(units) - len(shown))
        tail += ["", f"{done} đơn vị đã xong không ghi ở đây, xem trang Tiến độ."]
    if len(shown) > len(rows):
        more = board_lines.number(len(shown) - len(rows))
        tail += ["", f"… và {more} đơn vị khác, xem trang Tiến độ."]
    return "\n".join([*head, *rows, *tail, ""])


def text(typed: str) -> str:
    """Return text on one line that Markdown shows as typed, in a table's cell too."""
    line = " ".join(vietnamese.clean(typed).split())
    line = _SIGNS.sub(_encoded, line)
    return _BEGINNINGS.sub(_encoded, line)


def _encoded(signs: re.Match[str]) -> str:
    return "".join(f"&#{ord(sign)};" for sign in signs[0])


def _figures(figures: Mapping[str, Any]) -> str:
    words = "; ".join(
        f"{figure.title.lower()} **{figure.value}**"
        + (f" ({figure.among})" if figure.among else "")
        for figure in board_lines.completeness(figures)
    )
    return f"{board_lines.as_of(figures)}: {words}."


def _row(unit: Line) -> str:
    name = text(unit.name)
    for note in unit.notes:
        name += f"<br>{text(note)}"
    cells = (
        text(unit.code), name, text(unit.status_name), board_lines.number(unit.counted),
        board_lines.number(unit.blocking) if unit.blocking else "",
        " ".join(board_lines.short_moment(unit.changed)) if unit.changed else "",
        text(unit.next_action),
    )  # fmt: skip
    return f"| {' | '.join(cells)} |"


def _fitting(lines: Iterable[str], room: int) -> list[str]:
    """Return the first of the lines, as many as fit into `room` bytes."""
    kept = []
    for line in lines:
        room -= len(line.encode()) + 1
        if room < 0:
            break
        kept.append(line)
    return kept
