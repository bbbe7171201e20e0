"""The board in the terminal: where every unit stands."""

from datetime import datetime, timedelta
from typing import Literal

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from dankheo_sheets.board.model import Board, UnitLine

_COLUMNS: dict[str, Literal["left", "right"]] = {
    "Mã": "left", "Đơn vị": "left", "Trạng thái": "left", "Tính": "right", "Lỗi": "right",
    "Sửa lúc": "left", "Hạn": "left",
}  # fmt: skip
_FIXED = {"Mã", "Trạng thái", "Sửa lúc", "Hạn"}
NARROW = 100
"""Characters of a terminal below which the column Sửa lúc is left out."""
MAX_ROWS = 60
"""Units shown; beyond that only those that have not handed in, then their number."""


def show(board: Board, console: Console) -> None:
    """Print the board: a line per unit, and under it how many have handed in."""
    title = escape(board.campaign.title)
    table = Table(title=title, title_style="bold", title_justify="left")
    columns = [heading for heading in _COLUMNS if heading != "Sửa lúc" or console.width >= NARROW]
    for heading in columns:
        table.add_column(
            heading, justify=_COLUMNS[heading], overflow="fold", no_wrap=heading in _FIXED
        )
    units = board.units
    if len(units) > MAX_ROWS:
        units = tuple(unit for unit in units if not unit.handed_in)
    for unit in units[:MAX_ROWS]:
        cells = _cells(unit, board.year)
        table.add_row(*(cells[heading] for heading in columns))
    console.print(table)
    if len(units) > MAX_ROWS:
        console.print(f"… và {len(units) - MAX_ROWS} đơn vị khác, xem trang Tiến độ.")
    console.print(board.summary)
    for line in board.about_files:
        console.print(f"[yellow]![/] {escape(line)}", highlight=False)


def _cells(unit: UnitLine, year: int) -> dict[str, str]:
    action = f"\n[dim]→ {escape(unit.next_action)}[/]" if unit.next_action else ""
    colour = "green" if unit.handed_in else "yellow"
    changed = unit.changed_at
    return {
        "Mã": escape(unit.unit),
        "Đơn vị": escape(unit.name) + action,
        "Trạng thái": f"[{colour}]{unit.status_name}[/]",
        "Tính": str(unit.counted),
        "Lỗi": str(unit.blocking or ""),
        "Sửa lúc": f"{_day(changed, year)} {changed:%H:%M}" if changed else "",
        "Hạn": _due(unit, year),
    }


def _due(unit: UnitLine, year: int) -> str:
    """Return the day of the unit's deadline, its hour where not midnight.

    An extension of its own is told by its last day, and marked.
    """
    deadline = unit.deadline
    if deadline.hour or deadline.minute:
        shown = f"{_day(deadline, year)} {deadline:%H:%M}"
    elif unit.extended:
        shown = f"hết {_day(deadline - timedelta(days=1), year)}"
    else:
        shown = _day(deadline, year)
    return f"{shown} (gia hạn)" if unit.extended else shown


def _day(when: datetime, year: int) -> str:
    """Return "12/04", with its year where that is not `year`: a slip of the year is seen."""
    return f"{when:%d/%m}" if when.year == year else f"{when:%d/%m/%Y}"
