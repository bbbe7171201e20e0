"""The board in the terminal: where every unit stands. Drawn from the figures of bao-cao.json."""

from datetime import datetime, timedelta
from typing import Any, Literal

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from dankheo_sheets import vietnamese
from dankheo_sheets.outputs.board_lines import this_year
from dankheo_sheets.outputs.master import completeness_text
from dankheo_sheets.registration import RECEIVED, Status
from dankheo_sheets.standing.status_words import WORDS

_COLUMNS: dict[str, Literal["left", "right", "center"]] = {
    "Mã": "left", "Đơn vị": "left", "Trạng thái": "left", "Tính": "right", "Lỗi": "right",
    "Sửa lúc": "left", "Hạn": "left",
}  # fmt: skip
_FIXED = {"Mã", "Trạng thái", "Sửa lúc", "Hạn"}
NARROW = 100
"""Characters of a terminal below which the column Sửa lúc is left out."""
MAX_ROWS = 60
"""Units shown; beyond that only those that are not done, then their number."""


def show(figures: dict[str, Any], console: Console) -> None:
    """Print the board: a line per unit, and under it how many have handed in."""
    table = Table(
        title=escape(figures["campaign"]["title"]), title_style="bold", title_justify="left"
    )
    columns = [heading for heading in _COLUMNS if heading != "Sửa lúc" or console.width >= NARROW]
    for heading in columns:
        table.add_column(
            heading, justify=_COLUMNS[heading], overflow="fold", no_wrap=heading in _FIXED
        )
    units = figures["units"]
    year = this_year(figures)
    if len(units) > MAX_ROWS:
        units = [unit for unit in units if Status(unit["status"]) not in RECEIVED]
    for unit in units[:MAX_ROWS]:
        status = Status(unit["status"])
        blocking = sum(f["severity"] == "block" for f in unit["findings"])
        changed = datetime.fromisoformat(unit["changed_at"]) if unit["changed_at"] else None
        action = f"\n[dim]→ {escape(unit['next_action'])}[/]" if unit["next_action"] else ""
        colour = "green" if status in RECEIVED else "yellow"
        cells = {
            "Mã": escape(unit["unit"]),
            "Đơn vị": escape(unit["name"]) + action,
            "Trạng thái": f"[{colour}]{WORDS[status].name}[/]",
            "Tính": str(unit["counted"]),
            "Lỗi": str(blocking or ""),
            "Sửa lúc": f"{_day(changed, year)} {changed:%H:%M}" if changed else "",
            "Hạn": _due(unit, year),
        }
        table.add_row(*(cells[heading] for heading in columns))
    console.print(table)
    if len(units) > MAX_ROWS:
        console.print(f"… và {len(units) - MAX_ROWS} đơn vị khác, xem trang Tiến độ.")
    console.print(summary(figures))
    for unit in figures["units"]:
        for finding in unit["findings"]:
            if finding["about_file"]:
                text = f"{unit['unit']}: {finding['message']}"
                console.print(f"[yellow]![/] {escape(text)}", highlight=False)
    for note in figures["notes"]:
        console.print(f"[yellow]![/] {escape(note)}", highlight=False)


def _due(unit: dict[str, Any], year: int) -> str:
    """Return the day of the unit's deadline, its hour where not midnight.

    An extension of its own is told by its last day, and marked.
    """
    deadline = datetime.fromisoformat(unit["deadline"])
    at_midnight = not (deadline.hour or deadline.minute)
    if unit["extended"] and at_midnight:
        return f"hết {_day(deadline - timedelta(days=1), year)} (gia hạn)"
    shown = _day(deadline, year) if at_midnight else f"{_day(deadline, year)} {deadline:%H:%M}"
    return f"{shown} (gia hạn)" if unit["extended"] else shown


def _day(when: datetime, year: int) -> str:
    """Return "12/04", with its year where that is not `year`: a slip of the year is seen."""
    return f"{when:%d/%m}" if when.year == year else f"{when:%d/%m/%Y}"


def summary(figures: dict[str, Any]) -> str:
    """Return "Phải gửi 08, đã nhận 04, …; tỷ lệ 50%; tổng số 09 mô hình, điển hình."."""
    text = completeness_text(figures["completeness"], ", ")
    total = vietnamese.count(figures["totals"]["total"])
    rate = vietnamese.percent(figures["rate"])
    return f"{text}; tỷ lệ {rate}; tổng số {total} mô hình, điển hình được tính."
