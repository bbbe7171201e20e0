"""Other files beside a unit's sheet: kept, looked at, named; none of them lowers what counts."""

import hashlib
import io
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from dankheo_sheets.form import layout
from dankheo_sheets.operations.context import Context, load_context
from dankheo_sheets.steps.run import close, sync
from tests.steps.conftest import ENTRY, Fill, at, everything, unit_of


def line(job: Context, when: str, code: str = "TDC") -> dict[str, Any]:
    return unit_of(sync(load_context(job.directory), at(when)).board, code)


def said(unit: dict[str, Any]) -> list[tuple[str, str]]:
    return [(f["code"], f["severity"]) for f in unit["findings"] if f["about_file"]]


def filled(path: Path, name: str) -> Path:
    """Move what a unit filled in aside under another name; the issued form stands there again."""
    target = path.with_name(name)
    shutil.move(path, target)
    return target


@pytest.fixture
def issued(job: Context) -> bytes:
    """Return the untouched form of TDC."""
    return (job.directory / "workbooks" / "TDC.xlsx").read_bytes()


NAMES = [
    "TDC.xls", "TDC.ods", "TDC.xlsb", "tdc - bản cuối.et", "DVK 2026 - TDC.xls",
    "Biểu Chi cục Tiêu chuẩn Đo lường Chất lượng.ods",
    "bieu chi cuc tieu chuan do luong chat luong.ods",
]  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_a_spreadsheet_of_another_format_beside_the_untouched_form_blocks(
    job: Context, name: str
) -> None:
    content = b"not read yet"
    (job.directory / "workbooks" / name).write_bytes(content)

    unit = line(job, "08 17:00")
    closed = unit_of(close(load_context(job.directory), at("12 08:00")).outcome.board, "TDC")

    assert (unit["status"], said(unit)) == ("needs-fixing", [("two-files", "block")])
    assert name in unit["findings"][0]["message"]
    assert unit["next_action"] == "Chọn tệp của đơn vị"
    kept = f"{hashlib.sha256(content).hexdigest()}{Path(name).suffix}"
    assert (job.directory / "archive" / "TDC" / kept).read_bytes() == content
    assert (closed["status"], closed["next_action"]) == (
        "needs-fixing", "Chọn tệp của đơn vị; đã khoá biểu",
    )  # fmt: skip


@pytest.mark.parametrize("name", ["TDC.xlsm", "DVK 2026 - TDC (1).xlsx", "nộp lần cuối.xlsx"])
def test_a_filled_workbook_beside_the_untouched_form_blocks_and_the_unit_is_told(
    job: Context, fill_in: Fill, issued: bytes, name: str
) -> None:
    path = fill_in("TDC", "07 09:00")
    other = filled(path, name)
    path.write_bytes(issued)

    unit = line(job, "08 17:00")

    assert (unit["status"], unit["counted"]) == ("needs-fixing", 0)
    assert said(unit) == [("two-files", "block")]
    assert unit["findings"][0]["message"] == (
        f"Còn tệp {name} có nội dung khác biểu đang đọc: chọn tệp của đơn vị, để lại một tệp tên "
        "TDC.xlsx."
    )
    tab = openpyxl.load_workbook(path)[layout.TAB_FEEDBACK]
    texts = [str(cell.value) for row in tab.iter_rows() for cell in row]
    assert any(name in text for text in texts)
    sha256 = hashlib.sha256(other.read_bytes()).hexdigest()
    assert (job.directory / "archive" / "TDC" / f"{sha256}.xlsx").exists()


def test_last_years_file_beside_the_untouched_form_blocks(
    job: Context, fill_in: Fill, issued: bytes
) -> None:
    path = fill_in("TDC", "07 09:00")
    book = openpyxl.load_workbook(path)
    book[layout.TAB_IDENTITY]["B1"] = "dan-van-kheo-2021"
    book.save(path)
    filled(path, "TDC năm 2021.xlsx")
    path.write_bytes(issued)

    unit = line(job, "08 17:00")

    assert said(unit) == [("two-files", "block")]
    assert "không dùng được (Biểu của đợt khác" in unit["findings"][0]["message"]


def test_a_second_file_does_not_lower_what_counts(job: Context, fill_in: Fill) -> None:
    path = fill_in("TDC", "07 09:00")
    first = path.read_bytes()
    fill_in("TDC", "07 10:00", [ENTRY, {**ENTRY, "name": "Mô hình thứ hai"}])
    filled(path, "TDC (1).xlsx")
    path.write_bytes(first)
    os.utime(path, (at("07 09:00").timestamp(),) * 2)

    unit = line(job, "08 17:00")

    assert (unit["status"], unit["counted"], said(unit)) == (
        "submitted", 1, [("two-files", "warn")],
    )  # fmt: skip
    assert unit["next_action"] == "Chọn tệp của đơn vị"


