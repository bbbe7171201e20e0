"""The board in the terminal: where every unit stands. Drawn from the figures of bao-cao.json."""

from datetime import datetime
from typing import Any, Literal

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from dankheo_sheets import vietnamese
from dankheo_sheets.outputs.master import completeness_text
from dankheo_sheets.register import STATUS_NAMES
from dankheo_sheets.registration import RECEIVED, Status

_COLUMNS: dict[str, Literal["left", "right", "center"]] = {
    "Mã": "left", "Đơn vị": "left", "Trạng thái": "left", "Tính": "right", "Lỗi": "right",
    "Sửa lúc": "left", "Khoá": "center",
}  # fmt: skip
MAX_ROWS = 60
"""Units shown; beyond that only those that are not done, then their number."""


def show(figures: dict[str, Any], console: Console) -> None:
    """Print the board: a line per unit, and under it how many have handed in."""
    table = Table(
        title=escape(figures["campaign"]["title"]), title_style="bold", title_justify="left"
    )
    for heading, justify in _COLUMNS.items():
        table.add_column(heading, justify=justify, overflow="fold")
    units = figures["units"]
    if len(units) > MAX_ROWS:
        units = [unit for unit in units if Status(unit["status"]) not in RECEIVED]
    for unit in units[:MAX_ROWS]:
        status = Status(unit["status"])
        blocking = sum(f["severity"] == "block" for f in unit["findings"])
        changed = unit["changed_at"]
        table.add_row(
            escape(unit["unit"]),
            escape(unit["name"]),
            f"[{'green' if status in RECEIVED else 'yellow'}]{STATUS_NAMES[status]}[/]",
            str(unit["counted"]),
            str(blocking or ""),
            f"{datetime.fromisoformat(changed):%d/%m/%y %H:%M}" if changed else "",
            "x" if unit["closed"] else "",
        )
    console.print(table)
    if len(units) > MAX_ROWS:
        console.print(f"… và {len(units) - MAX_ROWS} đơn vị khác, xem trang Tiến độ.")
    console.print(summary(figures))
    for note in figures["notes"]:
        console.print(f"[yellow]![/] {escape(note)}", highlight=False)


def summary(figures: dict[str, Any]) -> str:
    """Return "Phải gửi 08, đã nhận 04, …; tỷ lệ 50%; tổng số 09 mô hình, điển hình."."""
    text = completeness_text(figures["completeness"], ", ")
    total = vietnamese.count(figures["totals"]["total"])
    return f"{text}; tỷ lệ {figures['rate']}%; tổng số {total} mô hình, điển hình được tính."
