"""The board in the terminal: a date that is seldom meant is seen there."""

import io
from typing import Any

import pytest
from rich.console import Console

from dankheo_sheets.board import terminal
from tests.outputs.figures import board, figures_of, finding, unit


def line_of(**changes: Any) -> str:
    """Return the line of a unit, on a wide terminal."""
    console = Console(file=(out := io.StringIO()), width=200)
    terminal.show(board(figures_of([unit("TDC", "Chi cục mẫu", **changes)])), console)
    return next(line for line in out.getvalue().splitlines() if "TDC" in line)


@pytest.mark.parametrize(
    ("deadline", "extended", "shown"),
    [
        ("2022-04-12T00:00:00+07:00", False, "12/04"),
        ("2022-04-20T17:00:00+07:00", True, "20/04 17:00 (gia hạn)"),
        ("2027-12-02T00:00:00+07:00", True, "hết 01/12/2027 (gia hạn)"),
        ("2023-01-06T17:00:00+07:00", True, "06/01/2023 17:00 (gia hạn)"),
    ],
)
def test_a_deadline_of_another_year_is_shown_with_its_year(
    deadline: str, extended: bool, shown: str
) -> None:
    assert f" {shown} " in line_of(deadline=deadline, extended=extended)


def test_a_change_of_another_year_is_shown_with_its_year() -> None:
    """A clock that stands in 2015."""
    assert " 07/04/2015 09:00 " in line_of(changed_at="2015-04-07T09:00:00+07:00")
    assert " 07/04 09:00 " in line_of()


def test_this_year_is_the_year_of_reading_not_the_campaigns() -> None:
    console = Console(file=(out := io.StringIO()), width=200)
    terminal.show(board(figures_of([unit("TDC", "A")], as_of="2023-01-05T08:00:00+07:00")), console)

    assert " 12/04/2022 " in out.getvalue()


def test_what_is_said_of_a_units_file_stands_under_the_board() -> None:
    """Findings on its cells are in the page and in the master; where its files lie is news here."""
    console = Console(file=(out := io.StringIO()), width=200)
    findings = [
        finding("Thiếu địa chỉ.", "E10"),
        finding("Còn tệp [TDC.xls], không đọc được dạng này.", severity="warn", about_file=True),
    ]

    terminal.show(board(figures_of([unit("TDC", "Chi cục mẫu", findings=findings)])), console)

    lines = out.getvalue().splitlines()
    assert "! TDC: Còn tệp [TDC.xls], không đọc được dạng này." in lines
    assert not any("Thiếu địa chỉ" in line for line in lines)
