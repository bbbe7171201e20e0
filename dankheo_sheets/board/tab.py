"""The board as a tab of the master: its title, its columns, a row per unit of the roster."""

from collections.abc import Iterator

from dankheo_sheets import vietnamese
from dankheo_sheets.board.model import Board
from dankheo_sheets.registration import Severity
from dankheo_sheets.workspace.base import Cell

COLUMNS = {
    "TT": 5, "Mã": 8, "Đơn vị": 29, "Trạng thái": 16, "Số dòng": 7, "Được tính": 7, "Phải sửa": 7,
    "Nên xem": 7, "Sửa lần cuối": 24, "Hạn": 19, "Việc tiếp theo": 22, "Ghi chú": 20,
}  # fmt: skip
"""Titles and widths, in digits."""


def heads(board: Board) -> tuple[str, str]:
    """Return what stands above it: "Phải gửi 08; đã nhận 05; …; tỷ lệ 62,5%"."""
    rate = vietnamese.percent(board.rate)
    return "TIẾN ĐỘ ĐĂNG KÝ", f"{board.completeness.text('; ')}; tỷ lệ {rate}"


def rows(board: Board) -> Iterator[list[Cell]]:
    """Yield one row per unit of the roster: none is left out."""
    for number, unit in enumerate(board.units, 1):
        yield [
            number,
            unit.unit,
            unit.name,
            unit.status_name,
            unit.entries,
            unit.counted,
            unit.blocking,
            unit.number_of(Severity.WARN),
            vietnamese.moment(unit.changed_at) if unit.changed_at else "",
            f"gia hạn {unit.due}" if unit.extended else unit.due,
            unit.next_action,
            vietnamese.nfc("; ".join(unit.said)),
        ]