def equal(path: Path, issued: bytes) -> bytes:
    return path.read_bytes()


def saved_again(path: Path, issued: bytes) -> bytes:
    out = io.BytesIO()
    openpyxl.load_workbook(path).save(out)
    return out.getvalue()


def blank(path: Path, issued: bytes) -> bytes:
    return issued


@pytest.mark.parametrize("make", [equal, saved_again, blank])
def test_a_copy_that_adds_nothing_is_a_note(
    job: Context, fill_in: Fill, issued: bytes, make: Callable[[Path, bytes], bytes]
) -> None:
    path = fill_in("TDC", "07 09:00")
    path.with_name("TDC - Copy.xlsx").write_bytes(make(path, issued))

    unit = line(job, "08 17:00")

    assert (unit["status"], unit["counted"], said(unit)) == (
        "submitted", 1, [("equal-copy", "note")],
    )  # fmt: skip
    assert unit["next_action"] == ""


def test_what_lay_beside_in_time_is_in_time_when_it_becomes_the_units_file(
    job: Context, fill_in: Fill, issued: bytes
) -> None:
    """The coordinator chose it only after the deadline; the unit had handed it in before."""
    path = fill_in("TDC", "07 09:00")
    other = filled(path, "TDC (1).xlsx")
    path.write_bytes(issued)
    line(job, "08 17:00")
    line(job, "12 09:00")
    path.unlink()
    other.rename(path)

    unit = line(job, "12 10:00")

    assert (unit["status"], unit["late"], unit["counted"]) == ("submitted", False, 1)


def test_a_paper_form_is_named_once_as_paper(job: Context, fill_in: Fill) -> None:
    path = fill_in("TDC", "07 09:00")
    for name in ("TDC.pdf", "QLKH.docx"):
        path.with_name(name).write_bytes(b"x")

    figures = sync(job, at("08 17:00")).board.model_dump(mode="json")

    done, untouched = unit_of(figures, "TDC"), unit_of(figures, "QLKH")
    assert (done["status"], said(done)) == ("submitted", [("paper-beside", "note")])
    assert (untouched["status"], said(untouched)) == ("needs-fixing", [("paper-beside", "block")])
    assert untouched["findings"][0]["message"] == (
        "Đơn vị gửi bản giấy QLKH.docx, còn biểu chưa ghi gì: ghi nội dung vào biểu này."
    )
    assert figures["notes"] == []


def test_system_files_pass_in_silence_and_what_holds_nothing_is_named_for_what_it_is(
    job: Context,
) -> None:
    folder = job.directory / "workbooks"
    for name in ("desktop.ini", "Thumbs.db", ".DS_Store", "~WRL0001.tmp", ".~TDC.xlsx"):
        (folder / name).write_bytes(b"x")
    (folder / "Bảng tính.gsheet").write_text("{}")
    (folder / "Cũ").mkdir()

    assert sync(job, at("08 17:00")).board.notes == [
        "Bảng tính.gsheet: chỉ là lối tắt, không có nội dung: chép tệp thật vào thư mục",
        "Cũ: là thư mục, không đọc: chép các biểu ra ngay thư mục workbooks",
    ]


def test_a_lock_that_is_weeks_old_is_named_since_when(job: Context) -> None:
    lock = job.directory / "workbooks" / "~$TDC.xlsx"
    lock.write_bytes(b"")
    os.utime(lock, (at("01 09:00").timestamp(),) * 2)

    assert sync(job, at("08 17:00")).board.notes == [
        "~$TDC.xlsx: tệp khoá có từ 09 giờ 00, ngày 01/4/2022: không ai mở biểu ấy nữa thì xoá "
        "tệp này"
    ]


def test_what_is_named_stands_in_the_master_and_is_not_read_again(job: Context) -> None:
    (job.directory / "workbooks" / "lạ.xlsx").write_bytes(b"x")
    (job.directory / "workbooks" / "TDC.ods").write_bytes(b"x")
    sync(job, at("08 17:00"))
    before = everything(job.directory)

    again = sync(load_context(job.directory), at("08 18:00"))

    book = openpyxl.load_workbook(job.out / "tong-hop.xlsx")
    rows = [" ".join(str(cell.value or "") for cell in row) for row in book["Cần sửa"].iter_rows()]
    assert any("lạ.xlsx" in row for row in rows)
    assert any("TDC.ods" in row for row in rows)
    assert not again.changed
    assert everything(job.directory) == before
