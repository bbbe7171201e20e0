"""The board as GitHub-flavoured Markdown, for the summary of an Action's context."""

import re
from collections.abc import Iterable

from dankheo_sheets import vietnamese
from dankheo_sheets.board.model import Board, UnitLine
from dankheo_sheets.vietnamese import dotted

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


def summary(board: Board) -> str:
    """Return the board, at most :data:`MAX_BYTES`: figures, what is to be done, a table by unit.

    Whatever a unit typed stands there as text. What had to be left out is counted.
    """
    units = board.lines
    shown = units if len(units) <= MAX_ROWS else [unit for unit in units if not unit.done]
    notes = [f"- {text(note)}" for note in board.notes]
    todo = _fitting(notes, _MAX_NOTES)
    if len(notes) > len(todo):
        todo.append(f"- … và {dotted(len(notes) - len(todo))} ghi chú khác.")
    todo += [f"- {text(action)}" for action in board.actions]
    head = [f"## {text(board.campaign.title)}", "", _figures(board)]
    if todo:
        head += ["", "### Việc cần làm", "", *todo]
    head += ["", f"| {' | '.join(_COLUMNS)} |", f"| {' | '.join(_COLUMNS.values())} |"]
    rows = _fitting(map(_row, shown), MAX_BYTES - 2 * _MAX_NOTES)
    tail = []
    if done := len(units) - len(shown):
        tail += ["", f"{dotted(done)} đơn vị đã xong không ghi ở đây, xem trang Tiến độ."]
    if more := len(shown) - len(rows):
        tail += ["", f"… và {dotted(more)} đơn vị khác, xem trang Tiến độ."]
    return "\n".join([*head, *rows, *tail, ""])


def text(typed: str) -> str:
    """Return text on one line that Markdown shows as typed, in a table's cell too."""
    line = " ".join(vietnamese.clean(typed).split())
    line = _SIGNS.sub(_encoded, line)
    return _BEGINNINGS.sub(_encoded, line)


def _encoded(signs: re.Match[str]) -> str:
    return "".join(f"&#{ord(sign)};" for sign in signs[0])


def _figures(board: Board) -> str:
    words = "; ".join(
        f"{tile.title.lower()} **{tile.value}**" + (f" ({tile.among})" if tile.among else "")
        for tile in board.tiles
    )
    return f"{board.until}: {words}."


def _row(unit: UnitLine) -> str:
    changed = unit.changed_at
    cells = (
        text(unit.unit),
        "<br>".join(map(text, (unit.name, *unit.said))),
        text(unit.status_name),
        dotted(unit.counted),
        dotted(unit.blocking) if unit.blocking else "",
        f"{vietnamese.short_date(changed)} {changed:%H:%M}" if changed else "",
        text(unit.next_action),
    )
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
